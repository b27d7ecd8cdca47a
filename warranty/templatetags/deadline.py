"""Template filter: until when a job may be claimed."""

from datetime import date

from django import template

from warranty.deadline import Deadline, deadline_of

register = template.Library()


@register.filter
def submit_by(repaired_on: date) -> Deadline:
    """The last day to submit a claim for a job repaired that day."""
    return deadline_of(repaired_on)

"""Gaps as sentences, in templates."""

from django import template

from stations.gap_words import sentence_of
from stations.models import StationGap

register = template.Library()


@register.filter
def gap_sentence(gap: StationGap) -> str:
    """What is lacking, as a sentence."""
    return sentence_of(gap)

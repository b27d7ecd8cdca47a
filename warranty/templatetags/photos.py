"""What a photo of a job or claim shows: {% load photos %}."""

from django import template

from service.forms.jobs import PHOTO_KINDS
from warranty.forms.claims import PHOTO_KINDS as CLAIM_KINDS

register = template.Library()


@register.filter
def photo_word(kind: str) -> str:
    """The kind of picture in the reader's language."""
    return str({**dict(PHOTO_KINDS), **dict(CLAIM_KINDS)}.get(kind, kind))

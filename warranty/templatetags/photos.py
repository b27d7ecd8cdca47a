"""What a photo of a job or claim shows: {% load photos %}."""

from django import template
from django.utils.translation import gettext_lazy as _

from service.forms.jobs import PHOTO_KINDS
from warranty.appeals.filing import EVIDENCE
from warranty.authorizations import PHOTO
from warranty.disposing import BENCH_PHOTO, SCRAP_PHOTO
from warranty.forms.claims import PHOTO_KINDS as CLAIM_KINDS

register = template.Library()


@register.filter
def photo_word(kind: str) -> str:
    """The kind of picture in the reader's language."""
    own = {
        BENCH_PHOTO: _("From the bench"),
        SCRAP_PHOTO: _("Scrapping"),
        PHOTO: _("Photo or quotation"),
        EVIDENCE: _("New evidence"),
    }
    return str({**dict(PHOTO_KINDS), **dict(CLAIM_KINDS), **own}.get(kind, kind))

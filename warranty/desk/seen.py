"""What a reader had seen of a claim when they decided: a mark that grows with every event, and what happened since."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.errors import Refusal
from portal.core.models import Event
from portal.core.timeline import words
from warranty.models import WarrantyClaim

WITHOUT_EFFECT: Final = (  # on what there is to decide
    "warrantyclaim.taken",
    "warrantyclaim.put_back",
    "warrantyclaim.handed_over",
    "warrantyclaim.document_issued",
)


class ChangedMeanwhile(Refusal):
    """A decision is about what its maker has seen."""

    message = _("%(claim)s has changed since you opened it: %(changes)s. Look again; what you typed is kept.")
    code = "changed_meanwhile"


def _events(claims: Iterable[int]) -> QuerySet[Event]:
    subject = WarrantyClaim._meta.label_lower
    return Event.objects.filter(subject_type=subject, subject_id__in=list(claims)).exclude(kind__in=WITHOUT_EFFECT)


def mark_of(claim: WarrantyClaim) -> int:
    """The mark of the claim as it is now."""
    return marks_of([claim.pk]).get(claim.pk, 0)


def marks_of(claims: Iterable[int]) -> dict[int, int]:
    """The marks of several claims by key, in one query."""
    found = _events(claims).order_by().values_list("subject_id").annotate(last=Max("pk"))
    return dict(found)


def changes_since(claim: WarrantyClaim, mark: int) -> list[str]:
    """What happened to the claim after the mark, in words, with who and when."""
    found: Any = _events([claim.pk]).filter(pk__gt=mark).select_related("actor").order_by("pk")
    return [
        " · ".join(part for part in (words(event), str(event.actor or ""), show.moment(event.at)) if part)
        for event in found
    ]


def require_unchanged(claim: WarrantyClaim, mark: int | None) -> None:
    """Raises ChangedMeanwhile, which names what happened, if the claim is no longer as marked; None asks nothing."""
    if mark is None:
        return
    if changes := changes_since(claim, mark):
        raise ChangedMeanwhile(claim=claim.number, changes=show.sentences(changes))

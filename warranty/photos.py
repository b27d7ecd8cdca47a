"""The pictures that prove a claim: its own and those of its job; and which other claims show the same picture.

A picture that headquarters marked as shared is no sign of reuse, in this claim or in the other (shared_pictures.py).
"""

from collections.abc import Iterable, Sequence

from django.db.models import OuterRef, QuerySet, Subquery

from portal.core.attachments import attachments_of_all, reused
from portal.core.models.attachments import Attachment
from portal.core.parameters import param
from portal.core.written import Written
from service.models import WorkOrder
from warranty import shared_pictures
from warranty.models import WarrantyClaim


def _with_reason(job: int, claim: int) -> QuerySet[Attachment]:
    why = shared_pictures.standing().filter(sha256=OuterRef("sha256")).values("reason")[:1]
    return attachments_of_all([WorkOrder(pk=job), WarrantyClaim(pk=claim)]).annotate(shared_for=Subquery(why))


_pictures = Written(_with_reason)


def photos_of(claim: WarrantyClaim) -> list[Attachment]:
    """The pictures of the job, then those added to the claim; each with `shared_for`, why it may be shown by many, or None."""
    found = _pictures(claim.work_order_id, claim.pk)
    return sorted(found, key=lambda photo: (photo.subject_type == WarrantyClaim._meta.label_lower, photo.pk))


def claims_with_same_picture(claim: WarrantyClaim, photos: Sequence[Attachment]) -> set[int]:
    """Keys of other claims that hold a duplicate key and show one of these pictures, on themselves or on their job."""
    own = [photo for photo in photos if not getattr(photo, "shared_for", None)]
    same = reused(
        own,
        max_distance=param("warranty.photo_distance", claim.repaired_on),
        known=shared_pictures.standing().values("sha256"),
    )
    return _claims_of(same, claim) if same else set()


def _claims_of(photos: Iterable[Attachment], claim: WarrantyClaim) -> set[int]:
    keys: dict[str, set[int]] = {}
    for photo in photos:
        keys.setdefault(photo.subject_type, set()).add(photo.subject_id)
    others = WarrantyClaim.objects.holding_key().exclude(pk=claim.pk).exclude(work_order=claim.work_order_id)
    on_claims = others.filter(pk__in=keys.get(WarrantyClaim._meta.label_lower, ()))
    on_jobs = others.filter(work_order__in=keys.get(WorkOrder._meta.label_lower, ()))
    return {*on_claims.values_list("pk", flat=True), *on_jobs.values_list("pk", flat=True)}

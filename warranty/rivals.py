"""Finds the claims that may be duplicates of one, and asks the rule (duplicates.py) about each failed part."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import product

from django.db.models import Q, QuerySet

from portal.core.models.attachments import Attachment
from portal.core.parameters import param
from portal.core.written import Written
from warranty import duplicates
from warranty.models import ClaimLine, LineKind, WarrantyClaim
from warranty.photos import claims_with_same_picture


def find_rivals(
    claim: WarrantyClaim,
    lines: Sequence[ClaimLine],
    links: Sequence[tuple[str, str]],
    photos: Sequence[Attachment],
) -> duplicates.Duplicates:
    """Hard and soft matches of the claim over all its failed parts, named by claim number; a fixed number of queries."""
    settings = _settings(claim)
    same_picture = claims_with_same_picture(claim, photos)
    others = list(_candidates(claim, lines, settings, same_picture))
    their_facts = [fact for other in others for fact in _facts(other, other.lines.all())]
    hard: set[duplicates.Match] = set()
    soft: set[duplicates.Match] = set()
    for mine in _facts(claim, lines):
        found = duplicates.find_duplicates(mine, their_facts, links, settings)
        hard |= set(found.hard)
        soft |= set(found.soft)
    exempt = _replaced_numbers(claim)
    soft |= {
        duplicates.Match(other.number, "photo_reuse")
        for other in others
        if other.pk in same_picture and other.number not in exempt
    }
    shared = {(photo.name, why) for photo in photos if (why := getattr(photo, "shared_for", None))}
    return duplicates.Duplicates(tuple(sorted(hard)), tuple(sorted(soft)), tuple(sorted(shared)))


def _settings(claim: WarrantyClaim) -> duplicates.Settings:
    on = claim.repaired_on
    return duplicates.Settings(
        hard_days=param("warranty.duplicate_days", on),
        soft_days=param("warranty.repeat_days", on),
        photo_distance=param("warranty.photo_distance", on),
    )


def _candidates(
    claim: WarrantyClaim, lines: Sequence[ClaimLine], settings: duplicates.Settings, same_picture: set[int]
) -> Iterable[WarrantyClaim]:
    days = timedelta(days=max(settings.hard_days, settings.soft_days))
    pieces = sorted({line.removed_serial for line in lines if line.removed_serial})
    first, last = claim.failed_on - days, claim.failed_on + days
    return _resembling(claim.pk, claim.work_order_id, claim.serial_number, first, last, sorted(same_picture), pieces)


def _of_unit_job_picture_or_piece(
    claim: int, job: int, serial: str, first: date, last: date, same_picture: list[int], pieces: list[str]
) -> QuerySet[WarrantyClaim]:
    same = Q(serial_number=serial, failed_on__range=(first, last)) | Q(work_order=job) | Q(pk__in=same_picture)
    if pieces:
        same |= Q(pk__in=ClaimLine.objects.filter(removed_serial__in=pieces).values("claim"))
    found = WarrantyClaim.objects.holding_key().filter(same).exclude(pk=claim)
    return found.select_related("work_order", "fault_code", "replaces").prefetch_related(
        "lines__part", "lines__operation"
    )


_resembling = Written(_of_unit_job_picture_or_piece)


def _facts(claim: WarrantyClaim, lines: Iterable[ClaimLine]) -> Iterable[duplicates.ClaimFacts]:
    """One set of facts a failed part and operation; a claim without parts is compared by unit, operation, job and fault."""
    rows = list(lines)
    operations = sorted({line.operation.code for line in rows if line.operation}) or [""]
    parts: list[ClaimLine | None] = [line for line in rows if line.kind == LineKind.PART] or [None]
    for line, operation in product(parts, operations):
        yield duplicates.ClaimFacts(
            id=claim.number,
            serial=claim.serial_number,
            part=line.part.number if line and line.part else "",
            op=operation,
            failure_day=claim.failed_on,
            job=claim.work_order.number,
            fault=claim.fault_code.code if claim.fault_code else "",
            removed_serial=line.removed_serial if line else "",
            replaces=claim.replaces.number if claim.replaces else None,
            state=claim.status,
        )


def _replaced_numbers(claim: WarrantyClaim) -> set[str]:
    """The claim this one replaces, the one that replaced, and so on."""
    found: set[str] = set()
    replaced = claim.replaces
    while replaced is not None and replaced.number not in found:
        found.add(replaced.number)
        replaced = replaced.replaces
    return found

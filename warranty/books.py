"""Invariants of claims, one sentence a violation, by other code than the operations'. Source: reliability.md 3."""

from collections.abc import Iterable

from django.db.models import Count, F, Q, Sum

from warranty.models import ClaimDecision, ClaimLine, WarrantyClaim
from warranty.states import GRANTED, NOT_HOLDING


def claim_amounts() -> Iterable[str]:
    """A claim's totals are the sums of its lines; approved is never above claimed."""
    sums = WarrantyClaim.objects.annotate(
        claimed=Sum("lines__claimed_amount"),
        allowed=Sum("lines__allowed_amount"),
        approved=Sum("lines__approved_amount"),
    )
    wrong = sums.filter(
        ~Q(claimed_total=F("claimed")) & Q(claimed__isnull=False)
        | ~Q(allowed_total=F("allowed")) & Q(allowed__isnull=False)
        | ~Q(approved_total=F("approved")) & Q(approved__isnull=False)
        | Q(approved_total__gt=F("claimed_total"))
    )
    for claim in wrong[:100]:
        yield f"claim {claim.number or claim.pk}: totals differ from the sums of its lines"


def claim_lines() -> Iterable[str]:
    """A granted claim has decided every line, none above what was claimed."""
    undecided = ClaimLine.objects.filter(claim__status__in=GRANTED, approved_amount=None).select_related("claim")
    for line in undecided[:100]:
        yield f"claim {line.claim.number} line {line.position}: granted without a decision"
    above = ClaimLine.objects.filter(approved_amount__gt=F("claimed_amount")).select_related("claim")
    for line in above[:100]:
        yield f"claim {line.claim.number} line {line.position}: approved more than claimed"


def claim_decisions() -> Iterable[str]:
    """A decided claim has a final decision with the same amount, by nobody who drafted or submitted it."""
    without = WarrantyClaim.objects.filter(status__in=GRANTED).exclude(decisions__is_final=True)
    for claim in without[:100]:
        yield f"claim {claim.number}: granted without a final decision"
    own = ClaimDecision.objects.filter(
        Q(decided_by=F("claim__created_by")) | Q(decided_by=F("claim__submitted_by"))
    ).select_related("claim")
    for decision in own[:100]:
        yield f"claim {decision.claim.number}: decided by its own author"
    other = ClaimDecision.objects.filter(is_final=True, version=F("claim__version"), claim__status__in=GRANTED).exclude(
        approved_total=F("claim__approved_total")
    )
    for decision in other.select_related("claim")[:100]:
        yield f"claim {decision.claim.number}: decided amount differs from the approved total"


def claim_duplicates() -> Iterable[str]:
    """No job and no removed piece is claimed twice, but by a claim that replaces the other."""
    standing = WarrantyClaim.objects.exclude(status__in=NOT_HOLDING).filter(replaces=None)
    jobs = standing.values("work_order__number").annotate(count=Count("pk")).filter(count__gt=1)
    for row in jobs[:100]:
        yield f"work order {row['work_order__number']}: claimed {row['count']} times"
    pieces = (
        ClaimLine.objects.filter(claim__in=standing)
        .exclude(removed_serial="")
        .values("removed_serial")
        .annotate(count=Count("claim", distinct=True))
        .filter(count__gt=1)
    )
    for piece in pieces[:100]:
        yield f"removed piece {piece['removed_serial']}: claimed {piece['count']} times"


def claim_tenants() -> Iterable[str]:
    """A claim, its job and the parts it names belong to one station; days are in order."""
    foreign = WarrantyClaim.objects.exclude(station=F("work_order__station"))
    for claim in foreign[:100]:
        yield f"claim {claim.number or claim.pk}: its work order belongs to another station"
    issued = ClaimLine.objects.filter(issued_part__isnull=False).exclude(issued_part__work_order=F("claim__work_order"))
    for line in issued.select_related("claim")[:100]:
        yield f"claim {line.claim.number or line.claim_id} line {line.position}: its part was issued to another job"
    late = WarrantyClaim.objects.filter(submitted_at__date__lt=F("repaired_on"))
    for claim in late[:100]:
        yield f"claim {claim.number}: submitted before the repair"

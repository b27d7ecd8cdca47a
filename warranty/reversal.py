"""What a reversed claim takes back: its money on the next open statement, its recovery, its free parts, its old parts.

effect_of() says it before, carry_out() does it; both read the same rows. Not here: who may reverse (review).
Source: rules.md 3.1 (approved…paid → reversed).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from parts.models import PartsOrder
from parts.recalling import recall_replacements, recallable
from portal.core import clock
from portal.core.money import total
from warranty import failed_parts
from warranty import settlement_posting as posting
from warranty.chargebacks_reversal import release_claim
from warranty.models import (
    CREDITS,
    Chargeback,
    FailedPart,
    ItemKind,
    RecoveryCase,
    SettlementItem,
    StatementLine,
    WarrantyClaim,
)
from warranty.settlement_states import RUNNING_RECOVERY, ChargebackStatus, FailedPartStatus, StatementStatus

# the freight of a box was paid; a counter-item has none; a fine is taken back by those who decide fines
KEPT = (ItemKind.FREIGHT, ItemKind.REVERSAL, ItemKind.FINE, ItemKind.FINE_BACK)
NOT_SENT = (FailedPartStatus.REQUESTED, FailedPartStatus.TAGGED, FailedPartStatus.PACKED)


@dataclass(frozen=True)
class CounterItem:
    """One posted amount and the statement it stands on, if any, with what takes it back."""

    item: SettlementItem
    source: str
    statement: str

    @property
    def amount(self) -> Decimal:
        """Signed, as it will be posted."""
        return -self.item.amount


@dataclass(frozen=True)
class NoteEffect:
    """A supplier's note and what it loses."""

    note: Chargeback
    amount: Decimal
    is_sent: bool


@dataclass(frozen=True)
class Effect:
    """Everything the reversal of a claim does, before it is done."""

    period: date
    items: Sequence[CounterItem]
    notes: Sequence[NoteEffect]
    cases: Sequence[RecoveryCase]
    orders: Sequence[PartsOrder]
    pieces: Sequence[FailedPart]

    @property
    def amount(self) -> Decimal:
        """What the station's next open statement changes by, CNY, tax excluded."""
        return total(each.amount for each in self.items)


def effect_of(claim: WarrantyClaim, *, at: datetime | None = None) -> Effect:
    """What reversing the claim now would do. Writes nothing."""
    day = clock.local_date(at or clock.now())
    lines = RecoveryCase.objects.filter(claim=claim).order_by("pk").select_related("supplier", "part")
    return Effect(
        period=posting.first_open_month(claim.station_id, day),
        items=_countered(claim),
        notes=_notes(claim),
        cases=[case for case in lines if case.status in RUNNING_RECOVERY],
        orders=list(recallable(claim.station, references(claim))),
        pieces=list(_waiving(claim)),
    )


def references(claim: WarrantyClaim) -> list[str]:
    """What the free replacements of a claim name: it, or its job."""
    return [claim.number, claim.work_order.number]


@transaction.atomic
def carry_out(claim: WarrantyClaim, *, actor: Any | None, at: datetime | None = None) -> None:
    """The reversed claim's effects stand; documents that were issued stay as they are. Done again it changes nothing.

    Writes settlement items of kind reversal, and what recovery, orders and old parts write.
    """
    moment = at or clock.now()
    posting.hold_station(claim.station_id)
    for each in _countered(claim):
        _post(each, moment)
    release_claim(claim, actor=actor, at=moment)
    reason = str(_("Claim %(claim)s was reversed.") % {"claim": claim.number})
    recall_replacements(claim.station, references(claim), actor=actor, reason=reason, at=moment)
    for piece in _waiving(claim):
        failed_parts.let_go(piece, reason=reason, actor=actor, at=moment)


def _waiving(claim: WarrantyClaim) -> Any:
    """Old parts that are still with the station and need not come any more; what is on its way arrives and is filed."""
    return claim.failed_parts.filter(status__in=NOT_SENT).select_related("part", "station", "claim").order_by("pk")


def _countered(claim: WarrantyClaim) -> list[CounterItem]:
    """Each amount that was ever posted for the claim and that nothing has taken back yet."""
    items = list(SettlementItem.objects.filter(claim=claim).exclude(kind__in=KEPT).order_by("pk"))
    lines = StatementLine.objects.filter(item__in=items, is_live=True).exclude(
        statement__status__in=[StatementStatus.VOIDED, StatementStatus.DRAFT]
    )
    printed = dict(lines.values_list("item", "statement__number"))
    done = set(SettlementItem.objects.filter(claim=claim, kind=ItemKind.REVERSAL).values_list("source", flat=True))
    found = [CounterItem(item, _source(claim, item), printed.get(item.pk, "")) for item in items]
    return [each for each in found if each.source not in done]


def _source(claim: WarrantyClaim, item: SettlementItem) -> str:
    if item.kind in {ItemKind.CLAIM, ItemKind.APPEAL}:
        return f"{claim.number if item.kind == ItemKind.CLAIM else item.source}/reversal"
    return f"{item.source}/{item.kind}/reversal"[:60]


def _post(each: CounterItem, at: datetime) -> None:
    item = each.item
    posting.post_item(
        item.station,
        kind=ItemKind.REVERSAL,
        source=each.source,
        at=at,
        amounts={
            "parts": -item.parts_amount, "labor": -item.labor_amount,
            "travel": -item.travel_amount, "other": -item.other_amount,
        },
        rate=item.tax_rate,
        claim_id=item.claim_id,
        failed_part_id=item.failed_part_id,
        reason=item.reason,
        text=item.text,
    )  # fmt: skip


def _notes(claim: WarrantyClaim) -> list[NoteEffect]:
    found = []
    notes = Chargeback.objects.filter(lines__case__claim=claim, lines__is_live=True).distinct().order_by("pk")
    for note in notes.select_related("supplier"):
        lines = note.lines.filter(case__claim=claim, is_live=True).exclude(outcome__in=CREDITS)
        amount = total(lines.values_list("claimed", flat=True))
        if amount:
            found.append(NoteEffect(note, amount, note.status != ChargebackStatus.OPEN))
    return found

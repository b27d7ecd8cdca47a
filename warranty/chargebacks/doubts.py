"""What a supplier accepted before a further test cleared him: he is credited, or the charge is kept with a reason.

Not here: the test (testing), the disputed rest of the line, which the test decides itself. Source: rules.md 3.7 (dispute result).
"""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.money import total
from portal.core.states import lock
from warranty import settlement_posting as posting
from warranty.chargebacks.concluding import conclude
from warranty.chargebacks.crediting import credit_lines
from warranty.chargebacks.refusals import NothingInDoubt, OwnNote, UnknownOutcome
from warranty.chargebacks.rounds import entry_of
from warranty.failed_parts_rules import VERDICTS
from warranty.four_eyes import require_words
from warranty.models import CLEARED, CREDITS, Chargeback, ChargebackLine, DisputeAct, FurtherTest

CREDIT, KEEP = "credit", "keep"
EXITS: Final = {
    CREDIT: _("Credit the supplier"),
    KEEP: _("Keep the charge"),
}
READ_BESIDE: Final = ("case__claim__station__dealer", "chargeback")


def raise_doubts(line: ChargebackLine, *, told: str, actor: Any, at: datetime) -> None:
    """What the supplier accepted for the line's old part waits for a decision; each note concerned says so by one Event."""
    accepted = _for_the_same_piece(line).filter(accepted__gt=0)
    rows = list(accepted.select_related("chargeback").select_for_update(no_key=True, of=("self",)).order_by("pk"))
    ChargebackLine.objects.filter(pk__in=[row.pk for row in rows]).update(doubted_at=at)
    of_note: dict[Chargeback, list[ChargebackLine]] = defaultdict(list)
    for row in rows:
        of_note[row.chargeback].append(row)
    for note, lines in of_note.items():
        amount = str(total(each.accepted or Decimal(0) for each in lines))
        data = {"positions": sorted(each.position for each in lines), "amount": amount}
        events.record(note, "chargeback.doubted", actor=actor, at=at, note=told, data=data)


def _for_the_same_piece(line: ChargebackLine) -> Any:
    lines = ChargebackLine.objects.filter(
        case__line=line.case.line_id, chargeback__supplier=line.chargeback.supplier_id
    )
    return lines.filter(is_live=True).exclude(outcome__in=CREDITS)


def in_doubt_with(line: ChargebackLine) -> Any:
    """The lines of its note that are decided about together with this one."""
    return ChargebackLine.objects.in_doubt().filter(chargeback=line.chargeback_id, case__line=line.case.line_id)


def station_bears(line: ChargebackLine) -> bool:
    """Whether the further tests found the station at fault, so that a credit to the supplier is its debit."""
    tests = FurtherTest.objects.filter(line__case__line=line.case.line_id, done_at__isnull=False)
    return {VERDICTS[verdict].payer for verdict in tests.values_list("verdict", flat=True)} == {"station"}


@transaction.atomic
def decide_doubt(
    line: ChargebackLine, *, outcome: str, reason: str, actor: Any, at: datetime | None = None
) -> list[ChargebackLine]:
    """What the supplier accepted for the line's old part is credited to it, or stays charged; somebody says why.

    With a credit the station bears what it was paid of these lines, where it is at fault; else we do. Raises UnknownOutcome,
    TextTooShort, OwnNote, NothingInDoubt. Writes an entry for each line and Events; a credit note or nothing.
    """
    at = at or clock.now()
    if outcome not in EXITS:
        raise UnknownOutcome(outcome=outcome, field="outcome")
    require_words(reason, "reason", at)
    if at_station := outcome == CREDIT and station_bears(line):
        posting.hold_station(line.case.claim.station_id)  # stations come before notes
    note = lock(line.chargeback, "supplier")
    if actor is not None and actor.pk == note.batched_by_id:
        raise OwnNote(number=note.number)
    rows = in_doubt_with(line).select_related(*READ_BESIDE).select_for_update(no_key=True, of=("self",))
    lines = list(rows.order_by("pk"))
    if not lines:
        raise NothingInDoubt(position=line.position)
    ChargebackLine.objects.filter(pk__in=[each.pk for each in lines]).update(doubted_at=None)
    if outcome == KEEP:
        _keep(note, lines, reason, actor, at)
    else:
        _credit(note, lines, reason, actor, at, at_station=at_station)
    return lines


def _keep(note: Chargeback, lines: list[ChargebackLine], reason: str, actor: Any, at: datetime) -> None:
    for each in lines:
        each.doubted_at = None
        entry_of(each, DisputeAct.KEPT, text=reason, actor=actor, at=at).save()
    data = {"positions": sorted(each.position for each in lines)}
    events.record(note, "chargeback.doubt_kept", actor=actor, at=at, note=reason.strip(), data=data)


def _credit(
    note: Chargeback, lines: list[ChargebackLine], reason: str, actor: Any, at: datetime, *, at_station: bool
) -> None:
    accepted = {each.pk: each.accepted or Decimal(0) for each in lines}
    credit_lines(note, lines, outcome=CLEARED, actor=actor, at=at)
    for each in lines:
        entry_of(each, DisputeAct.CLEARED, text=reason, actor=actor, at=at).save()
    if at_station:
        paid = [each for each in lines if each.claim_line_id is not None]  # a handling fee no station received
        posting.debit_disputes(paid, at=at, amounts=accepted)
    note.refresh_from_db()
    conclude(note, actor, at)

"""Figures over old parts, statements and chargebacks. Reads only."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from parts.models import Part
from portal.core import clock
from portal.core.models import Event
from portal.core.money import total
from service.models import LaborOperation
from stations.models import Incentive, Station
from warranty import reasons
from warranty.models import (
    CREDITS,
    Appeal,
    Chargeback,
    ChargebackLine,
    ItemKind,
    RecoveryCase,
    SettlementItem,
    Statement,
    StatementLine,
    WarrantyClaim,
)
from warranty.recovery_keeping import PAID_OF_CASE
from warranty.recovery_rules import NoteFigures, RecoveryFigures, recovery_figures
from warranty.settlement_rules import next_month
from warranty.settlement_states import (
    SHOWN_TO_SUPPLIER,
    UNANSWERED,
    RecoveryStatus,
    StatementStatus,
)

ZERO = Decimal("0.00")
SEPARATOR = " / "
NAMES_IN = re.compile(r"( / | · )")  # the second before the appeal that added a line
FINES = (ItemKind.FINE, ItemKind.FINE_BACK)
AWAITED = (RecoveryStatus.UNASSIGNED, RecoveryStatus.WAITING)  # for a supplier's name, or the old part's verdict
ELIGIBLE = (*AWAITED, RecoveryStatus.OPEN, RecoveryStatus.CHARGED, RecoveryStatus.LOST)


def stations_with_items(period: date) -> Any:
    """Stations that have something to settle up to the month's end; a balance alone is carried by the next of these."""
    end = clock.start_of(next_month(period))
    live = StatementLine.objects.filter(is_live=True, item=OuterRef("pk"))
    items = SettlementItem.objects.filter(~Exists(live), period__lte=period)
    credited = SettlementItem.objects.filter(kind=ItemKind.CLAIM, claim=OuterRef("pk"))
    late = WarrantyClaim.objects.filter(
        ~Exists(credited), status__in=["approved", "partially_approved"], decided_at__lt=end
    )
    posted = SettlementItem.objects.filter(kind=ItemKind.INCENTIVE, source=OuterRef("number"))
    owed = Incentive.objects.filter(~Exists(posted), approved_at__lt=end)
    paid = SettlementItem.objects.filter(kind=ItemKind.APPEAL, source=OuterRef("number"))
    won = Appeal.objects.filter(~Exists(paid), granted_total__gt=0, decided_at__lt=end)
    won = won.exclude(claim__status="reversed")
    waiting = [Q(pk__in=rows.values("station")) for rows in (items, late, owed, won)]
    return Station.objects.filter(reduce(or_, waiting)).select_related("dealer").order_by("pk")


def stations_to_build(period: date, *, since: datetime) -> Any:
    """Stations that have something to settle and whose statement of the month nobody has built from `since` on."""
    built = Statement.objects.filter(period=period, built_at__gte=since).values("station")
    return stations_with_items(period).exclude(pk__in=built)


def note_figures(as_of: date) -> list[NoteFigures]:
    """Every note sent up to a day, with what was received for it by then."""
    notes = Chargeback.objects.filter(status__in=SHOWN_TO_SUPPLIER).exclude(sent_at=None)
    by_then = Q(receipts__received_on__lte=as_of)
    notes = notes.annotate(received_by_then=Coalesce(Sum("receipts__amount", filter=by_then), ZERO))
    credited = ChargebackLine.objects.filter(outcome__in=CREDITS, is_live=True).values_list("chargeback")
    taken_back = dict(credited.annotate(total=Sum("claimed")).order_by())
    lines = ChargebackLine.objects.in_dispute().values_list("chargeback")
    disputed = dict(lines.annotate(total=Sum("disputed")).order_by())
    unpaid = _given_up(ChargebackLine.objects.all()).values_list("chargeback")
    given_up = dict(unpaid.annotate(total=Sum("given_up")).order_by())
    return [
        _figures(
            note,
            taken_back.get(note.pk, ZERO),
            disputed.get(note.pk, ZERO),
            given_up.get(note.pk, ZERO),
            note.received_by_then,  # type: ignore[attr-defined]  # annotated
        )
        for note in notes
    ]


def figures_of(note: Chargeback) -> NoteFigures:
    """What counts of one note today."""
    credited = note.lines.filter(outcome__in=CREDITS, is_live=True).aggregate(total=Sum("claimed"))["total"]
    disputed = note.lines.in_dispute().aggregate(total=Sum("disputed"))["total"]
    given_up = _given_up(note.lines.all()).aggregate(total=Sum("given_up"))["total"]
    return _figures(note, credited or ZERO, disputed or ZERO, given_up or ZERO, note.recovered)


def _given_up(lines: Any) -> Any:
    """Lines of which something was accepted and never paid, but those credited since."""
    return lines.filter(is_live=True, given_up__gt=0).exclude(outcome__in=CREDITS)


def _figures(
    note: Chargeback, credited: Decimal, disputed: Decimal, given_up: Decimal, received: Decimal
) -> NoteFigures:
    """What counts of a note: credit notes take their lines off what was issued; disputed is what nobody has decided.

    Accepted is what the supplier accepted, paid or not.
    """
    issued = note.claimed - credited
    return NoteFigures(
        dated_on=clock.local_date(note.sent_at or note.batched_at),
        issued=issued,
        accepted=note.accepted + given_up,
        disputed=disputed,
        received=received,
        pending=issued if note.status in UNANSWERED else ZERO,
        given_up=given_up,
    )


@dataclass(frozen=True)
class RecoveryPicture:
    """The steps from what stations were granted to what suppliers paid, and the ratios.

    awaited and lost: of what is eligible, what waits for a name or a verdict, and what no notice day is left for. unknown: not
    eligible, paid for parts of which nobody knows a supplier with an agreement, though one may have to answer.
    """

    paid: Decimal
    eligible: Decimal
    awaited: Decimal
    filed: Decimal
    accepted: Decimal
    received: Decimal
    lost: Decimal
    unknown: Decimal
    figures: RecoveryFigures
    as_of: date


def recovery_picture(as_of: date) -> RecoveryPicture:
    """The recovery figures at the end of a day. Source: rules.md 3.7."""
    settled = Statement.objects.filter(status=StatementStatus.PAID, paid_on__lte=as_of)
    warranty_paid = settled.aggregate(total=Sum("net"))["total"] or ZERO
    cases = RecoveryCase.objects.filter(approved_on__lte=as_of).order_by().values_list("status")
    summed = list(cases.annotate(total=Sum("expected"), gone=Sum("expected", filter=Q(lost_on__lte=as_of))))
    expected = {status: amount for status, amount, _gone in summed}
    figures = recovery_figures(note_figures(as_of), as_of=as_of, warranty_cost_paid=warranty_paid)
    return RecoveryPicture(
        paid=_granted_by(as_of),
        eligible=sum((expected.get(status, ZERO) for status in ELIGIBLE), ZERO),
        awaited=sum((expected.get(status, ZERO) for status in AWAITED), ZERO),
        filed=figures.issued,
        accepted=figures.accepted,
        received=figures.received,
        lost=sum((gone or ZERO for status, _amount, gone in summed if status == RecoveryStatus.LOST), ZERO),
        unknown=_unknown(as_of),
        figures=figures,
        as_of=as_of,
    )


def _unknown(as_of: date) -> Decimal:
    """What stations got for parts whose cases wait, or were lost, without anybody who agreed to pay."""
    cases = RecoveryCase.objects.filter(approved_on__lte=as_of, agreement=None, expected=0)
    cases = cases.filter(status__in=[RecoveryStatus.UNASSIGNED, RecoveryStatus.LOST])
    return cases.aggregate(total=Sum(PAID_OF_CASE))["total"] or ZERO


def _granted_by(day: date) -> Decimal:
    """What stations were granted by the end of a day, by decisions and on appeal, less claims reversed by then."""
    end = clock.start_of(day + timedelta(days=1))
    later = Event.objects.filter(
        kind="warrantyclaim.reversed", subject_type="warranty.warrantyclaim", subject_id=OuterRef("pk"), at__gte=end
    )
    standing = WarrantyClaim.objects.filter(~Q(status="reversed") | Exists(later))
    decided = standing.filter(decided_at__lt=end).exclude(status="rejected")
    appeals = Appeal.objects.filter(decided_at__lt=end, claim__in=standing)
    return total(
        rows.aggregate(sum=Sum(name))["sum"] or ZERO
        for rows, name in ((decided, "approved_total"), (appeals, "granted_total"))
    )


def names_in_language(lines: Iterable[Any]) -> dict[str, str]:
    """English names by Chinese ones in the lines' frozen texts, of parts, operations and reasons of fines; empty but for
    English readers."""
    if get_language() != "en":
        return {}
    lines = list(lines)
    named = english_names(
        (line.text for line in lines), operations=any(line.kind == ItemKind.REROUTE for line in lines)
    )
    if any(line.kind in FINES for line in lines):
        named |= {row.name: row.name_en for row in reasons.versions() if row.name_en}
    return named


def english_names(texts: Iterable[str], *, operations: bool) -> dict[str, str]:
    """The same of parts, and of operations where the texts name them: two queries at most."""
    said = {each for text in texts for each in NAMES_IN.split(text)}
    named = dict(Part.objects.filter(name__in=said).exclude(name_en="").values_list("name", "name_en"))
    if operations:
        known = LaborOperation.objects.filter(name__in=said).exclude(name_en="").order_by("pk")
        named |= dict(known.values_list("name", "name_en"))
    return named


def worded(text: str, names: Mapping[str, str]) -> str:
    """A line's text with the names of `names_in_language`."""
    return "".join(names.get(each, each) for each in NAMES_IN.split(text))

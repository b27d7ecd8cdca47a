"""Where a claim stands in plain words: who holds it, by when they act, when the money is expected, what was cut.

Not here: what the reader does next (standing.py), why a line was cut (explained lines).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core import clock, show
from portal.core.calendar import add_months
from portal.core.pages import Fact
from portal.core.parameters import param
from warranty.appeals import appeal_until, may_appeal
from warranty.deadline import deadline_of
from warranty.disputed_lines import month_of_claim
from warranty.models import ClaimStatus, ItemKind, Statement, StatementLine, WarrantyClaim
from warranty.settlement_states import StatementStatus
from warranty.wording import ROUTES

GRANTED_UNPAID = frozenset({ClaimStatus.APPROVED, ClaimStatus.PARTIALLY_APPROVED, ClaimStatus.SETTLED})
WAITING = frozenset({ClaimStatus.DRAFT, ClaimStatus.IN_REVIEW, ClaimStatus.INFO_REQUESTED})
AGES = ((14, "bad"), (7, "wait"))  # days that a claim waits for somebody, and how that looks


@dataclass(frozen=True)
class Whereabouts:
    """Who holds the claim, by when, when money is expected and how much was cut; empty where nothing can be said."""

    holder: str
    until: str = ""
    money: str = ""
    cut: str = ""

    def facts(self) -> list[Fact]:
        """Rows for the card."""
        rows = [
            (_("Who has it now"), self.holder),
            (_("By when"), self.until),
            (_("Expected payment"), self.money),
            (_("Cut"), self.cut),
        ]
        return [Fact(label, value) for label, value in rows if value]


def expected_pay_day(decided: date) -> date:
    """When what was decided that day is paid at the earliest: its month's statement, and the days the station has to answer."""
    built = add_months(decided.replace(day=1), 1).replace(day=param("warranty.statement_build_day", decided))
    return built + timedelta(days=param("warranty.statement_answer_days", decided))


def whereabouts(claim: WarrantyClaim) -> Whereabouts:
    """For the claim as it stands now."""
    status = ClaimStatus(claim.status)
    if status in GRANTED_UNPAID or status == ClaimStatus.PAID:
        return _granted(claim)
    if status == ClaimStatus.DRAFT:
        limit = deadline_of(claim.repaired_on)
        return Whereabouts(_station(claim), show.day(limit.last), _if_decided_now(claim), _cut_by_rules(claim))
    if status == ClaimStatus.IN_REVIEW:
        since = waiting_since(claim)
        text = _("waiting for %(count)s days") % {"count": (clock.today() - since).days} if since else ""
        holder = _("Headquarters, claims desk: %(who)s") % {"who": ROUTES.get(claim.route, "")}
        return Whereabouts(holder, text, _if_decided_now(claim), _cut_by_rules(claim))
    if status == ClaimStatus.INFO_REQUESTED:
        asked = claim.questions.filter(answered_at=None).order_by("-round").first()
        rounds = param("warranty.question_rounds", clock.today())
        due = show.moment(asked.due_at) if asked else ""
        turn = _("round %(round)s of %(rounds)s") % {"round": asked.round, "rounds": rounds} if asked else ""
        return Whereabouts(_station(claim), " · ".join(filter(None, [due, turn])), _if_decided_now(claim))
    if status == ClaimStatus.REJECTED:
        return Whereabouts(_("Nobody: it is decided"), _appeal(claim), _("None for this claim"), _cut(claim))
    return Whereabouts(_("Nobody: the claim stands no longer"))


def waiting_since(claim: WarrantyClaim) -> date | None:
    """The day since when the claim waits for whoever holds it."""
    if claim.status == ClaimStatus.DRAFT:
        return clock.local_date(claim.drafted_at)
    return clock.local_date(claim.submitted_at) if claim.submitted_at and claim.status in WAITING else None


def age_of(claim: WarrantyClaim) -> tuple[int, str] | None:
    """Days that an open claim waits, and the tone of so many; None for a claim that waits for nobody."""
    since = waiting_since(claim)
    if since is None:
        return None
    days = (clock.today() - since).days
    return days, next((tone for least, tone in AGES if days >= least), "calm")


def _granted(claim: WarrantyClaim) -> Whereabouts:
    line = _live_line(claim)
    amount = show.money(claim.approved_total)
    if line is None:
        decided = clock.local_date(claim.decided_at) if claim.decided_at else clock.today()
        day = expected_pay_day(month_of_claim(claim) or decided)
        built = day - timedelta(days=param("warranty.statement_answer_days", day))
        until = _("the statement is built on %(day)s") % {"day": show.day(built)}
        money = _("%(amount)s from %(day)s on, with the statement") % {"amount": amount, "day": show.day(day)}
        return Whereabouts(_("Headquarters, finance"), _with_appeal(claim, until), money, _cut(claim))
    statement = line.statement
    holder, until = _of_statement(statement)
    if statement.paid_on:
        money = _("%(amount)s, paid on %(day)s with %(number)s")
        values = {"amount": amount, "day": show.day(statement.paid_on), "number": statement.number}
        return Whereabouts(_("Nobody: it is paid"), _appeal(claim), money % values, _cut(claim))
    money = _("%(amount)s with statement %(number)s") % {"amount": amount, "number": statement.number}
    return Whereabouts(holder, _with_appeal(claim, until), money, _cut(claim))


def _of_statement(statement: Statement) -> tuple[str, str]:
    """Who has the statement, and until when."""
    if statement.status == StatementStatus.ISSUED:
        due = _("confirm the statement by %(day)s") % {"day": show.day(statement.answer_by)}
        return _("The station manager"), due
    steps = {
        StatementStatus.DRAFT: _("issues the statement"),
        StatementStatus.CONFIRMED: _("enters your invoice"),
        StatementStatus.INVOICED: _("pays the statement"),
    }
    return _("Headquarters, finance"), steps.get(StatementStatus(statement.status), "")


def _live_line(claim: WarrantyClaim) -> StatementLine | None:
    rows = StatementLine.objects.filter(item__claim=claim, kind=ItemKind.CLAIM, is_live=True)
    return rows.select_related("statement").order_by("-pk").first()


def _station(claim: WarrantyClaim) -> str:
    return _("The station: %(name)s") % {"name": claim.station}


def _if_decided_now(claim: WarrantyClaim) -> str:
    amount = show.money(claim.allowed_total)
    return _("%(amount)s from %(day)s on, if it is approved this month") % {
        "amount": amount,
        "day": show.day(expected_pay_day(clock.today())),
    }


def _cut_by_rules(claim: WarrantyClaim) -> str:
    cut = claim.claimed_total - claim.allowed_total
    return _("%(amount)s by the rules, as listed below") % {"amount": show.money(cut)} if cut else ""


def _cut(claim: WarrantyClaim) -> str:
    cut = claim.claimed_total - (claim.approved_total or Decimal(0))
    if not cut:
        return ""
    lines = sum(1 for line in claim.lines.all() if line.cut)
    counted = ngettext("%(count)s line", "%(count)s lines", lines) % {"count": lines}
    return f"{show.money(cut)} · {counted}"


def _appeal(claim: WarrantyClaim) -> str:
    last = appeal_until(claim)
    return _("appeal until %(day)s") % {"day": show.day(last)} if last and may_appeal(claim) else ""


def _with_appeal(claim: WarrantyClaim, text: str) -> str:
    return " · ".join(filter(None, [text, _appeal(claim)]))


def money_expected(claims: Any, months: int = 3) -> list[tuple[date, Decimal]]:
    """What granted claims bring that are not paid yet, by the month in which they are expected, soonest first."""
    rows = claims.filter(status__in=GRANTED_UNPAID, approved_total__gt=0).order_by()
    summed = rows.values_list(TruncMonth("decided_at", tzinfo=clock.SHANGHAI)).annotate(total=Sum("approved_total"))
    found: dict[date, Decimal] = {}
    for decided, amount in summed:
        month = max(expected_pay_day(clock.local_date(decided)), clock.today()).replace(day=1)
        found[month] = found.get(month, Decimal(0)) + amount
    return sorted(found.items())[:months]

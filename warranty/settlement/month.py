"""All drafts of a month issued at one press: the exact effect first, then a job, each statement in a transaction of its own.

Not here: issuing one statement (issuing), the job itself (settlement_jobs).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock, jobs
from portal.core.errors import Refusal
from portal.core.models.jobs import JobRun
from portal.core.money import total
from stations.models import Station
from warranty.models import Statement
from warranty.settlement.refusals import require_over
from warranty.settlement_queries import stations_with_items
from warranty.settlement_states import DEAD_STATEMENTS, StatementStatus


class NothingToIssue(Refusal):
    """A month without a draft that can be issued."""

    message = gettext_lazy("No draft of this month can be issued.")
    code = "nothing_to_issue"


class MonthChanged(Refusal):
    """What is issued is what was shown."""

    message = gettext_lazy("Nothing was issued: since the effect was shown, statements of this month have changed.")
    code = "month_changed"


@dataclass(frozen=True)
class Planned:
    """A draft, and why it is left out."""

    statement: Statement
    refusal: str = ""

    @property
    def without_bank(self) -> bool:
        """Whether money is owed to a dealer whose account is not on file."""
        return self.statement.payable > 0 and not self.statement.header.get("bank_account")


@dataclass(frozen=True)
class MonthPlan:
    """What issuing a month does: which statements, their sums, which drafts are left out and which stations have none."""

    period: date
    doing: Sequence[Planned]
    refused: Sequence[Planned]
    unbuilt: Sequence[Station]

    def _sum(self, name: str) -> Decimal:
        return total(getattr(each.statement, name) for each in self.doing)

    @property
    def net(self) -> Decimal:
        """Tax excluded, debits and balances brought forward included."""
        return self._sum("net")

    @property
    def tax(self) -> Decimal:
        """In total."""
        return self._sum("tax")

    @property
    def gross(self) -> Decimal:
        """Net and tax, those below 0 included."""
        return self._sum("gross")

    @property
    def payable(self) -> Decimal:
        """What will be paid; a statement below 0 is carried and takes nothing off."""
        return self._sum("payable")

    @property
    def below(self) -> Sequence[Planned]:
        """Those that are carried to the next month."""
        return [each for each in self.doing if each.statement.is_carried]

    @property
    def chosen(self) -> str:
        """The statements as a form carries them; a draft built anew is another row, so the key says what was seen."""
        return ",".join(str(each.statement.pk) for each in self.doing)


def build_month(period: date, *, actor: Any) -> JobRun:
    """A job builds the drafts of all stations for a month that is over. Raises MonthNotOver."""
    require_over(period, clock.today())
    title = _("Statements of %(month)s") % {"month": f"{period:%Y-%m}"}
    return jobs.start_run("warranty.build_month", owner=actor, title=title, period=period.isoformat())


def plan_month(period: date, *, actor: Any) -> MonthPlan:
    """What issuing the month would do now; writes nothing."""
    drafts = Statement.objects.visible_to(actor).filter(period=period, status=StatementStatus.DRAFT)
    waiting = {station.pk: station for station in stations_with_items(period)}
    planned = [
        Planned(each, _("Lines came after it was built: build it again.") if each.station_id in waiting else "")
        for each in drafts.select_related("station").order_by("station__code", "pk")
    ]
    live = Statement.objects.filter(period=period).exclude(status__in=DEAD_STATEMENTS).values("station")
    seen = Station.objects.visible_to(actor).filter(pk__in=waiting).exclude(pk__in=live)
    return MonthPlan(
        period,
        [each for each in planned if not each.refusal],
        [each for each in planned if each.refusal],
        list(seen.order_by("code")),
    )


def read_chosen(text: str) -> list[int]:
    """The statements of a form's field; empty for anything that this module did not write."""
    keys = text.split(",")
    return [int(key) for key in keys] if all(key.isascii() and key.isdigit() and len(key) < 19 for key in keys) else []


def issue_month(period: date, *, chosen: Sequence[int], actor: Any) -> JobRun:
    """A job issues the chosen drafts, if the plan still names each of them. Raises NothingToIssue, MonthChanged."""
    if not chosen:
        raise NothingToIssue
    shown = {each.statement.pk for each in plan_month(period, actor=actor).doing}
    if not shown.issuperset(chosen):
        raise MonthChanged
    return jobs.start_run(
        "warranty.issue_month",
        owner=actor,
        title=_("Issue the statements of %(month)s") % {"month": f"{period:%Y-%m}"},
        total=len(chosen),
        period=period.isoformat(),
        chosen=sorted(chosen),
    )

"""Background effects of parts. Each is idempotent."""

from parts.allocation import allocate
from parts.cases.returning import remind_of_goods
from parts.counts.planning import plan_due_counts
from parts.models import PlanningRun, StockCountLine
from parts.ordering import retest_holds
from parts.replenishment.run import PlanningUnderWay, plan, start_planning
from parts.setting_free import expire_allocations
from portal.core import jobs
from portal.core.jobs import periodic, subscriber
from portal.core.models.events import Event
from stations.models import DealerAccount


@subscriber("parts.retest_holds")
def retest_when_credit_grows(event: Event) -> None:
    """A payment, a credit note or a higher limit lets held orders go on, oldest first."""
    account = DealerAccount.objects.filter(pk=event.subject_id).first()
    if account is not None:
        retest_holds(account, at=event.at)


@subscriber("parts.allocate_after_count")
def share_out_what_was_counted(event: Event) -> None:
    """Stock that a count kept back goes to the lines that wait for it, at once."""
    parts = list(StockCountLine.objects.filter(count=event.subject_id).values_list("part", flat=True).distinct())
    if parts:
        allocate(parts=parts, cause="count", at=event.at)


@periodic("parts.allocate", "*/10 * * * *")
def share_out_regularly() -> None:
    """Every ten minutes waiting lines get their share of what is free."""
    allocate(cause="schedule")


@periodic("parts.plan_counts", "45 18 * * *")
def plan_counts_of_the_day() -> None:
    """Every night at 02:45 in Shanghai each warehouse has a planned count of what is due by its class."""
    plan_due_counts()


@periodic("parts.expire_allocations", "15 18 * * *")
def free_what_nobody_picks() -> None:
    """Every night at 02:15 in Shanghai stock set aside too long ago is ranked anew."""
    expire_allocations()


@periodic("parts.remind_of_goods", "20 0 * * *")
def remind_of_goods_that_come_back() -> None:
    """Every morning at 08:20 in Shanghai stations that should have sent goods back are told, and the warehouse of goods not come."""
    remind_of_goods()


@jobs.task("parts.plan")
def plan_parts(run: int, planning: int) -> None:
    """The planning run is done, or cancelled where it was."""
    plan(jobs.begin(run), PlanningRun.objects.get(pk=planning))


@periodic("parts.plan_weekly", "30 17 * * 0")
def plan_weekly() -> None:
    """Every Monday at 01:30 in Shanghai all parts are planned."""
    try:
        start_planning(actor=None)
    except PlanningUnderWay:
        return

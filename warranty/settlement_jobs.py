"""Jobs of old parts, recovery and statements; imported by jobs.py. Each is idempotent."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import ngettext

from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.errors import Refusal
from portal.core.models import Event, JobRun
from portal.core.notifications import notify
from portal.core.parameters import param
from stations.models import Incentive, Station
from warranty import chargebacks, failed_parts, recovery, reversal, settlement
from warranty import settlement_posting as posting
from warranty.desk import holding
from warranty.models import Appeal, Chargeback, Statement, WarrantyClaim
from warranty.settlement_people import role_users, station_users, supplier_users
from warranty.settlement_queries import stations_with_items
from warranty.settlement_rules import month_of
from warranty.states import GRANTED

APPROVED = ("warrantyclaim.approved", "warrantyclaim.partially_approved")


@jobs.subscriber("warranty.follow_approval")
def follow_approval(event: Event) -> None:
    """An approved claim is credited, its old parts are asked for, its suppliers' clocks run."""
    claim = WarrantyClaim.objects.select_related("station__dealer", "unit__product_model").get(pk=event.subject_id)
    if event.from_status == "settled":
        return  # it only left a statement; all this was done at its approval
    if claim.status not in GRANTED:
        return  # reversed before this job ran: nothing was credited, nothing is asked back
    posting.credit_claim(claim)
    recovery.open_cases(claim, at=event.at)
    _ask_back(claim, event.at)


def _ask_back(claim: WarrantyClaim, at: datetime) -> None:
    """The station knows which old parts the factory wants, if any."""
    pieces = failed_parts.request_returns(claim, at=at)
    if pieces:
        notify(
            station_users(claim.station),
            "failedpart.requested",
            {"count": len(pieces), "claim": claim.number},
            url=pieces[0].get_absolute_url(),
            subject=pieces[0],
        )


@jobs.subscriber("warranty.follow_appeal")
def follow_appeal(event: Event) -> None:
    """What an appeal granted is credited, its old parts are asked for, its suppliers' clocks run."""
    found = Appeal.objects.select_related("claim__station", "claim__unit", "station__dealer")
    appeal = found.get(pk=event.subject_id)
    if posting.credit_appeal(appeal) is None:
        return  # done before, or the claim was reversed meanwhile
    recovery.follow_appeal(appeal.claim, at=event.at)
    chargebacks.follow_appeal(appeal, at=event.at)
    _ask_back(appeal.claim, event.at)


@jobs.subscriber("warranty.follow_reversal")
def follow_reversal(event: Event) -> None:
    """What a reversed claim had set off is taken back: money, recovery, free parts, old parts."""
    claim = WarrantyClaim.objects.select_related("station__dealer", "work_order").get(pk=event.subject_id)
    reversal.carry_out(claim, actor=event.actor, at=event.at)


@jobs.subscriber("warranty.follow_end_of_review")
def follow_end_of_review(event: Event) -> None:
    """Lines of a withdrawn or rejected claim are held no longer; old parts that were asked for need not come."""
    holding.end_of_review(WarrantyClaim.objects.get(pk=event.subject_id), actor=event.actor, at=event.at)


@jobs.subscriber("warranty.credit_incentive")
def credit_incentive(event: Event) -> None:
    """A granted incentive stands on the running preview of the station's statement."""
    posting.credit_incentive(Incentive.objects.select_related("station__dealer").get(pk=event.subject_id))


@jobs.periodic("warranty.old_parts_daily", cron="20 16 * * *")  # 00:20 in Shanghai
def old_parts_daily() -> None:
    """Due pieces are reminded of, overdue ones debited."""
    for piece in failed_parts.remind_due():
        facts = {"number": piece.number, "day": str(piece.due_on)}
        users = station_users(piece.station)
        notify(users, "failedpart.due", facts, url=piece.get_absolute_url(), subject=piece)
    failed_parts.debit_overdue()


@jobs.periodic("warranty.recovery_daily", cron="30 16 * * *")
def recovery_daily() -> None:
    """Missed notice days are recorded, near ones announced, silent suppliers deemed to accept."""
    recovery.lose_overdue()
    day = clock.today()
    for case in recovery.alarms_on(day):
        facts = {"number": case.number, "day": str(case.last_day)}
        if case.supplier is not None:
            facts |= {"supplier": case.supplier.name, "supplier_en": case.supplier.name_en}
        notify(role_users(Role.FINANCE), "recoverycase.alarm", facts, subject=case)
        type(case).objects.filter(pk=case.pk).update(alarmed_on=day)
    chargebacks.accept_silent()


@jobs.periodic("warranty.statements_daily", cron="40 16 * * *")
def statements_daily() -> None:
    """Unanswered statements are confirmed; on the fifth (D) last month's are built."""
    settlement.confirm_silent()
    day = clock.today()
    if day.day == param("warranty.statement_build_day"):
        period = month_of(month_of(day) - timedelta(days=1))
        for station in stations_with_items(period):
            build_one(station, period, None)


def build_one(station: Station, period: date, actor: Any | None) -> bool:
    """Whether a draft was built; a station that has its statement, or nothing to settle, is passed over."""
    try:
        settlement.build_statement(station, period, actor=actor)
    except Refusal:
        return False
    return True


@jobs.task("warranty.build_month")
def build_month(run: int, period: str) -> None:
    """The drafts of all stations with something to settle, one station a step."""
    month = date.fromisoformat(period)
    stations = list(stations_with_items(month))
    row: JobRun = jobs.begin(run, total=len(stations))
    built: list[bool] = []

    def step(station: Station) -> int:
        built.append(build_one(station, month, row.owner))
        return 1

    for station in stations[row.done :]:
        jobs.advance(row, lambda station=station: step(station))  # type: ignore[misc]
    text = ngettext("%(count)s statement built", "%(count)s statements built", sum(built)) % {"count": sum(built)}
    jobs.finish(row, message=text, result_url=f"/warranty/statements/?period={period}")


@jobs.subscriber("warranty.tell_statement")
def tell_statement(event: Event) -> None:
    """The station learns of its statement."""
    row = Statement.objects.select_related("station").get(pk=event.subject_id)
    facts = {"number": row.number, "gross": str(row.gross), "day": str(row.answer_by)}
    notify(station_users(row.station), "statement.issued", facts, url=row.get_absolute_url(), subject=row)


@jobs.subscriber("warranty.tell_chargeback")
def tell_chargeback(event: Event) -> None:
    """The supplier learns of its note."""
    row = Chargeback.objects.select_related("supplier").get(pk=event.subject_id)
    facts = {"number": row.number, "claimed": str(row.claimed), "day": str(row.answer_by)}
    notify(supplier_users(row.supplier), "chargeback.sent", facts, url=row.get_absolute_url(), subject=row)

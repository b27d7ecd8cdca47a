"""Jobs of old parts, recovery and statements; imported by jobs.py. Each is idempotent."""

import logging
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.errors import Refusal
from portal.core.models import Event, JobRun
from portal.core.notifications import notify
from portal.core.parameters import param
from stations.models import Incentive, Station
from warranty import (
    chargebacks,
    failed_parts,
    recovery,
    recovery_in_house,
    recovery_keeping,
    reversal,
    ruling,
    settlement,
    stakes,
)
from warranty import settlement_posting as posting
from warranty.appraisal import VERDICTS_DIFFER
from warranty.desk import holding
from warranty.models import Appeal, FailedPart, PartBox, RecoveryCase, Statement, WarrantyClaim
from warranty.run_steps import take_steps
from warranty.settlement_people import role_users, station_users
from warranty.settlement_queries import stations_to_build
from warranty.settlement_rules import month_of
from warranty.settlement_states import StatementStatus
from warranty.states import GRANTED

_log = logging.getLogger(__name__)
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
    stakes.follow_decision(claim)
    recovery.open_cases(claim, at=event.at)
    _ask_back(claim, event.at)


def _ask_back(claim: WarrantyClaim, at: datetime, *, appeal: Appeal | None = None) -> None:
    """The station knows which old parts the factory wants, if any; of an appeal those of the lines that it granted."""
    pieces = failed_parts.request_returns(claim, appeal=appeal, at=at)
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
    chargebacks.hold_notes(appeal.claim_id)
    recovery.follow_appeal(appeal.claim, at=event.at)
    chargebacks.follow_appeal(appeal, at=event.at)
    stakes.follow_decision(appeal.claim)
    _ask_back(appeal.claim, event.at, appeal=appeal)


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


@jobs.periodic("warranty.old_parts_daily", cron="20 16 * * *", by_rows=True)  # 00:20 in Shanghai
def old_parts_daily() -> None:
    """Due pieces are reminded of, overdue ones debited."""
    jobs.in_turn(lambda: failed_parts.remind_due(tell=_tell_due), failed_parts.debit_overdue)


def _tell_due(piece: FailedPart) -> None:
    facts = {"number": piece.number, "day": str(piece.due_on)}
    notify(station_users(piece.station), "failedpart.due", facts, url=piece.get_absolute_url(), subject=piece)


@jobs.subscriber("warranty.tell_waiting_verdict")
def tell_waiting_verdict(event: Event) -> None:
    """Who decides between appraisers knows of the piece: a free third one, and the approvers from their day on."""
    piece = FailedPart.objects.select_related("claim").get(pk=event.subject_id)
    waits = ruling.waiting_verdict(piece)
    if waits is None or waits.differ != (event.kind == VERDICTS_DIFFER):
        return  # the next verdict was given meanwhile, and tells of itself
    facts = {"number": piece.number, "day": str(waits.ruled_from)}
    if waits.differ:
        url = reverse("failed_part_appraise", args=[piece.pk])
        notify(waits.free, "failedpart.verdicts_differ", facts, url=url, subject=piece)
    if waits.ruled_from is not None:
        kind = "failedpart.ruling_later" if waits.free else "failedpart.ruling_needed"
        deciders = [user for user in role_users(Role.APPROVER) if user.has_perm("warranty.rule_appraisal", piece)]
        notify(deciders, kind, facts, url=reverse("failed_part_rule", args=[piece.pk]), subject=piece)


@jobs.periodic("warranty.recovery_daily", cron="30 16 * * *", by_rows=True)
def recovery_daily() -> None:
    """Cases that nobody is charged for end, missed notice days are recorded, near ones announced by message and mail, silent
    suppliers deemed to accept."""
    jobs.in_turn(
        recovery_keeping.open_missing,
        recovery_keeping.close_unchargeable,
        recovery_in_house.close_all,
        recovery_keeping.lose_overdue,
        chargebacks.lose_unsent,
        _announce_near,
        chargebacks.accept_silent,
    )


def _announce_near() -> None:
    """Finance is warned of each case whose notice day comes near."""
    day = clock.today()
    jobs.each("warranty.announce_near", lambda: recovery_keeping.alarms_on(day), lambda case: _announce(case, day))


def _announce(case: RecoveryCase, day: date) -> None:
    facts = {"number": case.number, "day": str(case.last_day), "amount": str(case.expected)}
    if case.supplier is not None:
        facts |= {"supplier": case.supplier.name, "supplier_en": case.supplier.name_en}
    url = case.get_absolute_url()
    notify(role_users(Role.FINANCE), "recoverycase.alarm", facts, url=url, subject=case, mail=True)
    RecoveryCase.objects.filter(pk=case.pk).update(alarmed_on=day)


@jobs.periodic("warranty.statements_daily", cron="40 16 * * *", by_rows=True)
def statements_daily() -> None:
    """Unanswered statements are confirmed; stations whose silence soon confirms are told."""
    jobs.in_turn(settlement.confirm_silent, lambda: settlement.remind_silent(tell=_tell_silent))


def _tell_silent(row: Statement) -> None:
    notify(station_users(row.station), "statement.due", _told(row), url=row.get_absolute_url(), subject=row)


@jobs.periodic("warranty.build_last_month", cron="45 16 * * *")
def build_last_month() -> None:
    """From the fifth (D) on, every night until it is done: a run builds last month's statements that nobody has built."""
    day = clock.today()
    build_day = day.replace(day=param("warranty.statement_build_day"))
    if day < build_day:
        return
    period, since = month_of(month_of(day) - timedelta(days=1)), clock.start_of(build_day)
    if stations_to_build(period, since=since).exists():
        title = _("Statements of %(month)s") % {"month": f"{period:%Y-%m}"}
        month = period.isoformat()
        jobs.start_run("warranty.build_month", owner=None, title=title, period=month, since=since.isoformat())


@jobs.task("warranty.build_month")
def build_month(run: int, period: str, since: str = "") -> None:
    """The drafts of all stations with something to settle, one station a step, none twice however often the job runs.

    since: stations whose statement was built from this instant on are done; without it from the wish on. A station
    that an error stops does not stop the others: the run says which, and the job tries them again.
    """
    month = date.fromisoformat(period)
    row: JobRun = jobs.begin(run)
    begun = datetime.fromisoformat(since) if since else row.queued_at
    with suppress(Exception):  # it says itself whose debit failed; the month is built nevertheless
        failed_parts.debit_overdue()  # those of a missed night belong to the month that is built
    stations = list(stations_to_build(month, since=begun))
    row = jobs.begin(run, total=row.done + len(stations))
    steps = {each.code: partial(_build_step, each, month, begun, row.owner) for each in stations}
    shown = f"{reverse('statement_issue_month')}?period={month:%Y-%m}"
    take_steps(row, steps, partial(_built_in, row, month), result_url=shown)


def _build_step(station: Station, month: date, begun: datetime, actor: Any | None) -> int:
    """One step: the station's draft, unless another process of the same run was faster; a refusal passes it over."""
    if not Statement.objects.filter(station=station, period=month, built_at__gte=begun).exists():
        with suppress(Refusal):
            settlement.build_statement(station, month, actor=actor)
    return 1


def _built_in(row: JobRun, month: date) -> str:
    """How many statements stand through the run, whichever process built them."""
    built = Statement.objects.filter(period=month, built_at__gte=row.queued_at, built_by=row.owner).count()
    return ngettext("%(count)s statement built", "%(count)s statements built", built) % {"count": built}


@jobs.subscriber("warranty.tell_extension")
def tell_extension(event: Event) -> None:
    """The station learns whether it has more time, and until when."""
    piece = FailedPart.objects.select_related("station").get(pk=event.subject_id)
    facts = {"number": piece.number, "day": str(piece.due_on), "reason": piece.extension_refused}
    notify(station_users(piece.station), event.kind, facts, url=piece.get_absolute_url(), subject=piece)


@jobs.subscriber("warranty.tell_discrepancy")
def tell_discrepancy(event: Event) -> None:
    """The station learns what its box lacked or held beyond its list; the box's page shows the note."""
    box = PartBox.objects.select_related("station").get(pk=event.subject_id)
    facts = {"number": box.number, "count": event.data["count"]}
    notify(station_users(box.station), "partbox.discrepancy", facts, url=box.get_absolute_url(), subject=box)


@jobs.task("warranty.issue_month")
def issue_month(run: int, period: str, chosen: list[int]) -> None:
    """The chosen drafts are issued, one a step, none twice however often the job runs; what is a draft no more is named."""
    row: JobRun = jobs.begin(run)
    drafts = Statement.objects.filter(pk__in=chosen, status=StatementStatus.DRAFT).select_related("station")
    left = list(drafts.order_by("pk"))
    row = jobs.begin(run, total=row.done + len(left))
    refused: list[str] = []
    steps = {each.station.code: partial(_issue_step, each, row.owner, refused) for each in left}
    shown = f"{reverse('statement_list')}?period={period[:7]}"
    take_steps(row, steps, partial(_issued_of, chosen, refused), result_url=shown)


def _issue_step(statement: Statement, actor: Any | None, refused: list[str]) -> int:
    try:
        settlement.issue_statement(statement, actor=actor)
    except Refusal as refusal:  # taken back or built anew meanwhile: the others are issued
        refused.append(f"{statement.station.code}: {refusal}")
    return 1


def _issued_of(chosen: list[int], refused: list[str]) -> str:
    """How many of the chosen stand issued, whichever process did it, and who was left out."""
    unissued = [StatementStatus.DRAFT, StatementStatus.VOIDED]
    done = Statement.objects.filter(pk__in=chosen).exclude(status__in=unissued).count()
    text = ngettext("%(count)s statement issued", "%(count)s statements issued", done) % {"count": done}
    return " · ".join([text, *refused[:20]])


@jobs.subscriber("warranty.tell_statement")
def tell_statement(event: Event) -> None:
    """The station learns of its statement."""
    row = Statement.objects.select_related("station").get(pk=event.subject_id)
    notify(station_users(row.station), "statement.issued", _told(row), url=row.get_absolute_url(), subject=row)


def _told(row: Statement) -> dict[str, Any]:
    return {"number": row.number, "gross": str(row.gross), "day": str(row.answer_by)}


@jobs.subscriber("warranty.tell_dispute")
def tell_dispute(event: Event) -> None:
    """Finance learns which statement a station disputed, and finds the reasons there."""
    row = Statement.objects.select_related("station").get(pk=event.subject_id)
    facts = {
        "number": row.number,
        "station": row.station.code,
        "count": row.lines.exclude(dispute_reason="").count(),
    }
    notify(role_users(Role.FINANCE), "statement.disputed", facts, url=row.get_absolute_url(), subject=row)

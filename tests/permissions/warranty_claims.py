"""Claims and registrations."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from portal.core import clock, jobs
from tests.factories.claims import make_bench, make_unit, photo
from tests.factories.stations import make_grade
from tests.permissions import FIELD, HQ, STATION, STATION_A, STATION_B, SUPPLIERS, Row, everybody, only
from warranty import claim_reports, corrections, registration, review
from warranty.appeals import AppealedLine, appealable_lines, file_appeal
from warranty.audits import open_region_audit
from warranty.desk import holding, taking
from warranty.models import ClaimLine, CorrectionEffect, UnitRegistration, WarrantyClaim
from warranty.photos import photos_of
from warranty.replays.running import start_replay

READERS = (*HQ, *FIELD, *STATION_A)
BLIND = (*STATION_B, *SUPPLIERS, "outsider")  # the claim lies outside of their scope
NOT_HQ = (*FIELD, *STATION_A, *BLIND)
OFFICE_A = ("owner_a", "clerk_a")
OFFICES = (*OFFICE_A, "owner_b", "clerk_b")
HIDDEN_AUDIT = tuple(member for member in NOT_HQ if member != "region_manager")
OWN_REPORT = ("clerk_a",)
NOT_MINE = tuple(member for member in NOT_HQ if member != "clerk_a")
DESK = ("reviewer", "approver", "service_manager", "auditor")


def bench_of(cast: Any) -> Any:
    """Station A, grade B, with what a claim needs."""
    if not cast.station_a.grades.exists():
        make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


def draft(cast: Any) -> list[Any]:
    """A draft of station A."""
    return [bench_of(cast).draft().pk]


def submitted(cast: Any) -> list[Any]:
    """A decided claim of station A."""
    bench, today = bench_of(cast), clock.today()
    return [bench.submitted(bench.unit(today - timedelta(days=100)), failed_on=today).pk]


def appealed(cast: Any) -> list[Any]:
    """An appeal of station A against what the system cut."""
    claim = WarrantyClaim.objects.get(pk=submitted(cast)[0])
    lines = [AppealedLine(line.pk, line.cut) for line in appealable_lines(claim)]
    grounds = "现场为高空作业，实际工时多于标准"
    return [file_appeal(claim, lines=lines, grounds=grounds, files=[photo(777)], actor=cast.owner_a).pk]


def pictured(cast: Any) -> list[Any]:
    """The first picture of a claim of station A."""
    return [photos_of(WarrantyClaim.objects.get(pk=submitted(cast)[0]))[0].pk]


def job(cast: Any) -> list[Any]:
    """A finished job of station A."""
    return [bench_of(cast).job().pk]


def line(cast: Any) -> list[Any]:
    """A line of a draft of station A."""
    return [bench_of(cast).draft().lines.order_by("position").first().pk]


def replay(cast: Any) -> list[Any]:
    """A replay of a year on other parameters."""
    today = clock.today()
    given = {"since": today - timedelta(days=365), "before": today, "parameters_on": today}
    return [start_replay(actor=cast.approver, **given).pk]


def report(cast: Any) -> list[Any]:
    """What the clerk of station A asked to have on paper."""
    claims = WarrantyClaim.objects.filter(pk=submitted(cast)[0])
    return [claim_reports.ask_report(claims, actor=cast.clerk_a, language="zh-hans").pk]


def report_file(cast: Any) -> list[Any]:
    """Its table."""
    (pk,) = report(cast)
    jobs.drain()
    return [pk, "csv"]


def region_audit(cast: Any) -> list[Any]:
    """An audit asked of station A's region."""
    (pk,) = submitted(cast)
    claim = WarrantyClaim.objects.get(pk=pk)
    claim.risk_score = 60
    found = open_region_audit(claim, at=clock.now())
    return [found.pk if found else 0]


def waiting(cast: Any) -> list[Any]:
    """A claim of station A that a reviewer has to decide."""
    bench, today = bench_of(cast), clock.today()
    return [bench.submitted(bench.unit(today - timedelta(days=100)), failed_on=today, qty="4").pk]


def waiting_line(cast: Any) -> list[Any]:
    """The part line of such a claim."""
    (claim,) = waiting(cast)
    return [claim, ClaimLine.objects.get(claim=claim, kind="part").pk]


def taken(cast: Any) -> list[Any]:
    """Such a claim, taken by the reviewer."""
    (pk,) = waiting(cast)
    taking.take(WarrantyClaim.objects.get(pk=pk), actor=cast.reviewer)
    return [pk]


def held(cast: Any) -> list[Any]:
    """Such a claim whose part line waits for its appraisal."""
    claim, part = waiting_line(cast)
    row = WarrantyClaim.objects.get(pk=claim)
    holding.hold_lines(row, lines=[part], reason="待旧件鉴定结论后再核定金额", actor=cast.approver)
    return [claim]


def half_approved(cast: Any) -> list[Any]:
    """A claim above the limit, to which the approver has given the first of two approvals."""
    bench, today = bench_of(cast), clock.today()
    claim = bench.submitted(bench.unit(today - timedelta(days=100)), failed_on=today, qty="70")
    review.decide_lines(claim, decisions=review.proposals(claim), actor=cast.approver)
    return [claim.pk]


def filed(cast: Any) -> list[Any]:
    """A sale that station A has filed."""
    sale = registration.Sale(clock.today())
    row = registration.file_registration(make_unit(), sale=sale, station=cast.station_a, actor=cast.clerk_a)
    return [row.pk]


def registered(cast: Any) -> list[Any]:
    """The same, approved."""
    (pk,) = filed(cast)
    registration.approve_registration(UnitRegistration.objects.get(pk=pk), actor=cast.reviewer)
    return [pk]


def correction(cast: Any) -> list[Any]:
    """One that station A wants corrected."""
    row = UnitRegistration.objects.get(pk=registered(cast)[0])
    after = replace(corrections.values_of(row), sale_date=clock.today() - timedelta(days=1))
    return [corrections.file_correction(row, after=after, reason="发票日期有误，附发票", actor=cast.clerk_a).pk]


def effect(cast: Any) -> list[Any]:
    """What a correction of it means for a claim of station A."""
    claim = WarrantyClaim.objects.get(pk=submitted(cast)[0])
    money = {"allowed_before": 100, "allowed_after": 0, "answer_before": "covered:unit", "answer_after": "EW"}
    row = CorrectionEffect(correction_id=correction(cast)[0], claim=claim, claim_status=claim.status, **money)
    row.save()
    return [row.pk]


ROWS = [
    Row("region_audit_list", get=only(*HQ, "region_manager")),
    Row("region_audit_detail", args=region_audit, get=only(*HQ, "region_manager", hidden=HIDDEN_AUDIT)),
    Row("region_audit_close", args=region_audit, get=only("region_manager", hidden=HIDDEN_AUDIT)),
    Row("sample_audit_list", get=only(*HQ, *OFFICES, "region_manager")),
    Row("limit_fallback_list", get=only(*HQ, *OFFICES, "region_manager")),
    Row("claim_list", get=only(*HQ, *FIELD, *STATION)),
    Row("claim_queue", get=only(*DESK)),
    Row("claims_decide_many", get=only("reviewer", "approver")),
    Row("claim_next", get=only("reviewer", "approver"), post=only("reviewer", "approver", ok=302)),
    Row("claim_desk", args=waiting, get=only(*DESK, hidden=BLIND)),
    Row("claim_present", args=waiting, get=only(*DESK, ok=405, hidden=BLIND), post=only(*DESK, hidden=BLIND)),
    Row("claim_take", args=waiting, get=only("reviewer", "approver", hidden=BLIND)),
    Row("claim_put_back", args=waiting, get=only("reviewer", "approver", hidden=BLIND)),
    Row("claim_withdraw_first", args=waiting, get=only("approver", hidden=BLIND)),
    Row("claim_hand_over", args=waiting, get=only("reviewer", "approver", "service_manager", hidden=BLIND)),
    Row("claim_release_hold", args=waiting_line, get=only("reviewer", "approver", hidden=BLIND)),
    Row("claim_reverse", args=submitted, get=only("approver", hidden=BLIND)),
    Row("claimable_jobs", get=only(*STATION)),
    Row("claim_draft", args=job, get=only(*STATION_A, hidden=BLIND)),
    Row("claim_detail", args=submitted, get=only(*READERS, hidden=BLIND)),
    Row("claim_version", args=lambda cast: [*submitted(cast), 1], get=only(*READERS, hidden=BLIND)),
    Row("claim_edit", args=draft, get=only(*STATION_A, hidden=BLIND)),
    Row("claim_coach", args=draft, get=only(*STATION_A, ok=405, hidden=BLIND)),
    Row("claim_submit", args=draft, get=only(*OFFICE_A, hidden=BLIND)),
    Row("claim_withdraw", args=draft, get=only(*OFFICE_A, hidden=BLIND)),
    Row("claim_answer", args=draft, get=only(*OFFICE_A, hidden=BLIND)),
    Row("claim_replace", args=submitted, get=only(*STATION_A, hidden=BLIND)),
    Row("claim_photo", args=draft, get=only(*STATION_A, hidden=BLIND)),
    Row("claim_add_line", args=draft, get=only(*STATION_A, hidden=BLIND)),
    Row("claim_part_choices", args=draft, get=only(*STATION_A, hidden=BLIND), query={"part": "P"}),
    Row("claim_remove_line", args=line, get=only(*STATION_A, hidden=BLIND)),
    Row("photo_evidence", args=pictured, get=only("reviewer", "approver", "auditor")),
    Row("photo_share", args=pictured, get=only("reviewer", "approver", hidden=BLIND)),
    Row("photo_original", args=pictured, get=only("reviewer", "approver", "auditor")),
    Row("appeal_file", args=submitted, get=only(*OFFICE_A, hidden=BLIND)),
    Row("appeal_list", get=only(*HQ, *FIELD, *STATION)),
    Row("appeal_detail", args=appealed, get=only(*READERS, hidden=BLIND)),
    Row("appeal_decide", args=appealed, get=only("reviewer", "approver", hidden=BLIND)),
    Row("claim_report_ask", get=only(*HQ, *FIELD, *OFFICES)),
    Row("claim_report_one", args=submitted, get=only(*HQ, *FIELD, *OFFICE_A, hidden=BLIND)),
    Row("claim_report_list", get=only(*HQ, *FIELD, *OFFICES)),
    Row("claim_report_detail", args=report, get=only(*HQ, *OWN_REPORT, hidden=NOT_MINE)),
    Row("claim_report_again", args=report, get=only(*HQ, *OWN_REPORT, hidden=NOT_MINE)),
    Row("claim_report_file", args=report_file, get=only(*HQ, *OWN_REPORT, hidden=(*FIELD, *OFFICES))),
    Row("replay_list", get=only(*HQ)),
    Row("replay_start", get=only("service_manager", "approver", "finance")),
    Row("replay_detail", args=replay, get=only(*HQ, hidden=NOT_HQ)),
    Row("replay_differences", args=replay, get=only(*HQ)),
    Row("cover_check", get=everybody()),
    Row("coverage_question", get=only(*HQ, *FIELD, *STATION)),
    Row("registration_list", get=only(*HQ, *STATION)),
    Row("registration_new", get=only(*OFFICES)),
    Row("registration_unit", get=only(*OFFICES), query={"serial_number": "NO-SUCH"}),
    Row("registration_detail", args=filed, get=only(*HQ, *STATION_A, hidden=BLIND)),
    Row("registration_approve", args=filed, get=only("service_manager", "reviewer", hidden=BLIND)),
    Row("registration_refuse", args=filed, get=only("service_manager", "reviewer", hidden=BLIND)),
    Row("registration_correct", args=registered, get=only(*OFFICE_A, "service_manager", "reviewer", hidden=BLIND)),
    Row("correction_list", get=only(*HQ, *OFFICES)),
    Row("correction_detail", args=correction, get=only(*HQ, *OFFICE_A, hidden=BLIND)),
    Row("correction_apply", args=correction, get=only("service_manager", "reviewer", hidden=BLIND)),
    Row("correction_refuse", args=correction, get=only("service_manager", "reviewer", hidden=BLIND)),
    Row("effect_list", get=only(*HQ, *OFFICES)),
    Row("effect_seen", args=effect, get=only("auditor", hidden=BLIND)),
]

"""An incentive stands on one live statement, which is built again with the same fingerprint; it is released like any line."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.core import jobs
from stations import ideas
from stations.models import Incentive
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from warranty import settlement
from warranty import settlement_posting as posting
from warranty.models import SettlementItem, Statement
from warranty.settlement_checks import CHECKS
from warranty.settlement_queries import stations_with_items

JUNE, JULY = date(2025, 6, 1), date(2025, 7, 1)
WHY = "奖励金额与通知书不一致，请核对"


def grant(desk: Desk) -> Incentive:
    """¥500 on the last second of June."""
    return ideas.grant_incentive(
        desk.station, source="ID-202506-000001", text="旧件箱分格", amount=Decimal(500), actor=desk.finance
    )


def noted() -> str:
    return Incentive.objects.get().statement_number


def violations() -> list[str]:
    names = ("warranty.incentives_credited_as_granted", "warranty.statements_add_up")
    return [sentence for name in names for sentence in CHECKS[name]()]


@pytest.fixture
def granted(desk: Desk, june: Any) -> Incentive:
    """Beside a claim of 465.00."""
    posting.credit_claim(make_granted_claim(desk.station, part=desk.part))
    june("2025-06-30 23:59:59")
    incentive = grant(desk)
    june("2025-07-05 09:00:00")
    return incentive


@pytest.mark.parametrize("job_runs", [True, False])
def test_the_statement_of_its_month_credits_it_once(desk: Desk, granted: Incentive, *, job_runs: bool) -> None:
    if job_runs:
        jobs.drain()
    assert desk.station in stations_with_items(JUNE)

    draft = settlement.build_statement(desk.station, JUNE, actor=desk.finance)
    jobs.drain()

    line = draft.lines.get(kind="incentive")
    assert (line.amount, line.other_amount, line.tax_rate, line.source) == (500, 500, Decimal("0.06"), granted.number)
    assert (draft.net, draft.tax, draft.gross) == (Decimal("965.00"), Decimal("57.90"), Decimal("1022.90"))
    assert SettlementItem.objects.filter(kind="incentive").count() == 1
    assert noted() == ""

    issued = settlement.issue_statement(draft, actor=desk.finance)

    assert noted() == issued.number
    assert settlement.rebuilt_fingerprint(issued) == issued.fingerprint
    assert violations() == []


def test_a_voided_draft_gives_it_back(desk: Desk, granted: Incentive) -> None:
    first = settlement.build_statement(desk.station, JUNE, actor=desk.finance)
    settlement.void_draft(first, actor=desk.finance)

    second = settlement.build_statement(desk.station, JUNE, actor=desk.finance)

    assert second.lines.filter(kind="incentive", is_live=True).count() == 1


def test_a_disputed_line_waits_for_the_next_month(desk: Desk, granted: Incentive, june: Any) -> None:
    issued = settlement.issue_statement(
        settlement.build_statement(desk.station, JUNE, actor=desk.finance), actor=desk.finance
    )
    line = issued.lines.get(kind="incentive")

    revision = settlement.dispute_lines(issued, reasons={line.pk: WHY}, actor=desk.owner)

    assert noted() == ""
    assert not revision.lines.filter(kind="incentive").exists()
    june("2025-08-05 09:00:00")
    later = settlement.issue_statement(
        settlement.build_statement(desk.station, JULY, actor=desk.finance), actor=desk.finance
    )
    assert (noted(), later.net) == (later.number, Decimal("500.00"))
    assert violations() == []


def test_another_disputed_line_leaves_it_on_the_revision(desk: Desk, granted: Incentive) -> None:
    issued = settlement.issue_statement(
        settlement.build_statement(desk.station, JUNE, actor=desk.finance), actor=desk.finance
    )
    line = issued.lines.get(kind="claim")

    revision = settlement.dispute_lines(issued, reasons={line.pk: WHY}, actor=desk.owner)

    assert noted() == revision.number
    assert [row.number for row in Statement.objects.filter(status="issued")] == [revision.number]
    assert violations() == []

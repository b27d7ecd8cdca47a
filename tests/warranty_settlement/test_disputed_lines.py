"""A line that a station disputed is work for finance, with its reason beside it, until it stands on an issued statement again."""

from datetime import date
from typing import Any

from portal.accounts.roles import Role
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_member, make_station, make_user
from warranty import settlement
from warranty.models import Statement, WarrantyClaim

JUNE, JULY = date(2025, 6, 1), date(2025, 7, 1)
REASON = "工时少计半小时，请按实际工时核对"


def disputed(desk: Desk, june: Any) -> tuple[WarrantyClaim, Statement]:
    """A claim of June, whose line the owner disputed on 6 July; and the statement that was superseded."""
    claim = make_granted_claim(desk.station)
    june("2025-07-05 08:00:00")
    statement = settlement.issue_statement(
        settlement.build_statement(desk.station, JUNE, actor=None), actor=desk.finance
    )
    june("2025-07-06 08:00:00")
    settlement.dispute_lines(statement, reasons={statement.lines.get().pk: REASON}, actor=desk.owner)
    return claim, statement


def page(user: Any, address: str) -> str:
    return as_user(user).get(address).content.decode()


def test_finance_finds_it_among_its_work_until_it_is_billed_again(desk: Desk, june: Any) -> None:
    _claim, statement = disputed(desk, june)
    readers = (desk.finance, make_user(Role.WAREHOUSE), desk.owner)
    waiting = [REASON in page(user, "/") for user in readers]

    june("2025-08-05 08:00:00")
    draft = settlement.build_statement(desk.station, JULY, actor=None)
    drafted, shown = REASON in page(desk.finance, "/"), page(desk.finance, draft.get_absolute_url())
    settlement.issue_statement(draft, actor=desk.finance)

    assert waiting == [True, False, False]
    assert drafted
    assert f"{statement.number} · {REASON}" in shown
    assert REASON not in page(desk.finance, "/")


def test_the_preview_says_the_reason_and_the_claim_its_new_month(desk: Desk, june: Any) -> None:
    claim, statement = disputed(desk, june)

    preview = page(desk.owner, "/warranty/statements/preview/?month=2025-07")
    told = page(desk.owner, claim.get_absolute_url())

    assert f"{statement.number} · {REASON}" in preview
    assert "2025-08-05" in told  # when July's statement is built
    stranger = make_member(Role.STATION_OWNER, station=make_station())
    assert REASON not in page(stranger, "/warranty/statements/preview/?month=2025-07")


def test_a_reversed_claim_needs_no_look_any_more(desk: Desk, june: Any) -> None:
    claim, _statement = disputed(desk, june)

    WarrantyClaim.objects.filter(pk=claim.pk).update(status="reversed")

    assert REASON not in page(desk.finance, "/")

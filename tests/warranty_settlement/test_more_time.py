"""More time for an old part: asked for once, granted or refused; what a lost or a waived piece costs in the end."""

from decimal import Decimal
from typing import Any

import pytest

from portal.core import jobs
from portal.core.models import Notification
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.warranty_settlement.test_packing import post
from warranty import appraisal, failed_parts
from warranty.models import FailedPart, SettlementItem
from warranty.settlement_registry import headquarters_work

WHY = "物流停运，预计下周恢复发运"


def asked_back(desk: Desk) -> FailedPart:
    """Due on 16 June."""
    (piece,) = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=1))
    return piece


def posted(piece: FailedPart) -> list[tuple[str, Decimal]]:
    return list(SettlementItem.objects.filter(failed_part=piece).order_by("pk").values_list("kind", "amount"))


def test_the_station_asks_once_and_headquarters_grants_once(desk: Desk, june: Any) -> None:
    piece = asked_back(desk)
    failed_parts.ask_extension(piece, days=10, reason=WHY, actor=desk.owner)
    with pytest.raises(failed_parts.AskedAlready):
        failed_parts.ask_extension(piece, days=5, reason=WHY, actor=desk.owner)
    waiting = next(each for each in headquarters_work(desk.approver) if each.key == "more_time")
    assert [row.pk for row in waiting.rows] == [piece.pk]

    granted = failed_parts.extend_return(piece, days=10, actor=desk.approver)
    with pytest.raises(failed_parts.AlreadyExtended):
        failed_parts.extend_return(piece, days=1, actor=desk.approver)
    jobs.drain()

    assert granted.due_on.isoformat() == "2025-06-26"
    told = Notification.objects.get(kind="failedpart.extended", user=desk.owner)
    assert told.url == piece.get_absolute_url()
    june("2025-06-26 23:59:59")
    assert failed_parts.debit_overdue() == 0
    june("2025-06-27 00:20:00")
    assert failed_parts.debit_overdue() == 1


@pytest.mark.parametrize("days", [0, 16])
def test_an_extension_has_one_to_fifteen_days(desk: Desk, days: int) -> None:
    piece = asked_back(desk)
    for act in (
        lambda: failed_parts.ask_extension(piece, days=days, reason=WHY, actor=desk.owner),
        lambda: failed_parts.extend_return(piece, days=days, actor=desk.approver),
    ):
        with pytest.raises(failed_parts.AlreadyExtended):
            act()


def test_a_refused_wish_says_why_and_cannot_be_refused_twice(desk: Desk) -> None:
    piece = asked_back(desk)
    with pytest.raises(failed_parts.NothingAsked):
        failed_parts.refuse_extension(piece, reason=WHY, actor=desk.approver)
    failed_parts.ask_extension(piece, days=10, reason=WHY, actor=desk.owner)

    failed_parts.refuse_extension(piece, reason="其他承运商仍在运营，请换发", actor=desk.approver)
    jobs.drain()

    assert Notification.objects.filter(kind="failedpart.extension_refused", user=desk.owner).count() == 1
    with pytest.raises(failed_parts.NothingAsked):
        failed_parts.refuse_extension(piece, reason=WHY, actor=desk.approver)
    assert FailedPart.objects.get(pk=piece.pk).due_on.isoformat() == "2025-06-16"


def test_nobody_asks_after_the_last_day_and_a_debit_is_not_undone_by_time(desk: Desk, june: Any) -> None:
    piece = asked_back(desk)
    june("2025-06-17 00:20:00")
    failed_parts.debit_overdue()

    with pytest.raises(failed_parts.AskedAlready):
        failed_parts.ask_extension(piece, days=5, reason=WHY, actor=desk.owner)
    with pytest.raises(failed_parts.DebitedAlready):
        failed_parts.extend_return(piece, days=5, actor=desk.approver)


def test_a_piece_lost_before_its_last_day_is_debited_the_day_after_like_any_other(desk: Desk, june: Any) -> None:
    piece = asked_back(desk)
    failed_parts.lose_piece(piece, reason="运输途中遗失，承运商已确认", actor=desk.approver)

    june("2025-06-16 23:59:59")
    assert failed_parts.debit_overdue() == 0
    june("2025-06-17 00:20:00")
    assert (failed_parts.debit_overdue(), failed_parts.debit_overdue()) == (1, 0)
    assert posted(piece) == [("pnr", Decimal("-330.00"))]

    found = failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(found, verdict="supplier_defect", actor=desk.appraiser)
    assert posted(piece) == [("pnr", Decimal("-330.00")), ("pnr_credit", Decimal("330.00"))]


def test_a_waiver_after_the_debit_credits_it_back_and_one_before_costs_nothing(desk: Desk, june: Any) -> None:
    late, early = asked_back(desk), asked_back(desk)
    failed_parts.waive_return(early, reason="低值件，免予返还处理", actor=desk.approver)
    june("2025-06-17 00:20:00")
    failed_parts.debit_overdue()

    failed_parts.waive_return(late, reason="低值件，免予返还处理", actor=desk.approver)

    assert posted(early) == []
    assert posted(late) == [("pnr", Decimal("-330.00")), ("pnr_credit", Decimal("330.00"))]


def test_the_pages_ask_and_answer(desk: Desk) -> None:
    piece = asked_back(desk)
    address = f"/warranty/failed-parts/{piece.pk}/"
    post(as_user(desk.owner), f"{address}ask-extension/", days="7", reason=WHY)
    page = as_user(desk.approver).get(f"{address}extend/").content.decode()

    assert 'value="7"' in page
    assert WHY in as_user(desk.approver).get(address).content.decode()
    assert as_user(desk.owner).get(f"{address}refuse-extension/").status_code == 403

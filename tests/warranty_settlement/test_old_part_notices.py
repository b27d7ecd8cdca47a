"""Whom a further test, a scrapping, or an acceptance that headquarters noted concerns learns of it."""

from decimal import Decimal

from portal.core import jobs
from portal.core.models.notifications import Notification
from tests.conftest import as_user
from tests.desks import Desk
from tests.warranty_settlement.test_disposition import kept_long_enough, scrap
from tests.warranty_settlement.test_dispute_rounds import first
from tests.warranty_settlement.test_disputes import NOTE, answered
from tests.warranty_settlement.test_further_test import FOUND, asked, judge
from warranty import chargebacks, settlement


def told(user: object, kind: str) -> list[str]:
    jobs.drain()
    return [row.text for row in Notification.objects.filter(user=user, kind=kind)]


def test_the_station_learns_what_a_further_test_made_it_bear(desk: Desk) -> None:
    line = judge(desk, asked(desk), "workmanship")

    (text,) = told(desk.owner, "statement.tested_again")

    assert ("¥96.00" in text, line.case.claim.number in text, "2025-06" in text) == (True, True, True)
    (row,) = [row for row in settlement.preview(desk.station, line.chargeback.period).lines if row.kind == "reroute"]
    assert (FOUND in row.text, row.reason, row.amount) == (True, "retested", Decimal("-96.00"))
    page = as_user(desk.owner).get(f"/warranty/statements/preview/?station={desk.station.code}").content.decode()
    assert ("旧件复检" in page, FOUND in page) == (True, True)


def test_a_further_test_that_clears_the_station_tells_it_nothing(desk: Desk) -> None:
    judge(desk, asked(desk), "design")

    assert told(desk.owner, "statement.tested_again") == []


def test_the_bench_lists_a_further_test_and_scanning_the_tag_opens_it(desk: Desk) -> None:
    test = asked(desk)
    bench = "/warranty/failed-parts/bench/"

    scanned = as_user(desk.second).post(bench, {"scanned": test.piece.number})

    assert scanned.headers["Location"] == test.get_absolute_url()
    assert test.get_absolute_url() in as_user(desk.second).get(bench).content.decode()
    own = as_user(desk.appraiser).post(bench, {"scanned": test.piece.number})
    assert own.headers["Location"] == test.piece.get_absolute_url()
    assert test.get_absolute_url() not in as_user(desk.appraiser).get(bench).content.decode()


def test_an_acceptance_noted_for_the_supplier_is_told_and_shows_its_reason(desk: Desk) -> None:
    note = answered(desk)

    chargebacks.resolve_dispute(first(note), outcome="conceded", note=NOTE, actor=desk.approver)

    (text,) = told(desk.supplier_user, "chargeback.conceded")
    assert ("¥96.00" in text, note.number in text) == (True, True)
    assert NOTE in as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()


def test_many_acceptances_noted_at_once_are_one_message(desk: Desk) -> None:
    note = answered(desk)
    keys = [line.pk for line in note.lines.all()]

    chargebacks.decide_disputes(note, lines=keys, outcome="conceded", reason=NOTE, actor=desk.approver)

    (text,) = told(desk.supplier_user, "chargeback.conceded")
    assert "¥144.00" in text


def test_what_is_given_up_is_no_message_to_the_supplier(desk: Desk) -> None:
    note = answered(desk)

    chargebacks.resolve_dispute(first(note), outcome="written_off", note=NOTE, actor=desk.approver)

    assert told(desk.supplier_user, "chargeback.conceded") == []
    assert NOTE not in as_user(desk.supplier_user).get(note.get_absolute_url()).content.decode()


def test_every_witness_of_a_scrapping_is_told(desk: Desk) -> None:
    piece = kept_long_enough(desk)

    scrap(desk, piece)

    for witness in (desk.second, desk.warehouse):
        (text,) = told(witness, "failedpart.witnessed")
        assert (piece.number in text, str(desk.appraiser) in text, "2025-10-03" in text) == (True, True, True)
    assert told(desk.appraiser, "failedpart.witnessed") == []

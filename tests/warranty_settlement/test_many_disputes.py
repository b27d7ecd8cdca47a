"""Several disputed lines decided alike: looked over first, then all or none, as each alone would have been."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.core import jobs
from portal.core.errors import Refusal
from portal.core.models import Event
from portal.core.models.notifications import MailOutbox, Notification
from tests.conftest import as_user
from tests.desks import Desk
from tests.warranty_settlement.test_dispute_rounds import deny, first, is_whole
from tests.warranty_settlement.test_disputes import NOTE, WHY, answered
from tests.warranty_settlement.test_reversal import note_over, recoverable
from tests.warranty_settlement.test_supplier_statement import adds_up
from warranty import chargebacks
from warranty.chargebacks import DECISIONS, LineAnswer
from warranty.models import Chargeback, DisputeEntry, SettlementItem
from warranty.settlement_checks import notes_where_their_lines_are


def keys(note: Chargeback) -> list[int]:
    return list(note.lines.order_by("position").values_list("pk", flat=True))


def decide(desk: Desk, note: Chargeback, outcome: str, lines: list[int] | None = None, **kw: Any) -> Any:
    facts = {
        "lines": keys(note) if lines is None else lines,
        "outcome": outcome,
        "reason": NOTE,
        "actor": desk.approver,
    }
    return chargebacks.decide_disputes(note, **facts | kw)


def picture(note: Chargeback) -> Any:
    """Everything a decision leaves behind, in an order of its own."""
    note.refresh_from_db()
    lines = note.lines.order_by("position")
    items = SettlementItem.objects.filter(kind="reroute").order_by("source")
    events = Event.objects.filter(kind__startswith="recoverycase.dispute")
    return (
        (note.status, note.accepted, note.disputed),
        list(lines.values_list("outcome", "accepted", "disputed", "rounds", "answer_by", "tested_since")),
        list(DisputeEntry.objects.order_by("line", "pk").values_list("line", "act", "text", "accepted", "disputed")),
        list(items.values_list("source", "amount", "parts_amount", "labor_amount", "period", "tax_rate", "text")),
        sorted((event.kind, event.subject_id, event.note, str(event.data)) for event in events),
    )


def rolled_back(act: Callable[[], Any]) -> Any:
    with transaction.atomic():
        found = act()
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("outcome", DECISIONS)
@pytest.mark.parametrize("share", ["0", "0.25"])
def test_together_the_lines_are_decided_as_each_alone(desk: Desk, outcome: str, share: str) -> None:
    note = answered(desk, share)

    def one_by_one() -> Any:
        for line in note.lines.order_by("pk"):
            chargebacks.decide_dispute(line, outcome=outcome, note=NOTE, actor=desk.approver)
        return picture(note)

    alone = rolled_back(one_by_one)
    note.refresh_from_db()
    foreseen = chargebacks.foresee_decision(note, lines=keys(note), outcome=outcome, actor=desk.approver)
    decide(desk, note, outcome)

    assert picture(note) == alone
    assert (foreseen.status, foreseen.refused, foreseen.amount) == (note.status, [], 144 * (1 - Decimal(share)))
    is_whole(note)
    adds_up(desk.supplier)
    assert list(notes_where_their_lines_are()) == []


def test_what_is_foreseen_for_the_stations_is_what_they_bear(desk: Desk) -> None:
    note = answered(desk)

    foreseen = chargebacks.foresee_decision(note, lines=keys(note), outcome="station", actor=desk.approver)
    decide(desk, note, "station")

    assert {each.month for each in foreseen.lines} == {SettlementItem.objects.filter(kind="reroute")[0].period}
    assert -sum(row.amount for row in SettlementItem.objects.filter(kind="reroute")) == foreseen.amount


def test_one_line_that_cannot_be_decided_so_keeps_all_as_they_are(desk: Desk) -> None:
    note = answered(desk)
    denied = deny(desk, first(note))
    before = picture(note)

    with pytest.raises(chargebacks.WithSupplier) as refused:
        decide(desk, note, "conceded")

    assert f"第 {denied.position} 行" in str(refused.value)
    assert picture(note) == before
    foreseen = chargebacks.foresee_decision(note, lines=keys(note), outcome="conceded", actor=desk.approver)
    assert [each.line for each in foreseen.refused] == [denied]
    decide(desk, note, "written_off")
    assert picture(note)[0][0] == "written_off"


def test_who_made_the_note_foreign_lines_none_and_too_many_are_refused(desk: Desk) -> None:
    note, other = answered(desk), answered(desk)
    wrong = [
        ({"actor": desk.finance}, "own_note"),
        ({"lines": []}, "no_line_chosen"),
        ({"lines": [*keys(note), keys(other)[0]]}, "line_unknown"),
        ({"lines": list(range(1, chargebacks.MOST_LINES + 2))}, "too_many_lines"),
        ({"reason": "短"}, "text_too_short"),
        ({"outcome": "forgotten"}, "unknown_outcome"),
    ]

    for said, code in wrong:
        with pytest.raises(Refusal) as refused, transaction.atomic():
            decide(desk, note, **{"outcome": "written_off"} | said)
        assert refused.value.code == code
    assert list(note.lines.exclude(outcome="")) == []


@pytest.mark.parametrize("outcome", DECISIONS)
def test_ten_lines_take_as_many_statements_as_two(desk: Desk, outcome: str) -> None:
    counts = []
    for claims in (1, 5):
        note = note_over(desk, *(recoverable(desk) for _each in range(claims)))
        refused = {line.pk: LineAnswer(Decimal(0), WHY) for line in note.lines.all()}
        chargebacks.answer_chargeback(note, answers=refused, actor=desk.supplier_user)
        note.refresh_from_db()
        with CaptureQueriesContext(connection) as asked:
            decide(desk, note, outcome)
        counts.append(len(asked))

    assert counts[1] <= counts[0]


def test_the_supplier_reads_one_message_and_one_mail_of_all_denied_lines(desk: Desk) -> None:
    type(desk.supplier).objects.update(email="claims@example.com")
    note = answered(desk)

    decide(desk, note, "denied")
    jobs.drain()

    told = Notification.objects.get(user=desk.supplier_user, kind="chargeback.dispute_denied")
    assert told.facts["count"] == 2
    body = MailOutbox.objects.get(key__startswith=f"denial:{note.pk}:").body
    assert "2 行（第 1、2 行），合计 ¥144.00" in body
    assert NOTE in body


def test_ticked_on_the_notes_page_looked_over_and_decided(desk: Desk) -> None:
    note = answered(desk)
    client, page = as_user(desk.approver), f"/supplier/chargebacks/{note.pk}/disputes/"
    shown = client.get(note.get_absolute_url()).content.decode()
    assert shown.count('form="decide-lines" name="lines"') == 2
    assert shown.count(f'action="{page}"') == 1
    part, labor = keys(note)

    chosen = client.post(page, {"lines": [part]})
    wrong = client.post(page, {"lines": [part], "step": "show", "outcome": "station", "note": "短"})
    said = {"outcome": "station", "note": NOTE}
    effect = client.post(page, {"lines": [part, labor], "step": "show", **said})
    text = effect.content.decode()
    key = text.split('name="idempotency_key" value="')[1].split('"')[0]
    sent = {"chosen": f"{part},{labor}", "step": "go", "idempotency_key": key, **said}
    done, again = client.post(page, sent), client.post(page, sent)

    assert (chosen.status_code, chosen.context["ticked"]) == (200, {part})
    assert (wrong.status_code, wrong.context["ticked"]) == (422, {part})
    assert "¥144.00" in text
    assert "2025-06" in text
    assert "已核销" in text
    assert (done.status_code, again.status_code) == (302, 302)
    note.refresh_from_db()
    assert note.status == "written_off"
    assert "没有未决的异议" in client.get(page).content.decode()


def test_a_line_decided_meanwhile_is_named_and_nothing_is_decided(desk: Desk) -> None:
    note = answered(desk)
    client, page = as_user(desk.approver), f"/supplier/chargebacks/{note.pk}/disputes/"
    chargebacks.resolve_dispute(first(note), outcome="conceded", actor=desk.approver)
    said = {"chosen": ",".join(map(str, keys(note))), "outcome": "written_off", "note": NOTE}

    sent = client.post(page, said | {"step": "go"})

    assert sent.status_code == 409
    assert "第 1 行没有未决的异议" in sent.content.decode()
    assert list(note.lines.order_by("position").values_list("outcome", flat=True)) == ["conceded", ""]

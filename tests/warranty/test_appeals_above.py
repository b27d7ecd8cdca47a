"""Appeals above the approver's limit take two persons; what an appeal grants reaches the supplier who pays for the line."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.models import Event, Notification
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.parts import make_supplier
from tests.factories.settlement import make_agreement
from tests.factories.stations import make_grade, make_user
from tests.warranty.test_appeals import WHY, appeal, ruled
from tests.warranty.test_review import decisions
from warranty import chargebacks, review, worklists
from warranty.appeals import decide_appeal, refusals
from warranty.models import Appeal, Chargeback, ChargebackLine, RecoveryCase, WarrantyClaim

DAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


@pytest.fixture
def dear(bench: Bench, cast: Any) -> WarrantyClaim:
    """A claim of 11,749.00 whose part line two approvers refused."""
    claim = bench.submitted(qty="70")
    for actor in (cast.approver, make_user(Role.APPROVER)):
        decided = review.decide_lines(claim, decisions=decisions(claim, part="0.00"), actor=actor)
    return decided


@pytest.mark.django_db
def test_two_persons_who_had_no_hand_in_it_decide_alike(dear: WarrantyClaim, cast: Any) -> None:
    filed = appeal(dear, cast, "11550.00")
    first, second = make_user(Role.APPROVER), make_user(Role.APPROVER)
    with pytest.raises(refusals.FirstDecider):
        decide_appeal(filed, rulings=ruled(filed, "1.00"), actor=cast.approver)

    kept = decide_appeal(filed, rulings=ruled(filed, "10000.00"), actor=first)
    assert (kept.status, kept.first_decided_by) == ("filed", first)
    assert Notification.objects.filter(kind="appeal.first_decision", user=second).exists()
    assert not Notification.objects.filter(kind="appeal.first_decision", user=first).exists()
    with pytest.raises(refusals.SecondDeciderDiffers, match=str(first)):
        decide_appeal(filed, rulings=ruled(filed, "11000.00"), actor=second)
    decide_appeal(filed, rulings=ruled(filed, "11000.00"), actor=first)  # revised before the second signs
    assert [len(list(row.rows)) for row in worklists.appeals_to_decide(first)] == [0]
    decided = decide_appeal(filed, rulings=ruled(filed, "11000.00"), actor=second)

    assert (decided.status, decided.granted_total) == ("partly_upheld", Decimal("11000.00"))
    assert (decided.first_decided_by, decided.decided_by) == (first, second)
    assert Event.objects.filter(kind="appeal.first_decision", subject_id=filed.pk).count() == 2


@pytest.mark.django_db
def test_the_page_says_that_two_decide_and_shows_the_second_what_the_first_decided(
    dear: WarrantyClaim, cast: Any
) -> None:
    filed = appeal(dear, cast, "11550.00")
    first, second = as_user(make_user(Role.APPROVER)), as_user(make_user(Role.APPROVER))
    decide = reverse("appeal_decide", args=[filed.pk])
    row = filed.lines.get()
    given = {f"amount_{row.pk}": "10000.00", f"reason_code_{row.pk}": "OTHER", f"reason_{row.pk}": WHY}

    assert first.post(decide, given).status_code == 302
    shown = second.get(decide)
    assert Appeal.objects.get(pk=filed.pk).is_open
    assert shown.context["form"][f"amount_{row.pk}"].value() == "10000.00"
    assert WHY in shown.content.decode()
    assert decide in first.get(filed.get_absolute_url()).content.decode()
    assert second.post(decide, given).status_code == 302

    assert Appeal.objects.get(pk=filed.pk).status == "partly_upheld"


@pytest.mark.django_db
@pytest.mark.parametrize("is_sent", [False, True])
def test_what_an_appeal_grants_reaches_the_suppliers_note(bench: Bench, cast: Any, is_sent: bool) -> None:
    supplier = make_supplier()
    make_agreement(supplier, bench.part, no_return=True, contract_price="500.00")
    claim = bench.submitted(qty="4")
    review.decide_lines(claim, decisions=decisions(claim, part="330.00"), actor=cast.reviewer)
    jobs.drain()
    note = chargebacks.batch_chargebacks(supplier, actor=cast.finance)
    before = note.claimed
    if is_sent:
        note = chargebacks.send_chargeback(note, actor=make_user(Role.FINANCE))
    filed = appeal(WarrantyClaim.objects.get(pk=claim.pk), cast, "200.00")

    decide_appeal(filed, rulings=ruled(filed, "150.00"), actor=cast.approver)
    for _again in range(2):
        jobs.drain()
        assert chargebacks.follow_appeal(filed) == 0

    note = Chargeback.objects.get(pk=note.pk)
    share = ChargebackLine.objects.get(chargeback=note, kind="part").share / 100
    more = Decimal("150.00") * share
    if not is_sent:
        assert note.claimed == before + more
        assert RecoveryCase.objects.filter(claim=claim).count() == 1
        return
    assert note.claimed == before
    supplement = RecoveryCase.objects.get(claim=claim, appeal=filed)
    assert (supplement.status, supplement.expected, supplement.approved_on) == ("open", more, DAY)
    following = chargebacks.batch_chargebacks(supplier, actor=cast.finance)
    line = following.lines.get()
    assert (line.claimed, line.base, line.is_supplement) == (more, Decimal("150.00"), True)
    assert filed.number in line.text
    with pytest.raises(chargebacks.NothingToCharge):
        chargebacks.batch_chargebacks(supplier, actor=cast.finance)

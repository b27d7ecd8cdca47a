"""Appeals at once: filed many times, filed while the claim is decided, decided by many. One wins; without the lock more do."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.errors import Refusal
from tests.conftest import race
from tests.factories.claims import make_bench, noon, photo
from tests.factories.stations import make_user
from tests.races.test_claim_acts import without_lock
from tests.warranty.test_review import decisions
from warranty import claims, review
from warranty.appeals import AppealedLine, Ruling, deciding, filing
from warranty.models import Appeal, WarrantyClaim
from warranty.states import AppealStatus

EIGHT = 8
WHY = "补充的照片证明实际更换了两件"


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


def filer(number: int, claim: WarrantyClaim, owner: Any) -> Appeal:
    """One press of the button that files an appeal."""
    seen = WarrantyClaim.objects.get(pk=claim.pk)
    lines = [AppealedLine(seen.lines.get(kind="part").pk, Decimal("200.00"))]
    return filing.file_appeal(seen, lines=lines, grounds=WHY, files=[photo(940 + number)], actor=owner)


def filed_while_decided() -> tuple[WarrantyClaim, list[Any]]:
    """A station files eight times at the moment in which its claim is decided."""
    bench = make_bench()
    claim, reviewer = bench.submitted(qty="4"), make_user(Role.REVIEWER)
    cut = decisions(claim, part="330.00")

    def act(number: int) -> Any:
        if number == 0:
            return review.decide_lines(WarrantyClaim.objects.get(pk=claim.pk), decisions=cut, actor=reviewer)
        return filer(number, claim, bench.owner)

    return claim, race(EIGHT, act)


def eight_decide() -> tuple[Appeal, list[Any]]:
    """Eight approvers decide one appeal at once."""
    bench = make_bench()
    claim = bench.submitted(qty="4")
    review.decide_lines(claim, decisions=decisions(claim, part="330.00"), actor=make_user(Role.REVIEWER))
    filed = filer(0, claim, bench.owner)
    approvers, line = [make_user(Role.APPROVER) for _each in range(EIGHT)], filed.lines.get().pk

    def decide(number: int) -> Any:
        ruling = {line: Ruling(Decimal(10 * number), WHY)}
        return deciding.decide_appeal(Appeal.objects.get(pk=filed.pk), rulings=ruling, actor=approvers[number])

    return filed, race(EIGHT, decide)


@pytest.mark.django_db(transaction=True)
def test_an_appeal_follows_its_decision_and_is_filed_once() -> None:
    claim, answers = filed_while_decided()

    assert isinstance(answers[0], WarrantyClaim)
    made = [answer for answer in answers if isinstance(answer, Appeal)]
    assert len(made) == Appeal.objects.filter(claim=claim).count() <= 1
    assert all(isinstance(answer, Refusal) for answer in answers[1:] if answer not in made)


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_deciders_of_an_appeal_wins() -> None:
    filed, answers = eight_decide()

    (won,) = [answer for answer in answers if isinstance(answer, Appeal)]
    assert sum(isinstance(answer, Refusal) for answer in answers) == EIGHT - 1
    found = Appeal.objects.get(pk=filed.pk)
    assert (found.decided_by, found.granted_total) == (won.decided_by, won.granted_total)
    assert found.status in {AppealStatus.PARTLY_UPHELD, AppealStatus.DISMISSED}
    assert found.lines.get().granted_amount == found.granted_total


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_several_deciders_get_past_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: only the database's own walls are left."""
    past = counted(monkeypatch, deciding, "update_rows")
    monkeypatch.setattr(deciding, "lock", without_lock)

    eight_decide()

    assert len(past) > 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_several_appeals_get_past_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    past = counted(monkeypatch, filing, "take_number")
    monkeypatch.setattr(filing, "lock", without_lock)
    bench = make_bench()
    claim = bench.submitted(qty="4")
    review.decide_lines(claim, decisions=decisions(claim, part="330.00"), actor=make_user(Role.REVIEWER))

    race(EIGHT, lambda number: filer(number, claim, bench.owner))

    assert len(past) > 1
    assert Appeal.objects.filter(claim=claim).count() == 1  # the database's own wall


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_draft_sent_eight_times_gets_past_the_check_more_than_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control of submit/submit, by which the system decides: without the two locks several are priced and go on."""
    past = counted(monkeypatch, claims, "reprice_lines")
    monkeypatch.setattr(claims, "lock", without_lock)
    monkeypatch.setattr(claims, "_one_submit_per_serial", lambda _serial: None)
    bench = make_bench()
    draft = bench.draft()

    race(EIGHT, lambda _n: claims.submit_claim(WarrantyClaim.objects.get(pk=draft.pk), actor=bench.owner))

    assert len(past) > 1


def counted(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> list[int]:
    """Each call of the function leaves a mark in the list that is answered."""
    past: list[int] = []
    function: Callable[..., Any] = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *args, **given: (past.append(1), function(*args, **given))[1])
    return past

"""Numbers that move money: one person proposes, another releases; what has not begun is withdrawn and replaced."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock, parameter_release
from portal.core.models import Event, ParameterProposal, ParameterValue
from portal.core.parameters import BadParameterValue, SecondPersonReleases, ValueTaken, param, set_parameter
from portal.core.states import TransitionNotAllowed
from portal.core.transactions import acting
from tests.conftest import as_user
from tests.factories.stations import make_user

pytestmark = pytest.mark.django_db

KEY = "warranty.uplift"
LATER = clock.start_of(date(2026, 12, 1))


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(clock.start_of(date(2026, 11, 1)))
    yield
    clock.set(None)


def test_nobody_changes_it_alone() -> None:
    manager, finance = make_user(Role.SERVICE_MANAGER), make_user(Role.FINANCE)
    with pytest.raises(SecondPersonReleases):
        set_parameter(KEY, "0.20", actor=manager)
    proposed = parameter_release.propose_value(KEY, "0.20", actor=manager, note="年度调整")

    with pytest.raises(parameter_release.OwnValue):
        parameter_release.release_value(proposed, actor=manager)
    assert param(KEY) == Decimal("0.10")
    entered = parameter_release.release_value(proposed, actor=finance)
    assert param(KEY) == Decimal("0.20")
    assert (entered.entered_by, entered.released_by) == (manager, finance)
    with pytest.raises(TransitionNotAllowed):
        parameter_release.release_value(proposed, actor=finance)


def test_a_day_that_has_passed_and_a_part_of_a_cent_are_refused() -> None:
    manager = make_user(Role.SERVICE_MANAGER)

    with pytest.raises(parameter_release.ValueInThePast, match="2026-10-31"):
        parameter_release.propose_value(KEY, "0.20", actor=manager, valid_from=clock.start_of(date(2026, 10, 31)))
    with pytest.raises(BadParameterValue, match=r"0\.01"):
        parameter_release.propose_value("warranty.approver_limit", "12000.555", actor=manager)
    assert not ParameterProposal.objects.exists()


def test_a_wrong_value_is_withdrawn_before_it_begins_and_replaced_on_the_same_day() -> None:
    """Whoever reads in a request sees it as whoever reads outside; the history keeps both."""
    manager, finance = make_user(Role.SERVICE_MANAGER), make_user(Role.FINANCE)

    def enter(value: str) -> ParameterValue:
        proposed = parameter_release.propose_value(KEY, value, actor=manager, valid_from=LATER)
        return parameter_release.release_value(proposed, actor=finance)

    wrong = enter("0.90")
    with pytest.raises(ValueTaken, match="2026-12-01"):
        enter("0.12")
    parameter_release.withdraw_value(wrong, reason="多打了一个零", actor=manager)
    with acting(None):
        assert param(KEY, LATER) == Decimal("0.10")
    enter("0.12")

    with acting(None):
        assert param(KEY, date(2026, 12, 1)) == Decimal("0.12")
    assert (param(KEY, date(2026, 11, 30)), param(KEY, date(2026, 12, 1))) == (Decimal("0.10"), Decimal("0.12"))
    with pytest.raises(parameter_release.ValueWithdrawn):
        parameter_release.withdraw_value(wrong, reason="再来", actor=manager)
    clock.set(clock.start_of(date(2026, 12, 2)))
    with pytest.raises(parameter_release.ValueHolds, match="2026-12-01"):
        parameter_release.withdraw_value(ParameterValue.objects.holding().get(), reason="晚了", actor=manager)
    assert Event.objects.filter(kind="parameter.withdrawn").count() == 1


def test_the_page_proposes_shows_who_waits_and_lets_another_person_release(cast: Any) -> None:
    manager, finance = as_user(cast.service_manager), as_user(cast.finance)
    page = reverse("admin:core_parametervalue_of", args=[KEY])
    manager.post(page, {"value": "0.15", "valid_from": "2026-12-01", "note": "年度调整"})
    proposal = ParameterProposal.objects.get()

    def act(name: str, pk: int) -> str:
        return reverse("admin:core_parametervalue_act", args=[KEY, name, pk])

    assert act("release", proposal.pk) not in manager.get(page).content.decode()
    assert manager.post(act("release", proposal.pk)).status_code == 403
    assert act("release", proposal.pk) in finance.get(page).content.decode()
    assert finance.post(act("release", proposal.pk)).status_code == 302
    (value,) = ParameterValue.objects.all()
    assert act("withdraw", value.pk) in manager.get(page).content.decode()
    assert finance.post(act("withdraw", value.pk), {"reason": "x"}).status_code == 403
    manager.post(act("withdraw", value.pk), {"reason": "口径有误"})
    assert "口径有误" in manager.get(page).content.decode()
    assert param(KEY, LATER) == Decimal("0.10")
    assert manager.post(act("burn", value.pk)).status_code == 404

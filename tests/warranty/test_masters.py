"""Policies in versions, rates that follow each other, extended-warranty contracts."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.models import Event
from portal.core.parameter_release import propose_value, release_value
from portal.core.states import TransitionNotAllowed
from tests.conftest import as_user
from tests.factories.claims import make_policy, make_unit, noon, register
from tests.factories.stations import make_product_model, make_region, make_station, make_user
from warranty import causes, entitled, facts, grants, in_force, masters, policies, rates
from warranty.models import ExclusionCause, LaborRate, PolicyMonths, PolicyStatus, WarrantyPolicy

TODAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(TODAY))
    yield
    clock.set(None)


@pytest.fixture
def manager(db: None) -> Any:
    return make_user(Role.SERVICE_MANAGER)


@pytest.mark.django_db
def test_the_next_version_holds_for_later_sales_only(manager: Any) -> None:
    model = make_product_model()
    first = make_policy(product_model=model, months={"whole_unit": 24})
    draft = policies.next_version(first, valid_from=date(2026, 11, 1), actor=manager)
    draft.months.filter(part_class="whole_unit").update(months=36)

    second = policies.release_policy(draft, actor=make_user(Role.APPROVER))

    first.refresh_from_db()
    assert (first.valid_to, second.version, second.reference) == (date(2026, 11, 1), 2, f"{first.code}/2")
    before, after = (make_unit(product_model=model) for _ in range(2))
    clock.set(noon(date(2029, 1, 1)))
    register(before, date(2026, 10, 31))
    register(after, date(2026, 11, 1))
    found = [entitled.judge_unit(unit, on=date(2029, 1, 1)) for unit in (before, after)]
    assert [(each.verdict, each.policy) for each in found] == [("refused", first.code), ("covered", second.reference)]
    kinds = Event.objects.filter(subject_number__startswith=first.code).order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["warrantypolicy.drawn_up", "warrantypolicy.ended", "warrantypolicy.released"]


@pytest.mark.django_db
def test_a_policy_is_released_by_another_person_and_not_empty(manager: Any) -> None:
    draft = policies.draw_up_policy(code="P1", level="all", valid_from=TODAY, months={}, actor=manager)

    with pytest.raises(policies.OwnPolicy):
        policies.release_policy(draft, actor=manager)
    with pytest.raises(policies.PolicyWithoutMonths):
        policies.release_policy(draft, actor=make_user(Role.APPROVER))


@pytest.mark.django_db
def test_two_policies_of_one_subject_never_hold_on_one_day(manager: Any) -> None:
    """The operation says so with both names; the database refuses whoever writes."""
    held = make_policy()
    other = policies.draw_up_policy(
        code="OTHER", level="all", valid_from=TODAY, months={"whole_unit": 12}, actor=manager
    )

    with pytest.raises(policies.PolicyOverlaps, match=held.code):
        policies.release_policy(other, actor=make_user(Role.APPROVER))
    with pytest.raises(IntegrityError, match="policies_of_one_subject_do_not_overlap"), transaction.atomic():
        WarrantyPolicy.objects.filter(pk=other.pk).update(status=PolicyStatus.RELEASED)


@pytest.mark.django_db
def test_what_is_sold_keeps_its_policy(manager: Any) -> None:
    held = make_policy()

    with pytest.raises(policies.PolicyInThePast):
        policies.next_version(held, valid_from=TODAY, actor=manager)
    with pytest.raises(policies.PolicyInThePast):
        policies.end_policy(held, before=TODAY, actor=manager)
    ended = policies.end_policy(held, before=date(2026, 12, 1), actor=manager)
    assert ended.valid_to == date(2026, 12, 1)
    with pytest.raises(policies.PolicyEndWrong, match="2026-12-01"):
        policies.end_policy(held, before=date(2027, 1, 1), actor=manager)


@pytest.mark.django_db
def test_a_released_policy_keeps_its_terms(manager: Any) -> None:
    held = make_policy()

    with pytest.raises(IntegrityError, match="keeps its terms"), transaction.atomic():
        WarrantyPolicy.objects.filter(pk=held.pk).update(usage_limit=5)
    with pytest.raises(IntegrityError, match="keeps its months"), transaction.atomic():
        PolicyMonths.objects.filter(policy=held).update(months=99)
    with pytest.raises(IntegrityError, match="keeps its months"), transaction.atomic():
        PolicyMonths.objects.filter(policy=held).delete()


@pytest.mark.django_db
def test_a_draft_covers_nothing_until_it_is_released(manager: Any) -> None:
    unit = make_unit()
    register(unit, date(2026, 10, 1))
    draft = policies.draw_up_policy(
        code="P1", level="all", valid_from=date(2026, 1, 1), months={"whole_unit": 12}, actor=manager
    )

    assert entitled.judge_unit(unit).code == "NO_POLICY"
    policies.release_policy(draft, actor=make_user(Role.APPROVER))
    assert entitled.judge_unit(unit).covered


def set_labor(manager: Any, **says: Any) -> LaborRate:
    """Proposed by the manager and released by another person."""
    return masters.release(rates.propose_labor_rate(actor=manager, **says), actor=make_user(Role.FINANCE))


@pytest.mark.django_db
def test_a_new_rate_ends_the_one_before(manager: Any) -> None:
    region = make_region()
    b: dict[str, Any] = {"grade": "B", "hourly_rate": Decimal(70)}
    set_labor(manager, **b | {"hourly_rate": Decimal(80)}, valid_from=date(2020, 1, 1))
    set_labor(manager, **b | {"hourly_rate": Decimal(90)}, valid_from=date(2026, 11, 1))
    set_labor(manager, **b | {"hourly_rate": Decimal(99)}, valid_from=TODAY, region=region)

    held = LaborRate.objects.filter(region=None).order_by("valid_from").values_list("hourly_rate", "valid_to")
    assert list(held) == [(Decimal(80), date(2026, 11, 1)), (Decimal(90), None)]
    with pytest.raises(masters.TermTaken):
        set_labor(manager, **b, valid_from=date(2026, 10, 20))
    for day in (date(2026, 12, 1), date(2026, 12, 2)):
        with pytest.raises(masters.TermInThePast):
            rates.propose_labor_rate(**b, valid_from=day, actor=manager, region=region, at=noon(date(2026, 12, 2)))
    with pytest.raises(rates.RateOfNothing):
        set_labor(manager, **b | {"hourly_rate": Decimal(0)}, valid_from=date(2026, 12, 1))
    with pytest.raises(masters.TermTooFarOff):
        set_labor(manager, **b, valid_from=date(9999, 12, 31))
    other = LaborRate.objects.create(grade="B", hourly_rate=1, valid_from=date(2026, 10, 20))
    with pytest.raises(IntegrityError, match="labor_rates_do_not_overlap"), transaction.atomic():
        LaborRate.objects.filter(pk=other.pk).update(status="released")
    with pytest.raises(IntegrityError, match="keeps its terms"), transaction.atomic():
        LaborRate.objects.filter(region=region).update(hourly_rate=1)


@pytest.mark.django_db
def test_a_rate_is_used_only_once_another_person_has_released_it(manager: Any) -> None:
    station = make_station()
    proposed = rates.propose_travel_rate(km_rate=Decimal(2), free_km=Decimal(0), valid_from=TODAY, actor=manager)

    with pytest.raises(masters.OwnTerm):
        masters.release(proposed, actor=manager)
    assert facts.rates_of(station, TODAY).km_rate == 0
    masters.release(proposed, actor=make_user(Role.FINANCE))
    assert facts.rates_of(station, TODAY).km_rate == Decimal(2)
    with pytest.raises(TransitionNotAllowed):
        masters.release(proposed, actor=make_user(Role.FINANCE))


@pytest.mark.django_db
def test_a_wrong_rate_is_withdrawn_before_it_begins_and_the_one_before_goes_on(manager: Any) -> None:
    """Also from the middle: the one that followed the withdrawn one follows the first then."""
    first = set_labor(manager, grade="B", hourly_rate=Decimal(80), valid_from=date(2020, 1, 1))
    wrong = set_labor(manager, grade="B", hourly_rate=Decimal(900), valid_from=date(2026, 11, 1))
    later = set_labor(manager, grade="B", hourly_rate=Decimal(95), valid_from=date(2027, 1, 1))

    masters.withdraw(wrong, reason="金额错误", actor=manager)
    first.refresh_from_db()
    assert first.valid_to == date(2027, 1, 1)
    right = set_labor(manager, grade="B", hourly_rate=Decimal(90), valid_from=date(2027, 2, 1))
    masters.withdraw(right, reason="暂缓", actor=manager)
    masters.withdraw(later, reason="暂缓", actor=manager)
    first.refresh_from_db()
    assert first.valid_to is None
    with pytest.raises(masters.TermHolds, match="2020-01-01"):
        masters.withdraw(first, reason="错误", actor=manager)


@pytest.mark.django_db
def test_headquarters_excludes_a_cause_from_a_day_on(manager: Any) -> None:
    make_policy()
    unit = make_unit()
    register(unit, TODAY)
    given: dict[str, Any] = {"part_class": "core", "repair_day": date(2026, 12, 31), "cause": "lightning"}
    says = {"code": "lightning", "name": "雷击", "name_en": "Lightning"}
    with pytest.raises(masters.TermInThePast):
        masters.propose(ExclusionCause, valid_from=TODAY, actor=manager, **says)
    draft = masters.propose(ExclusionCause, valid_from=date(2026, 11, 1), actor=manager, **says)

    def judged(day: date) -> tuple[str, str | None]:
        found = facts.judge_part(facts.unit_facts(unit, on=day), failure_day=day, **given)
        return found.verdict, found.code

    assert judged(date(2026, 11, 1)) == ("covered", None)
    cause = masters.release(draft, actor=make_user(Role.APPROVER))
    assert [judged(date(2026, 10, 31)), judged(date(2026, 11, 1))] == [("covered", None), ("refused", "EXCLUDED_CAUSE")]
    masters.end(cause, before=date(2026, 12, 1), actor=manager)
    assert judged(date(2026, 12, 1)) == ("covered", None)
    assert dict(causes.choices(date(2026, 11, 1)))["lightning"] == "雷击"
    assert "lightning" not in dict(causes.choices(date(2026, 12, 1)))
    assert causes.name_of("lightning") == "雷击"
    assert cause.number in causes.marks_on(date(2026, 11, 1))
    with pytest.raises(IntegrityError, match="do_not_overlap"), transaction.atomic():
        twin = ExclusionCause.objects.create(code="misuse", name="重复", valid_from=date(2026, 12, 1))
        ExclusionCause.objects.filter(pk=twin.pk).update(status="released")


@pytest.mark.django_db
def test_an_extended_contract_covers_behind_the_policy_and_names_its_payer(manager: Any) -> None:
    make_policy(months={"whole_unit": 12, "wear": 0})
    unit = make_unit()
    register(unit, date(2025, 10, 5))
    given: dict[str, Any] = {"months": 12, "part_classes": ["core", "whole_unit"], "payer": "insurer"}

    assert entitled.judge_unit(unit).code == "EW"
    with pytest.raises(grants.PayerUnnamed):
        grants.extend_cover(unit, contract_number="YB-1", bought_on=TODAY, actor=manager, **given)
    made = grants.extend_cover(
        unit, contract_number="YB-1", bought_on=TODAY, actor=manager, payer_name="平安保险", **given
    )

    found = entitled.judge_unit(unit)
    assert (found.verdict, found.by, found.first_uncovered) == ("covered", "extension", date(2027, 10, 5))
    assert found.contract is not None
    assert (found.contract.id, found.contract.payer) == (made.number, "平安保险")
    before = facts.judge_part(
        facts.unit_facts(unit, on=TODAY), part_class="core", failure_day=date(2026, 10, 4), repair_day=TODAY
    )
    assert before.by == "unit"
    with pytest.raises(grants.ContractKnown, match=unit.serial_number):
        grants.extend_cover(unit, contract_number="YB-1", bought_on=TODAY, actor=manager, payer_name="x", **given)
    with pytest.raises(grants.BoughtInFuture):
        grants.extend_cover(
            unit, contract_number="YB-2", bought_on=date(2026, 10, 6), actor=manager, payer_name="x", **given
        )
    grants.cancel_extension(made, reason="客户退保", actor=manager)
    assert entitled.judge_unit(unit).code == "EW"


@pytest.mark.django_db
def test_limits_and_rates_of_a_day_stand_in_one_place(manager: Any) -> None:
    """A limit entered for November is next in October and in force in December; the rate beside it."""
    later = noon(date(2026, 11, 1))
    proposed = propose_value("warranty.auto_limit_a", "1500", valid_from=later, actor=manager, note="试点")
    release_value(proposed, actor=make_user(Role.FINANCE))
    set_labor(manager, grade="A", hourly_rate=Decimal(90), valid_from=date(2026, 11, 1))

    page = reverse("limits_in_force")
    before, after = (as_user(manager).get(f"{page}?day={day}").content.decode() for day in ("2026-10-05", "2026-12-01"))
    (found,) = (
        row
        for rows in in_force.parameters_on(TODAY).values()
        for row in rows
        if row.parameter.key == "warranty.auto_limit_a"
    )

    assert (found.value, found.is_default, found.next_value, found.next_on) == (1000, True, 1500, date(2026, 11, 1))
    assert ("90.00" in before, "90.00" in after) == (False, True)
    assert as_user(manager).get(f"{page}?day=yesterday").status_code == 400

"""Units against which cost is measured: kept in cover by extended-warranty contracts, and told apart by region."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.accounts.roles import Role
from portal.core.calendar import add_months
from portal.core.states import move
from service.models import InstalledUnit
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.claims import make_policy, make_unit, register
from tests.factories.settlement import make_job
from tests.factories.stations import make_center, make_member, make_product_model, make_region, make_station
from tests.warranty_settlement.test_costs import granted
from warranty import costs, grants
from warranty.costs import Asked
from warranty.costs.report import facts_of
from warranty.costs.units import region_of
from warranty.models import UnitRegistration, WarrantyClaim

JUNE = date(2025, 6, 1)


def months_in_cover(desk: Desk, unit: InstalledUnit) -> list[str]:
    """The months of 2025 and 2026 at whose end the unit is in cover."""
    asked = Asked(JUNE, JUNE, unit.product_model)
    months = [add_months(date(2025, 1, 1), ahead) for ahead in range(24)]
    return [f"{month:%Y-%m}" for month in months if costs.in_cover(desk.finance, asked, month).exists()]


def contract(desk: Desk, unit: InstalledUnit, bought_on: str, months: int, *classes: str) -> Any:
    return grants.extend_cover(
        unit, contract_number=f"EW-{bought_on}", bought_on=date.fromisoformat(bought_on), months=months,
        part_classes=classes, payer="manufacturer", actor=desk.finance,
    )  # fmt: skip


@pytest.fixture
def unit(desk: Desk, june: Any) -> InstalledUnit:
    """Sold on 15 February 2024 with 12 months for the whole unit and 3 for wear parts."""
    make_policy(months={"whole_unit": 12, "wear": 3})
    day = date(2024, 2, 15)
    june("2025-06-01 12:00:00")
    return make_unit(product_model=make_product_model(), sold_on=day, invoice_on=day)


def test_a_contract_adds_its_months_behind_the_units_own(desk: Desk, unit: InstalledUnit) -> None:
    assert months_in_cover(desk, unit) == ["2025-01"]

    contract(desk, unit, "2025-01-10", 2, "core")

    assert months_in_cover(desk, unit) == ["2025-01", "2025-02", "2025-03"]  # until 15 April


def test_contracts_stand_behind_each_other_and_classes_count_once(desk: Desk, unit: InstalledUnit) -> None:
    contract(desk, unit, "2025-01-10", 2, "core", "whole_unit")
    contract(desk, unit, "2025-03-10", 1, "core")

    assert months_in_cover(desk, unit) == ["2025-01", "2025-02", "2025-03", "2025-04"]  # until 15 May


def test_a_contract_counts_since_it_was_bought_and_while_it_is_in_force(desk: Desk, unit: InstalledUnit) -> None:
    made = contract(desk, unit, "2025-04-20", 4, "core")
    assert months_in_cover(desk, unit) == ["2025-01", "2025-04", "2025-05"]  # until 15 June, bought on 20 April

    grants.cancel_extension(made, reason="客户退回延保合同，款项已退", actor=desk.finance)

    assert months_in_cover(desk, unit) == ["2025-01"]


def test_a_class_with_months_of_its_own_is_extended_from_these(desk: Desk, unit: InstalledUnit) -> None:
    contract(desk, unit, "2024-03-01", 9, "wear")  # 3 + 9 months end with the whole unit's
    assert months_in_cover(desk, unit) == ["2025-01"]

    contract(desk, unit, "2024-03-02", 1, "wear")

    assert months_in_cover(desk, unit) == ["2025-01", "2025-02"]


def test_what_is_counted_in_the_figure_is_in_the_list_behind_it(desk: Desk, unit: InstalledUnit) -> None:
    contract(desk, unit, "2025-01-10", 6, "core")

    costs.count_fleet()

    found = costs.accrual(desk.finance, Asked(JUNE, JUNE, unit.product_model))
    page = as_user(desk.finance).get(f"/warranty/costs/units/?model={unit.product_model_id}&month=2025-06")

    assert (found.whole.units, [row.units for row in found.models]) == (1, [1])
    assert unit.serial_number in page.content.decode()
    asked = Asked(date(2025, 8, 1), date(2025, 8, 1), unit.product_model)
    assert costs.accrual(desk.finance, asked).whole.units == 0


@pytest.fixture
def regions(desk: Desk, unit: InstalledUnit) -> list[Any]:
    """A unit registered in the east, one served in the west, one nobody knows; 60.00 spent in the west in May."""
    east, west = make_region(), make_region()
    stations = [make_station(center=make_center(region=region)) for region in (east, west)]
    day = date(2024, 7, 1)
    units = [make_unit(product_model=unit.product_model, sold_on=day, invoice_on=day) for _each in range(2)]
    register(units[0], day)
    UnitRegistration.objects.filter(unit=units[0]).update(station=stations[0])
    claim = granted(stations[1], "2025-05-10 09:00:00", part_amount="60.00", labor="0.00", travel="0.00")
    type(claim.work_order.request).objects.filter(pk=claim.work_order.request_id).update(unit=units[1])
    WarrantyClaim.objects.filter(pk=claim.pk).update(product_model=unit.product_model)
    return [east, west]


def test_units_cost_and_expectation_are_told_apart_by_region(desk: Desk, regions: list[Any], june: Any) -> None:
    june("2025-06-01 12:00:00")
    east, west = regions
    asked = Asked(JUNE, JUNE)
    costs.count_fleet()

    whole = costs.accrual(desk.finance, asked)
    by_region = {row.key: row for row in costs.accrual(desk.finance, asked, "region").models}
    service = costs.units_by(desk.finance, asked, "region")

    assert sum(row.units for row in by_region.values()) == whole.whole.units
    assert (by_region[str(east.pk)].units, by_region[str(west.pk)].units) == (1, 1)
    assert by_region[str(west.pk)].expected == Decimal("5.45")  # 60.00 over 11 unit-months, July to May, for 1 unit
    assert (service[str(east.pk)], service[str(west.pk)], sum(service.values())) == (1, 1, 2 * service[""])
    only = replace(asked, region=west)
    assert costs.in_service(desk.finance, only).count() == costs.in_cover(desk.finance, only, JUNE).count() == 1
    assert costs.accrual(desk.finance, only).whole.expected == Decimal("5.45")


def test_a_station_that_declined_a_job_did_not_serve_its_unit(desk: Desk, regions: list[Any]) -> None:
    east, west = regions
    served = InstalledUnit.objects.alias(its=region_of()).get(its=west.pk)
    declined = move(make_job(make_station(center=make_center(region=east))), "declined", actor=None)
    type(declined.request).objects.filter(pk=declined.request_id).update(unit=served)

    assert InstalledUnit.objects.alias(its=region_of()).get(its=west.pk) == served


def test_the_page_says_it_by_region_with_the_units_and_rows_behind(desk: Desk, regions: list[Any], june: Any) -> None:
    june("2025-06-01 12:00:00")
    costs.count_fleet()
    browser, west = as_user(desk.finance), regions[1]

    accrual = browser.get("/warranty/costs/?by=accrual_region&since=2025-05&until=2025-06").content.decode()
    shares = browser.get("/warranty/costs/?by=region&since=2025-05&until=2025-06").content.decode()

    for link in (f"month=2025-06&amp;region={west.pk}", f"by=region&amp;value={west.pk}"):
        assert link in accrual
    assert f"region={west.pk}" in shares
    units = browser.get(f"/warranty/costs/units/?region={west.pk}&month=2025-06&since=2025-05&until=2025-06")
    assert units.content.decode().count("<tr") == 2  # the head and one unit
    assert browser.get("/warranty/costs/?by=accrual_region&export=csv").status_code == 400


def test_the_fleet_is_as_it_was_counted_last_and_the_page_says_when(desk: Desk, unit: InstalledUnit, june: Any) -> None:
    asked = Asked(JUNE, JUNE)
    empty = costs.units_by(desk.finance, asked, ""), costs.counted_on()
    costs.count_fleet()
    make_unit(product_model=unit.product_model, sold_on=JUNE, invoice_on=JUNE)

    before = costs.units_by(desk.finance, asked, ""), costs.counted_on()
    page = as_user(desk.finance).get("/warranty/costs/?by=model").content.decode()
    june("2025-06-02 12:00:00")
    costs.count_fleet()

    assert empty == ({"": 0}, None)
    assert before == ({"": 1}, JUNE)
    assert "2025-06-01" in page
    assert (costs.units_by(desk.finance, asked, ""), costs.counted_on()) == ({"": 2}, date(2025, 6, 2))


def test_counts_and_lists_are_of_the_same_units(desk: Desk, unit: InstalledUnit) -> None:
    contract(desk, unit, "2025-01-10", 6, "core")
    shipped = make_unit(product_model=make_product_model(), ship_date=date(2025, 1, 1))
    sold = make_unit(product_model=shipped.product_model, sold_on=date(2025, 6, 30), invoice_on=date(2025, 7, 1))
    scrapped = make_unit(product_model=unit.product_model, sold_on=JUNE, invoice_on=JUNE)
    InstalledUnit.objects.filter(pk=scrapped.pk).update(status="scrapped")
    costs.count_fleet()

    for month in (add_months(date(2024, 12, 1), ahead) for ahead in range(30)):
        asked = Asked(month, month)
        assert costs.units_by(desk.finance, asked, "")[""] == costs.in_service(desk.finance, asked).count(), month
        assert costs.accrual(desk.finance, asked).whole.units == costs.in_cover(desk.finance, asked, month).count(), (
            month
        )
    assert {row.pk for row in costs.in_service(desk.finance, Asked(JUNE, JUNE))} == {unit.pk, sold.pk}


def test_a_region_manager_reads_the_units_of_the_region_and_no_others(
    desk: Desk, regions: list[Any], june: Any
) -> None:
    june("2025-06-01 12:00:00")
    costs.count_fleet()
    _east, west = regions
    manager = make_member(Role.REGION_MANAGER, region=west)
    asked, browser = Asked(JUNE, JUNE), as_user(manager)

    found = costs.accrual(manager, asked)
    page = browser.get("/warranty/costs/?by=accrual&since=2025-06&until=2025-06").content.decode()
    units = browser.get("/warranty/costs/units/?since=2025-06&until=2025-06").content.decode()

    assert found.whole == costs.accrual(desk.finance, replace(asked, region=west)).whole
    assert (found.whole.units, found.whole.expected) == (1, Decimal("5.45"))
    assert costs.units_by(manager, asked, "region") == {"": 1, str(west.pk): 1}
    assert "¥5.45" in page
    assert units.count("<tr") == 2  # the head and one unit


def test_who_sees_more_than_whole_regions_gets_no_units_until_one_is_chosen(
    desk: Desk, regions: list[Any], june: Any
) -> None:
    june("2025-06-01 12:00:00")
    costs.count_fleet()
    east, west = regions
    manager = make_member(Role.REGION_MANAGER, region=west)
    make_member(Role.STATION_OWNER, user=manager, station=make_station(center=make_center(region=east)))
    browser = as_user(manager)

    whole = browser.get("/warranty/costs/?by=accrual&since=2025-06&until=2025-06").content.decode()
    chosen = browser.get(f"/warranty/costs/?by=accrual&since=2025-06&until=2025-06&region={west.pk}").content.decode()

    assert ("¥5.45" in whole, "¥5.45" in chosen) == (False, True)
    assert browser.get("/warranty/costs/units/").status_code == 404
    assert browser.get(f"/warranty/costs/units/?region={east.pk}").status_code == 404


def test_the_printed_report_says_it_by_model_and_by_region_each_with_its_total(
    desk: Desk, regions: list[Any], june: Any
) -> None:
    june("2025-06-01 12:00:00")
    costs.count_fleet()
    asked = Asked(JUNE, JUNE)

    tables = facts_of(asked, desk.finance)["accrual"]["tables"]

    for by, table in zip(("model", "region"), tables, strict=True):
        found = costs.accrual(desk.finance, asked, by)
        assert [row["label"] for row in table["rows"]] == [row.label for row in found.models]
        assert table["sum"]["units"] == str(found.whole.units) == str(sum(int(row["units"]) for row in table["rows"]))
        assert Decimal(table["sum"]["expected"]) == sum(Decimal(row["expected"] or 0) for row in table["rows"])

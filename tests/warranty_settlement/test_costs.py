"""Warranty cost: every figure is the sum of the rows it opens, and of what the lines say by hand; files and paper alike."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from portal.accounts.roles import Role
from portal.core import clock, documents, jobs
from portal.core.documents import pdf_bytes, render_document
from portal.core.models.documents import Document
from portal.core.models.jobs import JobRun, JobStatus
from service.models import InstalledUnit, UnitStatus
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.claims import make_fault, make_policy, make_unit, register
from tests.factories.settlement import at, make_granted_claim
from tests.factories.stations import make_center, make_member, make_product_model, make_region, make_station, make_user
from tests.warranty_settlement.paper import squeezed, text_of
from warranty import costs, review
from warranty.costs import Asked, breakdown, decisions
from warranty.costs.entries import PATHS
from warranty.models import Appeal, AppealLine, SettlementItem, WarrantyClaim

YEAR = Asked(date(2024, 7, 1), date(2025, 6, 1))
MAY, JUNE = replace(YEAR, since=date(2025, 5, 1), until=date(2025, 5, 1)), replace(YEAR, since=date(2025, 6, 1))


def granted(station: Any, when: str = "2025-06-01 12:00:00", **given: Any) -> WarrantyClaim:
    """A claim that was approved then and is credited."""
    clock.set(at(when))
    claim = make_granted_claim(station, **given)
    jobs.drain()
    return claim


def appealed(claim: WarrantyClaim, amount: str) -> None:
    """So much more was granted on appeal now, on the labor line."""
    from warranty import settlement_posting

    now, granted_now = clock.now(), Decimal(amount)
    appeal = Appeal.objects.create(
        station=claim.station, claim=claim, filed_by=make_user(), number=f"AP-{claim.pk}", grounds="工时不足",
        filed_at=now, due_on=clock.today(), asked_total=granted_now,
    )  # fmt: skip
    line = claim.lines.get(kind="labor")
    AppealLine.objects.create(appeal=appeal, line=line, asked_amount=granted_now, granted_amount=granted_now)
    Appeal.objects.filter(pk=appeal.pk).update(decided_at=now, decided_by=make_user(), granted_total=granted_now)
    appeal.refresh_from_db()
    assert settlement_posting.credit_appeal(appeal) is not None


def figures(user: Any, asked: Asked, by: str) -> dict[str, Decimal]:
    return {share.key: share.amount for share in breakdown(user, asked, by).shares if share.amount}


@pytest.fixture
def year(desk: Desk, june: Any) -> list[WarrantyClaim]:
    """Four claims: 465.00 in March, 110.00 in May, reversed in June; 210.00 in June with 40.00 on appeal, 30.00 elsewhere."""
    region = make_region()
    other = make_station(center=make_center(region=region))
    fault = make_fault()
    found = [granted(desk.station, "2025-03-31 23:59:59", part=desk.part)]
    found.append(granted(desk.station, "2025-05-01 00:00:00", part_amount="100.00", labor="10.00", travel="0.00"))
    found.append(granted(desk.station, part_amount="110.00", labor="70.00", travel="30.00", qty=1))
    found.append(granted(other, part_amount="10.00", labor="10.00", travel="10.00", part=desk.part, qty=1))
    WarrantyClaim.objects.filter(pk=found[3].pk).update(fault_code=fault)
    appealed(found[2], "40.00")
    june("2025-06-20 10:00:00")
    review.reverse_claim(found[1], reason="客户证实未更换任何配件", actor=desk.approver)
    jobs.drain()
    return found


def test_cost_lies_in_the_month_of_each_decision(desk: Desk, year: list[WarrantyClaim]) -> None:
    assert figures(desk.finance, YEAR, "month") == {
        "2025-03": Decimal("465.00"),
        "2025-05": Decimal("110.00"),
        "2025-06": Decimal("170.00"),  # 210 + 40 on appeal + 30 − 110 taken back
    }
    found = breakdown(desk.finance, YEAR, "month")
    assert (found.total, len(found.shares)) == (Decimal("745.00") - 0, 12)
    assert costs.total_of(desk.finance, MAY) == Decimal("110.00")


def test_the_sum_is_that_of_what_statements_are_made_of(desk: Desk, year: list[WarrantyClaim]) -> None:
    posted = SettlementItem.objects.filter(kind__in=["claim", "appeal", "reversal"])

    assert costs.total_of(desk.finance, YEAR) == sum(item.amount for item in posted) == Decimal("745.00")
    assert {item.pk: item.amount for item in posted} == {row.pk: row.counted for row in decisions(desk.finance, YEAR)}


@pytest.mark.parametrize("by", list(PATHS))
def test_a_figure_is_the_sum_of_the_rows_it_opens(desk: Desk, year: list[WarrantyClaim], by: str) -> None:
    found = breakdown(desk.finance, YEAR, by)

    assert sum(share.amount for share in found.shares) == found.total == Decimal("745.00")
    assert {share.key: share.amount for share in costs.all_shares(desk.finance, YEAR, by)}.items() >= figures(
        desk.finance, YEAR, by
    ).items()
    for share in found.shares:
        rows = list(decisions(desk.finance, YEAR, by, share.key))
        assert sum(row.counted for row in rows) == share.amount == costs.total_of(desk.finance, YEAR, by, share.key)
        assert len(rows) == share.decisions


def test_by_what_it_is_told_apart(desk: Desk, year: list[WarrantyClaim]) -> None:
    _first, second, third, fourth = year
    models = {
        str(claim.product_model_id): amount for claim, amount in zip(year, (465, 0, 250, 30), strict=True) if amount
    }
    parts = {desk.part.pk: Decimal(340), third.lines.get(kind="part").part_id: Decimal(110), "none": Decimal(295)}

    assert figures(desk.finance, YEAR, "model") == models
    assert figures(desk.finance, YEAR, "part") == {str(key): amount for key, amount in parts.items()}
    assert figures(desk.finance, YEAR, "kind") == {
        "part": Decimal(450), "labor": Decimal("216.00"), "travel": Decimal("79.00"),
    }  # fmt: skip
    assert figures(desk.finance, YEAR, "supplier") == {str(desk.supplier.pk): Decimal(340), "none": Decimal(405)}
    assert figures(desk.finance, YEAR, "fault") == {
        str(fourth.fault_code_id or _fault(fourth)): Decimal(30),
        "none": Decimal(715),
    }
    assert figures(desk.finance, YEAR, "station")[str(desk.station.pk)] == Decimal(715)
    assert figures(desk.finance, replace(YEAR, model=third.product_model), "month") == {"2025-06": Decimal(250)}
    assert costs.total_of(desk.finance, replace(YEAR, region=fourth.station.center.region)) == Decimal(30)
    assert second.pk not in decisions(desk.finance, JUNE, "kind", "travel").values_list("claim", flat=True)


def _fault(claim: WarrantyClaim) -> int | None:
    claim.refresh_from_db()
    return claim.fault_code_id


def test_beyond_the_largest_the_rest_ties_to_the_total(desk: Desk, year: list[WarrantyClaim]) -> None:
    for by in ("model", "part", "fault"):
        found = breakdown(desk.finance, YEAR, by, top=1)

        assert [share.key for share in found.shares][-1] == "rest"
        assert sum(share.amount for share in found.shares) == found.total
        rest = decisions(desk.finance, YEAR, by, "rest", top=1)
        assert sum(row.counted for row in rest) == found.shares[-1].amount


def test_a_region_manager_sees_his_region_and_no_supplier(desk: Desk, year: list[WarrantyClaim]) -> None:
    manager = make_member(Role.REGION_MANAGER, region=year[3].station.center.region)
    browser, hers = as_user(manager), year[3].station.center.region

    page = browser.get("/warranty/costs/?by=station&since=2024-07&until=2025-06").content.decode()

    assert figures(manager, YEAR, "month") == {"2025-06": Decimal(30)}
    assert (year[3].station.code in page, desk.station.code in page) == (True, False)
    assert browser.get(f"/warranty/costs/?region={hers.pk}").status_code == 200
    assert browser.get(f"/warranty/costs/?region={desk.station.center.region_id}").status_code == 404
    assert browser.get("/warranty/costs/?by=supplier").status_code == 400
    assert browser.get("/warranty/costs/rows/?by=supplier&value=none").status_code == 400
    assert year[3].serial_number in browser.get("/warranty/costs/units/?until=2025-06").content.decode()
    assert year[0].serial_number not in browser.get("/warranty/costs/units/?until=2025-06").content.decode()
    assert year[0].number not in browser.get("/warranty/costs/rows/?since=2024-07&until=2025-06").content.decode()


def test_files_have_the_total_of_the_page(desk: Desk, year: list[WarrantyClaim]) -> None:
    browser = as_user(desk.finance)
    for by in PATHS:
        address = f"/warranty/costs/?by={by}&since=2024-07&until=2025-06"
        assert "¥745.00" in browser.get(address).content.decode()
        lines = list(csv.reader(io.StringIO(browser.get(f"{address}&export=csv").content.decode("utf-8-sig"))))[1:]
        sheet = openpyxl.load_workbook(io.BytesIO(browser.get(f"{address}&export=xlsx").content)).active
        *rows, foot = list(sheet.iter_rows(values_only=True))[1:]
        assert sum(Decimal(line[-1]) for line in lines[:-1]) == Decimal(lines[-1][-1]) == Decimal("745.00")
        assert sum(Decimal(str(row[-1])) for row in rows) == Decimal(str(foot[-1])) == Decimal("745.00")
        assert lines[-1][:2] == ["合计", ""]
        assert [line[0] for line in lines] == [str(row[0]) for row in (*rows, foot)]


@pytest.mark.parametrize(
    "wrong",
    ["?by=x", "?export=pdf", "?by=accrual&export=csv", "rows/?by=x", "rows/?by=part&value=x", "rows/?by=month&value=x",
     "rows/?by=kind&value=x", "rows/?since=x", "units/?month=x"],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(desk: Desk, wrong: str) -> None:
    assert as_user(desk.finance).get(f"/warranty/costs/{wrong}").status_code == 400


def test_months_that_cannot_be_are_said_at_their_field(desk: Desk) -> None:
    browser = as_user(desk.finance)

    assert "2024-07 – 2025-06" in browser.get("/warranty/costs/").content.decode()  # twelve months, the last this one
    assert "起始月份晚于截止月份" in browser.get("/warranty/costs/?since=2025-06&until=2025-05").content.decode()
    assert browser.get("/warranty/costs/?model=999999999").status_code == 404


def test_expected_is_units_in_cover_times_the_cost_of_a_unit_month(desk: Desk, june: Any) -> None:
    make_policy(months={"whole_unit": 12})
    model = make_product_model()
    old, new = (
        make_unit(product_model=model, sold_on=day, invoice_on=day) for day in (date(2024, 6, 1), date(2025, 1, 31))
    )
    scrapped = make_unit(product_model=model, sold_on=date(2025, 1, 1), invoice_on=date(2025, 1, 1))
    InstalledUnit.objects.filter(pk=scrapped.pk).update(status=UnitStatus.SCRAPPED)
    claim = granted(desk.station, "2025-04-15 12:00:00", part_amount="170.00", labor="0.00", travel="0.00")
    WarrantyClaim.objects.filter(pk=claim.pk).update(product_model=model)

    costs.count_fleet()
    asked = Asked(date(2025, 5, 1), date(2025, 6, 1), model)
    found = costs.accrual(desk.finance, asked)

    # unit-months before May 2025: old June 2024 – April 2025 = 11, new January – April 2025 = 4; 170.00 / 15 = 11.33
    # before June 2025: old 11 (June 2024 – May 2025 less its last, for the cover ends 1 June), new 5: 170.00 / 17
    assert costs.in_cover(desk.finance, asked, date(2025, 5, 1)).count() == 2
    assert list(costs.in_cover(desk.finance, asked, date(2025, 6, 1))) == [new]
    assert costs.in_service(desk.finance, asked).count() == 2
    assert old in costs.in_cover(desk.finance, asked, date(2025, 5, 1))
    assert found.months == [
        (date(2025, 5, 1), Decimal("22.67"), Decimal("0.00")), (date(2025, 6, 1), Decimal("10.00"), Decimal("0.00")),
    ]  # fmt: skip
    assert (found.whole.expected, found.whole.actual) == (Decimal("32.67"), Decimal("0.00"))
    (row,) = found.models
    assert (row.units, row.rate, row.difference) == (1, Decimal("10.00"), Decimal("-32.67"))


def test_registration_in_time_starts_the_cover_and_a_unit_without_policy_has_none(desk: Desk, june: Any) -> None:
    unit = make_unit(product_model=make_product_model(), invoice_on=date(2024, 1, 1))
    asked = Asked(date(2025, 6, 1), date(2025, 6, 1), unit.product_model)
    assert costs.in_cover(desk.finance, asked, asked.until).count() == 0
    make_policy(months={"whole_unit": 12})
    assert costs.in_cover(desk.finance, asked, asked.until).count() == 0
    register(unit, date(2025, 5, 20))

    assert list(costs.in_cover(desk.finance, asked, asked.until)) == [unit]


def test_of_nothing_there_is_no_share_no_cost_per_unit_and_no_expectation(desk: Desk) -> None:
    browser = as_user(desk.finance)
    empty = Asked(date(2001, 1, 1), date(2001, 1, 1))

    page = browser.get("/warranty/costs/?by=month&since=2001-01&until=2001-01").content.decode()

    assert [(share.amount, share.percent) for share in breakdown(desk.finance, empty, "month").shares] == [(0, None)]
    assert page.count('<div class="n">–</div>') == 2
    assert browser.get("/warranty/costs/?by=accrual&since=2001-01&until=2001-01").status_code == 200
    assert costs.accrual(desk.finance, empty).whole.expected is None


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_report_says_every_table_with_one_total_and_is_frozen(
    desk: Desk, year: list[WarrantyClaim], language: str, tmp_path: Path
) -> None:
    address = "/warranty/costs/report/?since=2024-07&until=2025-06"

    answer = as_user(desk.finance).post(address, {"language": language})
    jobs.drain()

    run = JobRun.objects.get(name="warranty.make_cost_report")
    document = Document.objects.get(kind="cost_report")
    text = squeezed(text_of(pdf_bytes(document), tmp_path))
    assert (answer.url, run.status, run.result_url) == (
        run.get_absolute_url(), JobStatus.DONE, f"/documents/{document.pk}/",
    )  # fmt: skip
    assert text.count("745.00") >= len(PATHS) + 1
    for heading in {
        "zh-hans": ("按月份", "按供应商", "预计与实际"),
        "en": ("Bymonth", "Bysupplier", "Expectedandactual"),
    }[language]:
        assert heading in text
    first = pdf_bytes(document)
    granted(desk.station, "2025-06-21 10:00:00")
    assert render_document(document) == first
    assert documents.is_intact(document)
    assert as_user(desk.finance).get(run.result_url).status_code == 200
    assert as_user(desk.owner).get(run.result_url).status_code == 404


def test_a_region_managers_report_is_of_his_region(desk: Desk, year: list[WarrantyClaim]) -> None:
    manager = make_member(Role.REGION_MANAGER, region=year[3].station.center.region)
    costs.count_fleet()

    as_user(manager).post("/warranty/costs/report/?since=2024-07&until=2025-06", {"language": "en"})
    jobs.drain()

    facts = Document.objects.get(kind="cost_report").facts
    region = facts["accrual"]["tables"][1]
    assert (facts["total"], facts["units"], facts["per_unit"]) == ("30.00", "1", "30.00")
    assert [(row["units"], row["actual"]) for row in region["rows"]] == [("0", "30.00")]  # no policy covers it
    assert "By supplier" not in [table["heading"] for table in facts["tables"]]

"""The bench: effects of the nine verdicts, measurements and pictures, who holds the piece, who decides when two disagree."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from portal.core.documents import documents_of, pdf_bytes
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.claims import photo
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_user
from tests.warranty_settlement.paper import pictures_in, squeezed, text_of
from warranty import appraisal, appraisal_tests, failed_parts, recovery
from warranty.appraisal_documents import report_facts
from warranty.failed_parts_custody import custody_faults
from warranty.failed_parts_rules import VERDICTS
from warranty.models import AppraisalTest, FailedPart, RecoveryCase, SettlementItem, Verdict
from warranty.settlement_registry import headquarters_work

WHY = "焊点虚焊，与客户使用无关"
SCRAP, HOLD, STATION, SUPPLIER, AGAIN = "scrap", "hold", "to_station", "to_supplier", "refurbish"
# verdict: what the station is debited and why, who pays in the end, what becomes of the recovery case, what may be done
NINE: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "supplier_defect": ("", "supplier", "open", (SUPPLIER, SCRAP, HOLD)),
    "design": ("", "factory", "closed", (SCRAP, HOLD, AGAIN)),
    "transport": ("TRD", "carrier", "closed", (SCRAP, STATION, HOLD)),
    "workmanship": ("WMS", "station", "closed", (STATION, SCRAP)),
    "user": ("EXC", "customer", "closed", (STATION, SCRAP)),
    "no_fault_found": ("NDF", "station", "closed", (AGAIN, STATION, SCRAP)),
    "non_genuine": ("URF", "station", "closed", (STATION, HOLD)),
    "wrong_part": ("CDR", "station", "closed", (STATION, HOLD)),
    "undetermined": ("", "factory", "closed", (SCRAP, HOLD)),
}


def received(desk: Desk, amount: str = "330.00") -> FailedPart:
    claim = make_granted_claim(desk.station, part=desk.part, part_amount=amount, qty=1)
    recovery.open_cases(claim)
    (piece,) = failed_parts.request_returns(claim)
    return failed_parts.receive_piece(piece.number, actor=desk.warehouse, place="B-03")


def test_the_table_names_all_nine_in_the_order_of_the_keys() -> None:
    assert list(NINE) == Verdict.values


@pytest.mark.parametrize("verdict", NINE)
def test_each_verdict_has_exactly_its_effects(desk: Desk, verdict: str) -> None:
    reason, payer, case, dispositions = NINE[verdict]
    piece = received(desk)

    row = appraisal.appraise(piece, verdict=verdict, findings=WHY, actor=desk.appraiser)

    piece.refresh_from_db()
    posted = list(SettlementItem.objects.filter(failed_part=piece).values_list("kind", "amount", "reason"))
    assert (row.is_final, piece.status) == (True, "inspected")
    assert posted == ([("appraisal", Decimal("-330.00"), reason)] if reason else [])
    assert RecoveryCase.objects.get(line=piece.line).status == case
    meaning = VERDICTS[verdict]
    assert (meaning.payer, meaning.dispositions, meaning.recoverable) == (payer, dispositions, case == "open")
    for disposition in (SCRAP, HOLD, STATION, SUPPLIER, AGAIN):
        if disposition not in dispositions:
            with pytest.raises(appraisal.DispositionNotAllowed):
                appraisal.dispose(piece, disposition=disposition, actor=desk.appraiser)


def test_the_appraiser_takes_the_piece_from_the_warehouse_once(desk: Desk) -> None:
    piece = received(desk)

    appraisal.take_to_bench(piece, actor=desk.appraiser)
    appraisal.take_to_bench(piece, actor=desk.appraiser)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)

    told = list(piece.custody.order_by("sequence").values_list("act", "giver", "taker", "place", "signed"))[-3:]
    warehouse, appraiser = str(desk.warehouse), str(desk.appraiser)
    assert told == [
        ("received", desk.station.code, warehouse, "B-03", desk.warehouse.username),
        ("taken_over", warehouse, appraiser, "bench", desk.appraiser.username),
        ("appraised", appraiser, appraiser, "bench", desk.appraiser.username),
    ]
    assert custody_faults(piece) == []


def test_page_and_report_name_the_people_whose_logins_the_log_keeps(desk: Desk) -> None:
    type(desk.warehouse).objects.filter(pk=desk.warehouse.pk).update(display_name="库管周敏")
    piece = received(desk)

    page = as_user(desk.owner).get(f"/warranty/failed-parts/{piece.pk}/").content.decode()
    report = report_facts(piece)

    assert ("确认人 库管周敏" in page, f"确认人 {desk.warehouse.username}" in page) == (True, False)
    assert [entry["signed"] for entry in report["custody"]] == ["", "库管周敏"]
    assert piece.custody.get(sequence=2).signed == desk.warehouse.username
    assert custody_faults(piece) == []


def test_two_who_refuse_for_different_reasons_leave_it_to_a_third(desk: Desk) -> None:
    piece, third = received(desk, "1500.00"), make_user("appraiser")

    first = appraisal.appraise(piece, verdict="user", findings=WHY, actor=desk.appraiser)
    second = appraisal.appraise(piece, verdict="workmanship", findings=WHY, actor=desk.second)
    assert (first.is_final, second.is_final, FailedPart.objects.get(pk=piece.pk).status) == (False, False, "received")
    page = as_user(third).get(f"/warranty/failed-parts/{piece.pk}/appraise/").content.decode()
    last = appraisal.appraise(piece, verdict="no_fault_found", findings=WHY, actor=third)

    assert "由您的结论决定" in page
    assert (last.is_final, appraisal.final_verdict(piece)) == (True, "no_fault_found")
    assert SettlementItem.objects.get(failed_part=piece).reason == "NDF"


def test_the_second_appraiser_who_finds_for_the_station_decides(desk: Desk) -> None:
    piece = received(desk, "1500.00")
    appraisal.appraise(piece, verdict="user", findings=WHY, actor=desk.appraiser)

    assert appraisal.appraise(piece, verdict="design", actor=desk.second).is_final
    assert not SettlementItem.objects.filter(failed_part=piece).exists()


def work(user: Any) -> dict[str, list[Any]]:
    return {each.key: [row.pk for row in each.rows] for each in headquarters_work(user)}


def test_a_piece_judged_once_waits_for_somebody_else(desk: Desk) -> None:
    piece, fresh = received(desk, "1500.00"), received(desk)
    appraisal.appraise(piece, verdict="user", findings=WHY, actor=desk.appraiser)

    assert (work(desk.appraiser)["bench"], work(desk.appraiser)["second_verdict"]) == ([fresh.pk], [])
    assert (work(desk.second)["bench"], work(desk.second)["second_verdict"]) == ([fresh.pk], [piece.pk])


def steps_of(desk: Desk) -> list[AppraisalTest]:
    """Two steps of the part: a voltage with both limits, an insulation with a low one."""
    make = AppraisalTest.objects.create
    return [
        make(
            part=desk.part, position=1, label="输出电压", label_en="Output voltage", unit="V", low="11.4", high="12.6"
        ),
        make(part=desk.part, position=2, label="绝缘电阻", label_en="Insulation", unit="MΩ", low="5"),
    ]


@pytest.mark.parametrize(("value", "within"), [("11.399", False), ("11.4", True), ("12.6", True), ("12.601", False)])
def test_limits_are_included(value: str, within: bool) -> None:
    assert appraisal_tests.is_within(Decimal(value), Decimal("11.4"), Decimal("12.6")) is within
    assert appraisal_tests.is_within(Decimal(value), None, None) is None


def test_a_part_has_its_own_tests_or_those_of_its_class(desk: Desk) -> None:
    of_class = AppraisalTest.objects.create(part_class=desk.part.part_class, position=1, label="外观评分")
    AppraisalTest.objects.create(part_class="wear", position=1, label="厚度")
    assert appraisal_tests.steps_for(desk.part) == [of_class]

    own = steps_of(desk)

    assert appraisal_tests.steps_for(desk.part) == own
    with pytest.raises(appraisal_tests.UnknownStep):
        appraisal_tests.frozen_measurements(desk.part, {of_class.pk: Decimal(1)})


def test_a_test_belongs_to_a_part_or_to_a_class_and_has_its_limits_in_order(desk: Desk) -> None:
    for wrong in (
        {"part": desk.part, "part_class": "wear"},
        {},
        {"part": desk.part, "low": 2, "high": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AppraisalTest.objects.create(position=1, label="x", **wrong)


def test_measurements_and_pictures_stay_with_the_verdict_and_stand_on_the_report(desk: Desk, tmp_path: Path) -> None:
    piece, (voltage, insulation) = received(desk), steps_of(desk)

    row = appraisal.appraise(
        piece,
        verdict="supplier_defect",
        findings=WHY,
        actor=desk.appraiser,
        measurements={voltage.pk: Decimal("9.800"), insulation.pk: Decimal("20")},
        photos=[photo(1), photo(2)],
    )
    AppraisalTest.objects.update(label="改名", low=None, high=None)

    row.refresh_from_db()
    assert [(each["value"], each["within"], each["limits"]) for each in row.measurements] == [
        ("9.800", False, "11.4–12.6 V"),
        ("20", True, "≥ 5 MΩ"),
    ]
    paper = documents_of(piece, "appraisal_report").get()
    made = pdf_bytes(paper)
    text = squeezed(text_of(made, tmp_path))
    assert [word in text for word in ("输出电压", "9.8V", "超出范围", "鉴定台", "B-03")] == [True] * 5
    assert pictures_in(made, tmp_path) == 2
    english = squeezed(text_of(pdf_bytes(paper, "en"), tmp_path))
    assert [word in english for word in ("Outputvoltage", "outoflimits", "Powermodule")] == [True] * 3


def test_the_page_takes_values_and_pictures_and_returns_to_the_scan_field(desk: Desk) -> None:
    piece, (voltage, _insulation) = received(desk), steps_of(desk)
    client = as_user(desk.appraiser)
    bench = client.get("/warranty/failed-parts/bench/").content.decode()
    key = bench.split('name="idempotency_key" value="')[1].split('"')[0]
    found = client.post("/warranty/failed-parts/bench/", {"idempotency_key": key, "scanned": failed_parts.qr_of(piece)})
    address = f"/warranty/failed-parts/{piece.pk}/appraise/"
    page = client.get(address).content.decode()
    key = page.split('name="idempotency_key" value="')[1].split('"')[0]

    done = client.post(
        address,
        {
            "idempotency_key": key,
            "verdict": "supplier_defect",
            f"step_{voltage.pk}": "9.8",
            "photos": [photo(1), photo(2)],
        },
    )

    assert (found["Location"], "11.4–12.6 V" in page) == (address, True)
    assert (done.status_code, done["Location"]) == (302, f"/warranty/failed-parts/bench/?last={piece.number}")
    row = piece.appraisals.get()
    assert (row.measurements[0]["value"], len(row.photos)) == ("9.8", 2)
    with translation.override("zh-hans"):
        assert "输出电压" in client.get(f"/warranty/failed-parts/{piece.pk}/").content.decode()


def test_a_piece_that_is_not_on_the_bench_opens_its_own_page(desk: Desk) -> None:
    (piece,) = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=1))
    client = as_user(desk.appraiser)
    page = client.get("/warranty/failed-parts/bench/").content.decode()
    key = page.split('name="idempotency_key" value="')[1].split('"')[0]

    found = client.post("/warranty/failed-parts/bench/", {"idempotency_key": key, "scanned": piece.number})

    assert found["Location"] == piece.get_absolute_url()
    assert appraisal.take_to_bench(piece, actor=desk.appraiser).custody.count() == 1

"""Old parts by program: from the tag to the supplier, with what a supplier may read of them."""

import json
from decimal import Decimal
from typing import Any

from parts.models import Part
from tests.api.calls import Program
from tests.cast import Cast
from tests.permissions.warranty_settlement import inspected, piece, received, sent_to_x
from warranty import appraisal
from warranty.models import AppraisalTest, FailedPart, PartBox

TO_FETCH = {"number", "part", "part_name", "part_name_en", "removed_serial", "disposed_at"}
SHIPMENT = {"driver", "id", "number", "supplier", "carrier", "waybill", "shipped_at", "received_at", "received_as"}
SENT_PIECE = {"number", "part", "part_name", "part_name_en", "removed_serial"}


def test_a_station_tags_packs_and_ships_and_the_factory_unpacks(cast: Cast) -> None:
    first, second = piece(cast), piece(cast)
    station, door = Program(cast.clerk_a), Program(cast.warehouse)

    (shown, _older) = station.get("old-parts/", status="requested").json()["results"]
    assert (shown["number"], shown["station"]) == (second.number, cast.station_a.code)
    too_early = station.post("part-boxes/", {"scanned": first.number})
    assert (too_early.status_code, too_early.json()["code"]) == (422, "tag_first")
    codes = [station.post(f"old-parts/{row.pk}/tag/", {}).json()["code"] for row in (first, second)]
    box = station.post("part-boxes/", {"scanned": codes[0]}).json()
    address = f"part-boxes/{box['id']}/"
    station.post(f"{address}scan/", {"scanned": codes[1]})
    out = station.post(f"{address}take-out/", {"scanned": second.number}).json()
    assert [row["number"] for row in out["pieces"]] == [first.number]
    station.post(f"{address}scan/", {"scanned": codes[1]})
    assert station.post(f"{address}seal/", {"weight_kg": "3.2", "seal": "封-7"}).json()["status"] == "sealed"
    sent = station.post(f"{address}ship/", {"carrier": "德邦", "waybill": "DB1", "weight_kg": "3.2", "freight": "20"})
    assert sent.json()["status"] == "shipped"
    came = door.post("old-parts/receive/", {"scanned": codes[0], "condition": "damaged", "box": box["number"]}).json()
    door.post(f"{address}extra/", {"found": "无标签的电机"})
    closed = door.post(f"{address}close/", {}).json()

    assert (came["status"], came["condition"]) == ("received", "damaged")
    assert (closed["status"], closed["freight_allowed"]) == ("received", "20.00")
    assert {row["number"]: row["condition"] for row in closed["pieces"]} == {
        first.number: "damaged",
        second.number: "missing",
    }
    assert [row["found"] for row in closed["extras"]] == ["无标签的电机"]
    note = door.client.get(f"/api/v1/pdfs/{closed['documents'][0]['id']}/")
    assert note.content.startswith(b"%PDF")
    assert Program(cast.clerk_b).get(address).status_code == 404
    again = station.post(f"old-parts/{first.pk}/tag/", {})
    assert (again.status_code, again.json()["code"]) == (409, "tag_not_needed")


def test_more_time_is_asked_for_and_answered(cast: Cast) -> None:
    row = piece(cast)
    station, desk, address = Program(cast.clerk_a), Program(cast.reviewer), f"old-parts/{row.pk}/"

    asked = station.post(f"{address}ask-extension/", {"days": 5, "reason": "快递停运，等待恢复发货"}).json()
    given = desk.post(f"{address}extend/", {"days": 5, "note": "快递停运"}).json()

    assert (asked["asked_days"], asked["due_on"]) == (5, row.due_on.isoformat())
    assert given["extension_days"] == 5
    assert given["due_on"] > asked["due_on"]
    assert desk.post(f"{address}refuse-extension/", {"reason": "已经延期过一次了，不再延"}).status_code == 409


def test_the_bench_takes_a_verdict_with_what_was_measured(cast: Cast) -> None:
    row, bench = received(cast), Program(cast.appraiser)
    step = {"label": "输出电压", "label_en": "Output voltage", "unit": "V", "low": Decimal(11), "high": Decimal(13)}
    AppraisalTest.objects.create(part=Part.objects.get(pk=row.part_id), position=1, **step)
    address, verdict = f"old-parts/{row.pk}/", {"verdict": "supplier_defect", "findings": "输出端电容击穿"}

    assert [each["label_en"] for each in bench.get(address).json()["tests"]] == ["Output voltage"]
    for wrong in ("2 12", "1 ", "1 NaN", "x", "1 1e3"):
        answer = bench.post(f"{address}appraise/", {**verdict, "measurements": [wrong]})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["measurements.0"])
    done = bench.post(f"{address}appraise/", {**verdict, "measurements": ["1 9.5"]}).json()
    gone = bench.post(f"{address}dispose/", {"disposition": "to_supplier", "witnesses": ["nobody"]})

    (said,) = done["appraisals"]
    assert (done["status"], said["measurements"][0]["value"], said["measurements"][0]["within"]) == (
        "inspected",
        "9.5",
        False,
    )
    assert [each["kind"] for each in done["documents"]] == ["appraisal_report"]
    assert gone.status_code == 400
    assert bench.post(f"{address}dispose/", {"disposition": "to_supplier"}).json()["disposition"] == "to_supplier"


def test_a_piece_is_scrapped_before_two_witnesses_named_by_their_logins(cast: Cast) -> None:
    row, bench = inspected(cast), Program(cast.appraiser)
    scrap = {"disposition": "scrap", "witnesses": [cast.warehouse.username, cast.quality.username]}

    alone = bench.post(f"old-parts/{row.pk}/dispose/", {**scrap, "witnesses": [cast.appraiser.username]})
    unseen = bench.post(f"old-parts/{row.pk}/dispose/", scrap)

    assert (alone.status_code, list(alone.json()["errors"])) == (400, ["witnesses"])
    assert unseen.json()["code"] in {"photo_missing", "disposition_not_allowed"}


def ready(cast: Any) -> FailedPart:
    """A piece that waits for supplier X."""
    row = inspected(cast)
    return appraisal.dispose(row, disposition="to_supplier", actor=cast.appraiser)


def test_a_supplier_reads_its_parts_to_fetch_and_its_shipments_and_no_other_field(cast: Cast) -> None:
    waiting, shipment = ready(cast), sent_to_x(cast)
    supplier, other, hq = Program(cast.supplier_x), Program(cast.supplier_y), Program(cast.warehouse)
    address = f"piece-shipments/{shipment.pk}/"

    (to_fetch,) = supplier.get("old-parts/to-fetch/").json()["results"]
    (listed,) = supplier.get("piece-shipments/").json()["results"]
    record = supplier.get(address).json()

    assert (to_fetch["number"], set(to_fetch)) == (waiting.number, TO_FETCH)
    assert set(listed) == SHIPMENT
    assert (set(record), set(record["pieces"][0])) == (SHIPMENT | {"pieces", "documents"}, SENT_PIECE)
    told = json.dumps([to_fetch, listed, record], ensure_ascii=False)
    assert [name for name in (cast.station_a.code, cast.station_a.name, "王秀英", "WC-") if name in told] == []
    assert {"cost", "station"} <= set(hq.get(address).json())
    assert supplier.get("old-parts/").status_code == 403
    assert other.get(address).status_code == 404
    assert other.get("old-parts/to-fetch/").json()["results"] == []
    taken = supplier.post(f"{address}receive/", {"received_as": "刘工"}).json()
    assert (taken["received_as"], set(taken)) == ("刘工", SHIPMENT | {"pieces", "documents"})


def test_pieces_are_sent_to_one_receiver(cast: Cast) -> None:
    row, door = ready(cast), Program(cast.warehouse)
    sent = {"pieces": [row.number], "carrier": "德邦", "waybill": "DB7", "cost": "0"}

    made = door.post("piece-shipments/", sent)
    again = door.post("piece-shipments/", sent)

    assert (made.status_code, made.json()["pieces"][0]["number"]) == (201, row.number)
    assert (again.status_code, again.json()["code"]) == (409, "sent_already")
    assert PartBox.objects.count() == 0

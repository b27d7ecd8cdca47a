"""Programs on the bench: a piece tested again for a disputed line, and a ruling between appraisers who differ."""

from tests.api.calls import Program
from tests.cast import Cast
from tests.permissions import warranty_settlement as records
from warranty.models import FurtherTest

FOUND = "通电后输出电压偏低，与首次检测一致"


def test_a_program_reads_what_waits_and_gives_the_second_verdict_once(cast: Cast) -> None:
    (pk,) = records.tested_again(cast)
    test, bench = FurtherTest.objects.get(pk=pk), Program(cast.appraiser)
    note = test.line.chargeback.number

    (waiting,) = bench.get(f"old-part-tests/?note={note}").json()["results"]
    short = bench.post(f"old-part-tests/{pk}/judge/", {"verdict": "supplier_defect", "findings": "坏"})
    done = bench.post(f"old-part-tests/{pk}/judge/", {"verdict": "supplier_defect", "findings": FOUND}).json()

    assert (waiting["piece"], waiting["position"], waiting["is_awaited"]) == (test.piece.number, 1, True)
    assert (short.status_code, list(short.json()["errors"])) == (400, ["findings"])
    assert (done["verdict"], done["is_awaited"], done["appraiser"]) == (
        "supplier_defect",
        False,
        cast.appraiser.username,
    )
    again = bench.post(f"old-part-tests/{pk}/judge/", {"verdict": "design", "findings": FOUND})
    assert (again.status_code, again.json()["code"]) == (409, "test_not_awaited")
    assert Program(cast.supplier_x).get(f"old-part-tests/{pk}/").status_code == 404


def test_a_program_rules_and_its_station_reads_the_verdict_alone(cast: Cast) -> None:
    row, approver, station = records.split(cast), Program(cast.approver), Program(cast.clerk_a)
    address = f"old-parts/{row.pk}/"
    assert len(approver.get(address).json()["appraisals"]) == 2
    before = station.get(address).json()

    wrong = approver.post(f"{address}rule/", {"verdict": "design", "reason": FOUND})
    done = approver.post(f"{address}rule/", {"verdict": "user", "reason": FOUND}).json()

    assert (wrong.status_code, wrong.json()["code"]) == (422, "verdict_not_given")
    assert [each["is_ruling"] for each in done["appraisals"]] == [False, False, True]
    after = station.get(address).json()
    assert before["appraisals"] == []
    assert [(each["verdict"], each["is_ruling"]) for each in after["appraisals"]] == [("user", False)] * 2
    notes = {each["note"] for each in before["custody"] if each["act"] == "appraised"}
    assert (notes, {each["note"] for each in after["custody"] if each["act"] == "appraised"}) == ({""}, {"user", ""})

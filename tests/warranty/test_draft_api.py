"""A program writes the draft of a claim: texts, lines, photos; and reads its versions."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core import clock
from tests.api.calls import Program
from tests.factories.claims import Bench, make_bench, make_fault, noon, photo
from tests.factories.stations import make_grade
from warranty import claims
from warranty.models import WarrantyClaim


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


@pytest.mark.django_db
def test_lines_are_added_changed_and_removed_with_the_fields_of_their_kind(cast: Any, bench: Bench) -> None:
    claim, fault = bench.draft(), make_fault()
    program = Program(cast.clerk_a)

    def say(act: str, body: Any) -> Any:
        return program.post(f"claims/{claim.pk}/{act}/", body)

    edited = say("edit", {"fault_code": fault.code, "cause": "电容老化击穿导致无输出"})
    late = say("edit", {"repaired_on": "2026-10-05"})
    added = say("lines/add", {"kind": "labor", "operation": bench.operation.code, "qty": "1"})
    lacking = say("lines/add", {"kind": "part", "part": bench.part.number})
    foreign = say("lines/add", {"kind": "travel", "km": "3", "hours": "1"})
    unknown = say("lines/add", {"kind": "part", "part": "NO-SUCH", "qty": "1", "remedy": "replace"})
    changed = say("lines/change", {"position": 2, "hours": "1.00"})
    wrong = say("lines/change", {"position": 2, "km": "1.00"})
    removed = say("lines/remove", {"position": 4})
    nowhere = say("lines/remove", {"position": 4})

    assert (edited.status_code, edited.json()["fault_code"]) == (200, fault.code)
    assert late.status_code == 422
    assert [line["kind"] for line in added.json()["lines"]] == ["part", "labor", "travel", "labor"]
    assert added.json()["lines"][3]["hours"] == "1.200"
    assert [answer.status_code for answer in (lacking, foreign, unknown, wrong, nowhere)] == [400] * 5
    assert set(lacking.json()["errors"]) == {"qty", "remedy"}
    assert set(foreign.json()["errors"]) == {"hours"}
    assert changed.json()["lines"][1]["claimed_amount"] == "80.00"
    assert len(removed.json()["lines"]) == 3
    claim.refresh_from_db()
    assert claim.claimed_total == Decimal("449.00")


@pytest.mark.django_db
def test_photos_are_sent_described_listed_and_taken_out_and_versions_read(cast: Any, bench: Bench) -> None:
    claim = bench.draft(with_photos=False)
    program = Program(cast.clerk_a)

    def say(act: str, body: Any) -> Any:
        return program.post(f"claims/{claim.pk}/{act}/", body)

    def send(**fields: Any) -> Any:
        return program.send(f"claims/{claim.pk}/photos/add/", fields)

    def picture(number: int) -> SimpleUploadedFile:
        return SimpleUploadedFile(f"p{number}.png", photo(number).read(), "image/png")

    sent = send(kind="other", photos=[picture(931), picture(932)])
    none = send(kind="other")
    many = send(kind="other", photos=[picture(n) for n in range(900, 911)])
    script = SimpleUploadedFile("a.jpg", b"<svg><script>1</script></svg>", "image/jpeg")
    bad = send(kind="other", photos=[picture(933), script])
    first, second = (row["id"] for row in sent.json()["photos"])
    say("photos/change", {"photo": first, "kind": "fault_photo", "caption": "主板"})
    say("photos/change", {"photo": second, "kind": "plate_photo"})
    third = send(kind="other", photos=[picture(934)]).json()["photos"][2]["id"]
    gone = say("photos/remove", {"photo": third})
    submitted = claims.submit_claim(WarrantyClaim.objects.get(pk=claim.pk), actor=cast.owner_a)
    frozen = say("photos/remove", {"photo": first})
    listed = program.get(f"claims/{claim.pk}/photos/").json()["photos"]
    versions = program.get(f"claims/{claim.pk}/versions/").json()["versions"]

    assert (sent.status_code, none.status_code, many.status_code, bad.status_code) == (200, 400, 400, 422)
    assert [(row["kind"], row["caption"], row["of_job"]) for row in listed] == [
        ("fault_photo", "主板", False),
        ("plate_photo", "", False),
    ]
    assert len(gone.json()["photos"]) == 2
    assert frozen.status_code == 409
    assert [row["version"] for row in versions] == [1]
    assert versions[0]["content"]["claimed_total"] == str(submitted.claimed_total)

"""Pages of claims: from the finished job to the submitted claim, the reviewer's desk, and who sees what."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from portal.core import clock
from portal.core.attachments import attach
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, photo
from tests.factories.stations import make_grade
from warranty import claims
from warranty.models import WarrantyClaim
from warranty.photos import photos_of


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    clock.set(datetime(2026, 10, 5, 4, tzinfo=UTC))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


@pytest.mark.django_db
def test_a_finished_job_says_what_becomes_of_its_claim(cast: Any, bench: Bench) -> None:
    job = bench.job()
    browser = as_user(cast.owner_a)

    before = browser.get(job.get_absolute_url()).content.decode()
    browser.post(reverse("claim_draft", args=[job.pk]))
    claim = WarrantyClaim.objects.get(work_order=job)
    after = browser.get(job.get_absolute_url()).content.decode()
    clock.set(datetime(2027, 10, 5, 4, tzinfo=UTC))
    late = browser.get(bench.job().get_absolute_url()).content.decode()

    assert reverse("claim_draft", args=[job.pk]) in before
    assert claim.get_absolute_url() in after
    assert reverse("claim_draft", args=[job.pk]) not in after
    assert "未提出索赔" in late


@pytest.mark.django_db
def test_a_claim_is_made_in_three_steps(cast: Any, bench: Bench) -> None:
    job = bench.job()
    browser = as_user(cast.owner_a)

    jobs = browser.get(reverse("claimable_jobs"))
    drafted = browser.post(reverse("claim_draft", args=[job.pk]))
    claim = WarrantyClaim.objects.get(work_order=job)
    page = browser.get(drafted.url)
    answer = browser.post(drafted.url, form_data(page) | {"then": "submit"})

    assert job.number in jobs.content.decode()
    assert drafted.url == reverse("claim_edit", args=[claim.pk])
    assert answer.status_code == 302, problems(answer)
    claim.refresh_from_db()
    assert (claim.status, claim.approved_total) == ("partially_approved", Decimal("465.00"))
    shown = browser.get(answer.url).content.decode()
    assert "465.00" in shown
    assert claim.number in shown


@pytest.mark.django_db
def test_the_coach_answers_a_changed_field(cast: Any, bench: Bench) -> None:
    claim = bench.draft()
    browser = as_user(cast.clerk_a)
    data = form_data(browser.get(reverse("claim_edit", args=[claim.pk])))

    answer = browser.post(reverse("claim_coach", args=[claim.pk]), data | {"lines-1-hours": "1.00"})

    assert answer.status_code == 200
    claim.refresh_from_db()
    assert claim.claimed_total == Decimal("449.00")


@pytest.mark.django_db
def test_the_outsider_sees_no_claim(cast: Any, bench: Bench) -> None:
    claim = bench.submitted()

    for member in (cast.owner_b, cast.outsider, cast.supplier_x):
        assert as_user(member).get(reverse("claim_detail", args=[claim.pk])).status_code == 404
        listed = as_user(member).get(reverse("claim_list"))
        assert claim.number not in listed.content.decode()


@pytest.mark.django_db
def test_the_reviewer_decides_at_the_desk(cast: Any, bench: Bench) -> None:
    claim = bench.submitted(qty="4")
    assert claim.status == "in_review"
    browser = as_user(cast.reviewer)
    address = reverse("claim_desk", args=[claim.pk])

    queue = browser.get(reverse("admin:warranty_warrantyclaim_changelist"))
    page = browser.get(address)
    detail = browser.get(reverse("admin:warranty_warrantyclaim_change", args=[claim.pk]))
    answer = browser.post(address, form_data(page) | {"act": "decide", "mark": page.context["mark"]})

    assert claim.number in queue.content.decode()
    assert detail.status_code == 200
    assert answer.status_code == 302, problems(answer)
    claim.refresh_from_db()
    assert (claim.status, claim.decided_by) == ("partially_approved", cast.reviewer)


@pytest.mark.django_db
def test_the_decision_letter_is_a_pdf(cast: Any, bench: Bench) -> None:
    from portal.core.documents import documents_of

    claim = bench.submitted()
    letter = documents_of(claim).get()

    answer = as_user(cast.owner_a).get(reverse("document", args=[letter.pk]))

    assert answer.content.startswith(b"%PDF")


def form_data(page: Any) -> dict[str, Any]:
    """What a browser would post back from the page's form and formset unchanged."""
    data: dict[str, Any] = {}
    for bound in (page.context["form"], page.context["formset"].management_form, *page.context["formset"]):
        for field in bound:
            value = field.value()
            data[field.html_name] = "" if value is None else getattr(value, "pk", value)
    return data


def problems(page: Any) -> Any:
    """What the page says is wrong."""
    return page.context["form"].errors, page.context["formset"].errors, page.context["formset"].non_form_errors()


@pytest.mark.django_db
def test_lines_of_every_kind_are_typed_by_hand(cast: Any, bench: Bench) -> None:
    claim = bench.draft()
    browser, address = as_user(cast.clerk_a), reverse("claim_add_line", args=[claim.pk])
    invoice = SimpleUploadedFile("发票.png", photo(961).read(), "image/png")
    typed: list[dict[str, Any]] = [
        {"kind": "part", "part": bench.part.number.lower(), "qty": "1", "remedy": "replace", "fitted_serial": "N-1"},
        {"kind": "labor", "operation": bench.operation.pk, "qty": "1", "hours": ""},
        {"kind": "travel", "km": "30"},
        {
            "kind": "outside",
            "description": "电机线圈重绕",
            "claimed_amount": "120.00",
            "invoice_number": "INV-1",
            "file": invoice,
        },
    ]
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"kind": "part", "part": "NO-SUCH", "qty": "1", "remedy": "replace"}, "part"),
        ({"kind": "outside", "description": "x", "claimed_amount": "0", "invoice_number": "1"}, "claimed_amount"),
        ({"kind": "labor", "operation": "0", "qty": "1"}, "operation"),
        ({"kind": "nothing"}, "kind"),
    ]

    offered = browser.get(address, {"kind": "labor"})
    answers = [browser.post(address, data) for data in typed]
    refused = [(browser.post(address, data), field) for data, field in wrong]

    assert set(offered.context["form"].fields) == {"kind", "operation", "qty", "hours"}
    assert [answer.status_code for answer in answers] == [302] * 4
    assert [(answer.status_code, field in answer.context["form"].errors) for answer, field in refused] == [
        (422, True)
    ] * 4
    added = claim.lines.filter(position__gt=3).order_by("position")
    assert [line.kind for line in added] == ["part", "labor", "travel", "outside"]
    assert (added[0].description, added[0].fitted_serial, added[0].claimed_amount) == (
        bench.part.name,
        "N-1",
        Decimal("165.00"),
    )
    assert added[1].hours == bench.operation.flat_hours
    assert [row.kind for row in photos_of(claim)] == ["fault_photo", "plate_photo", "invoice"]


@pytest.mark.django_db
def test_a_claim_that_replaces_a_rejected_one_carries_everything_over(cast: Any, bench: Bench) -> None:
    draft = bench.draft(bench.unit(date(2020, 1, 1)))
    claims.add_line(draft, actor=cast.clerk_a, kind="freight", description="旧件寄回", claimed_amount=Decimal("18.00"))
    claims.edit_draft(draft, actor=cast.clerk_a, changes={"cause": "电容老化击穿导致无输出"})
    attach(draft, photo(962), kind="other", actor=cast.clerk_a)
    rejected = claims.submit_claim(draft, actor=cast.owner_a)
    assert rejected.status == "rejected"

    answer = as_user(cast.owner_a).post(reverse("claim_replace", args=[rejected.pk]))

    made = WarrantyClaim.objects.get(replaces=rejected)
    assert answer.url == reverse("claim_edit", args=[made.pk])
    assert made.cause == "电容老化击穿导致无输出"
    assert list(made.lines.values_list("kind", "claimed_amount")) == list(
        rejected.lines.values_list("kind", "claimed_amount")
    )
    assert [row.sha256 for row in photos_of(made)] == [row.sha256 for row in photos_of(rejected)]


@pytest.mark.django_db
def test_pictures_are_sent_one_by_one_told_what_they_show_and_taken_out(cast: Any, bench: Bench) -> None:
    claim = bench.draft(with_photos=False)
    browser, address = as_user(cast.technician_a), reverse("claim_photo", args=[claim.pk])

    def send(**data: Any) -> Any:
        return browser.post(address, data, headers={"accept": "application/json"})

    def picture(number: int) -> Any:
        return SimpleUploadedFile(f"p{number}.png", photo(number).read(), "image/png")

    first = send(kind="fault_photo", photo=picture(971))
    again = send(kind="fault_photo", photo=picture(971))
    second = send(kind="other", photo=picture(972))
    script = SimpleUploadedFile("a.jpg", b"<svg><script>1</script></svg>", "image/jpeg")
    wrong = [send(kind="other", photo=script), send(kind="other"), send(kind="nothing", photo=picture(973))]
    key = second.json()["photo"]["id"]
    told = send(act="kind", photo=key, kind="plate_photo")
    foreign = [send(act="remove", photo=9_999_999), send(act="remove", photo="x"), send(act="kind", photo=key, kind="")]

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["photo"]["id"] == again.json()["photo"]["id"]
    assert first.json()["missing"]
    assert told.json()["missing"] == ""
    assert [answer.status_code for answer in wrong] == [409, 422, 422]
    assert [answer.status_code for answer in foreign] == [409, 422, 422]
    assert [row.kind for row in photos_of(claim)] == ["fault_photo", "plate_photo"]
    assert send(act="remove", photo=key).json()["missing"]
    assert len(photos_of(claim)) == 1
    both = browser.post(address, {"kind": "plate_photo", "files": [picture(974), picture(975)]})
    assert (both.status_code, len(photos_of(claim))) == (302, 3)
    submitted = claims.submit_claim(claim, actor=cast.owner_a)
    assert send(kind="other", photo=picture(976)).status_code == 409
    assert submitted.number


@pytest.mark.django_db
def test_only_who_decides_sees_the_original_with_its_hash_and_place(cast: Any, bench: Bench) -> None:
    claim = bench.submitted(qty="4")
    raw, exif = io.BytesIO(), Image.Exif()
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 30.0, 0.0)}
    Image.new("RGB", (40, 30), "navy").save(raw, "JPEG", exif=exif)
    row = attach(claim, SimpleUploadedFile("gps.jpg", raw.getvalue(), "image/jpeg"), kind="other", actor=cast.owner_a)

    shown = as_user(cast.reviewer).get(reverse("photo_evidence", args=[row.pk])).content.decode()
    original = as_user(cast.reviewer).get(reverse("photo_original", args=[row.pk]))
    station = [
        as_user(cast.owner_a).get(reverse(name, args=[row.pk])).status_code
        for name in ("photo_evidence", "photo_original")
    ]

    assert row.sha256 in shown
    assert "30.250000, 120.500000" in shown
    assert b"".join(original.streaming_content) == raw.getvalue()
    assert station == [403, 403]
    assert (
        reverse("photo_evidence", args=[row.pk])
        not in as_user(cast.owner_a).get(claim.get_absolute_url()).content.decode()
    )

"""Pictures that many claims may show: marked by headquarters, seen beside the risk, lifted again; captions of a draft's photos."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from portal.core import clock
from portal.core.attachments import attach
from portal.core.models.events import Event
from tests.conftest import as_user
from tests.factories.claims import Bench, make_bench, noon, photo
from tests.factories.stations import make_grade
from warranty import claims, draft_photos, shared_pictures
from warranty.models import SharedPicture, WarrantyClaim
from warranty.photos import photos_of
from warranty.risk_wording import risk_proof

WHY = "产品说明书页，所有电源模块索赔都会附上"


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(date(2026, 10, 5)))
    yield
    clock.set(None)


@pytest.fixture
def bench(cast: Any) -> Bench:
    make_grade(station=cast.station_a, grade="B")
    return make_bench(station=cast.station_a)


def with_sheet(bench: Bench) -> WarrantyClaim:
    """A draft that shows the data sheet beside its own photos."""
    claim = bench.draft()
    attach(claim, photo(940), kind="other", actor=bench.owner)
    claims.refresh(claim)
    return claim


@pytest.mark.django_db
def test_a_shared_picture_is_no_reuse_until_it_is_lifted(cast: Any, bench: Bench) -> None:
    first = claims.submit_claim(with_sheet(bench), actor=bench.owner)
    sheet = photos_of(first)[-1]
    draft = with_sheet(bench)
    before = claims.coach(draft).explanation
    browser, address = as_user(cast.reviewer), reverse("photo_share", args=[sheet.pk])

    short = browser.post(address, {"reason": "说明书"})
    marked = browser.post(address, {"reason": WHY})
    again = browser.get(address).content.decode()
    shared = claims.coach(draft).explanation
    shown = browser.get(reverse("photo_evidence", args=[sheet.pk])).content.decode()
    submitted = claims.submit_claim(draft, actor=bench.owner)
    entry = SharedPicture.objects.get()
    shared_pictures.lift_sharing(entry, reason="误将现场照片列为公用图片", actor=cast.approver)
    with pytest.raises(shared_pictures.NotShared):
        shared_pictures.lift_sharing(entry, reason="误将现场照片列为公用图片", actor=cast.approver)
    lifted = claims.coach(with_sheet(bench)).explanation

    assert (short.status_code, marked.status_code) == (409, 302)
    assert WHY in again
    assert WHY in shown
    assert [match["why"] for match in before["duplicates"]["soft"]] == ["photo_reuse"]
    assert shared["duplicates"]["soft"] == []
    assert "photo_reuse" not in {item["item"] for item in shared["risk"]["items"]}
    assert WHY in risk_proof(shared["risk"]).detail
    assert submitted.status == "partially_approved"
    assert {match["why"] for match in lifted["duplicates"]["soft"]} == {"photo_reuse"}
    kinds = Event.objects.filter(subject_type="warranty.sharedpicture").order_by("pk")
    assert [event.kind for event in kinds] == ["sharedpicture.marked", "sharedpicture.lifted"]


@pytest.mark.django_db
def test_a_caption_is_kept_with_the_picture_and_shown_on_the_claim(cast: Any, bench: Bench) -> None:
    claim = bench.draft()
    row = draft_photos.add_photo(claim, photo(941), kind="plate_photo", actor=cast.clerk_a)
    browser, address = as_user(cast.clerk_a), reverse("claim_photo", args=[claim.pk])

    told = browser.post(address, {"act": "caption", "photo": row.pk, "caption": "铭牌在机柜背面"})
    long = browser.post(address, {"act": "caption", "photo": row.pk, "caption": "长" * 201})
    page = browser.get(claim.get_absolute_url()).content.decode()

    assert (told.status_code, long.status_code) == (200, 422)
    assert "铭牌在机柜背面" in page

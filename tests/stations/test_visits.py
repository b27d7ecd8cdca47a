"""Visits of every purpose: planned, filled in on a telephone, signed, recorded for good, shown to whom they may be shown."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.documents import pdf_bytes
from stations import inspections
from stations.inspection_report import report_of
from stations.models import InspectionItem, SiteInspection, TemplateStatus, VisitStatus
from tests.conftest import as_user
from tests.factories.station_applications import make_template, ratings_for
from tests.factories.stations import make_member, make_station, make_user
from tests.factories.visits import finished_visit, planned_visit

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def picture(color: str = "teal", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def region_manager(station: Any) -> Any:
    return make_member(Role.REGION_MANAGER, region=station.center.region)


def test_a_version_in_use_never_changes_and_its_successor_retires_it() -> None:
    first = make_template()
    draft = inspections.new_version(first, actor=None)

    assert (draft.version, draft.items.count(), draft.is_draft) == (2, first.items.count(), True)
    assert inspections.new_version(first, actor=None) == draft  # one draft at a time
    with pytest.raises(IntegrityError, match="items_change_in_drafts_only"), transaction.atomic():
        first.items.update(weight=50)
    with pytest.raises(IntegrityError, match="items_change_in_drafts_only"), transaction.atomic():
        InspectionItem.objects.create(template=first, text="新项目", weight=1)
    draft.items.update(weight=50)
    inspections.put_in_use(draft, actor=None)

    first.refresh_from_db()
    assert first.status == TemplateStatus.RETIRED
    assert inspections.template_in_use() == draft
    with pytest.raises(inspections.TemplateNotDraft):
        inspections.put_in_use(draft, actor=None)


def test_a_visit_is_saved_as_one_goes_and_scores_as_it_is_filled_in() -> None:
    station = make_station()
    manager = region_manager(station)
    visit = inspections.begin_visit(planned_visit(station, actor=manager), actor=manager)
    first, second, *_rest = visit.answers.all()

    progress = inspections.save_visit(visit, ratings={first.item_id: 4, second.item_id: 5}, actor=manager)
    again = inspections.begin_visit(visit, actor=manager)  # another day, another telephone

    assert (progress.rated, progress.items) == (2, 4)
    assert str(progress.result.score) == "92.86"  # (30 × 4 + 54 × 5) ÷ (84 × 5)
    assert [answer.rating for answer in again.answers.all()] == [4, 5, None, None]
    with pytest.raises(inspections.NotInspector):
        inspections.save_visit(visit, ratings={}, actor=region_manager(station))
    with pytest.raises(inspections.BadRating):
        inspections.save_visit(visit, ratings={first.item_id: 6}, actor=manager)


def test_photo_items_want_a_photo_with_its_place() -> None:
    station = make_station()
    manager = region_manager(station)
    template = inspections.new_version(make_template(), actor=None)
    template.items.filter(position=0).update(needs_photo=True)
    template = inspections.put_in_use(template, actor=None)
    visit = inspections.begin_visit(planned_visit(station, actor=manager, template=template), actor=manager)
    inspections.save_visit(visit, ratings=ratings_for(template), actor=manager)
    sign = {"inspector": inspections.Signature("许峰"), "host": inspections.Signature("刘建国"), "actor": manager}

    with pytest.raises(inspections.PhotosMissing):
        inspections.finish_visit(visit, **sign)
    place = inspections.Place(station.longitude, station.latitude)
    upload = SimpleUploadedFile("door.png", picture())
    item = template.items.get(position=0).pk
    photo = inspections.add_photo(visit, item=item, upload=upload, place=place, actor=manager)
    again = inspections.add_photo(visit, item=item, upload=upload, place=place, actor=manager)

    assert (photo, photo.distance_meters) == (again, 0)
    assert photo.attachment.uploaded_at
    assert inspections.finish_visit(visit, **sign).outcome == "passed"


def test_both_sides_sign_or_it_is_said_why_not() -> None:
    station = make_station()
    manager = region_manager(station)
    visit = inspections.begin_visit(planned_visit(station, actor=manager), actor=manager)
    inspections.save_visit(visit, ratings=ratings_for(visit.template), actor=manager)

    with pytest.raises(inspections.SignatureMissing):
        inspections.finish_visit(visit, inspector=inspections.Signature("许峰"), actor=manager)
    done = inspections.finish_visit(
        visit, inspector=inspections.Signature("许峰"), unsigned_reason="站长拒签", actor=manager
    )

    assert (done.host_signed_as, done.unsigned_reason) == ("", "站长拒签")


def test_a_recorded_visit_never_changes_whoever_writes() -> None:
    station = make_station()
    manager = region_manager(station)
    visit = finished_visit(planned_visit(station, actor=manager), actor=manager)

    for change in ({"score": 10}, {"status": "planned"}, {"findings": "别的"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SiteInspection.objects.filter(pk=visit.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        visit.answers.update(rating=0)
    with pytest.raises(inspections.NotOpen):
        inspections.save_visit(visit, ratings={}, actor=manager)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_report_is_a_pdf_with_photos_and_a_code(language: str) -> None:
    station = make_station()
    manager = region_manager(station)
    visit = inspections.begin_visit(planned_visit(station, actor=manager), actor=manager)
    item = visit.answers.all()[0].item_id
    inspections.add_photo(visit, item=item, upload=SimpleUploadedFile("a.png", picture("red")), actor=manager)
    inspections.save_visit(visit, ratings=ratings_for(visit.template), actor=manager)
    drawn = inspections.Signature("许峰", picture("black"))
    inspections.finish_visit(
        visit, inspector=drawn, host=inspections.Signature("刘建国", picture("navy")), actor=manager
    )

    report = report_of(visit)
    assert report is not None
    assert report.facts["score"] == "100.00"
    assert pdf_bytes(report, language).startswith(b"%PDF-")
    assert as_user(manager).get(reverse("document", args=[report.pk])).status_code == 200
    assert as_user().get(reverse("verify", args=[report.token])).status_code == 200


def test_plans_lie_ahead_and_who_left_is_not_visited() -> None:
    station = make_station()
    with pytest.raises(inspections.PlannedInPast):
        planned_visit(station, actor=None, planned_on=clock.today() - timedelta(days=1))


def test_a_surprise_visit_is_unknown_before_and_its_maker_unknown_after() -> None:
    station = make_station()
    owner, manager = make_member(Role.STATION_OWNER, dealer=station.dealer), region_manager(station)
    guest = make_member(Role.MYSTERY_CUSTOMER, user=make_user(display_name="神秘顾客甲"), region=station.center.region)
    visit = planned_visit(station, purpose="surprise", actor=guest, inspector=guest)

    assert list(SiteInspection.objects.visible_to(owner)) == []
    assert list(SiteInspection.objects.visible_to(guest)) == [visit]
    assert as_user(owner).get(visit.get_absolute_url()).status_code == 404
    with pytest.raises(inspections.NotInspector):
        inspections.begin_visit(visit, actor=manager)
    inspections.begin_visit(visit, actor=guest)
    inspections.save_visit(visit, ratings=ratings_for(visit.template), actor=guest)
    inspections.finish_visit(visit, inspector=inspections.Signature("神秘顾客甲"), actor=guest)

    page = as_user(owner).get(visit.get_absolute_url()).content.decode()
    assert "神秘顾客甲" not in page
    assert visit.number in page
    assert "神秘顾客甲" in as_user(manager).get(visit.get_absolute_url()).content.decode()
    report = report_of(visit)
    assert report is not None
    assert "神秘顾客甲" not in str(report.facts)


def test_a_mystery_customer_sees_nothing_but_own_visits() -> None:
    station = make_station()
    guest = make_member(Role.MYSTERY_CUSTOMER, region=station.center.region)
    visit = planned_visit(station, actor=region_manager(station))
    client = as_user(guest)

    assert client.get(reverse("visit_list")).status_code == 200
    assert client.get(visit.get_absolute_url()).status_code == 404
    assert client.get(station.get_absolute_url()).status_code in (403, 404)
    for name in ("station_list", "application_list", "rectification_list", "invitation_list", "product_list"):
        assert client.get(reverse(name)).status_code == 403, name
    planned = client.post(
        reverse("visit_plan"), {"station": station.pk, "purpose": "surprise", "planned_on": clock.today().isoformat()}
    )
    assert planned.status_code == 302
    assert SiteInspection.objects.get(purpose="surprise").inspector == guest
    refused = client.post(
        reverse("visit_plan"), {"station": station.pk, "purpose": "yearly", "planned_on": clock.today().isoformat()}
    )
    assert refused.status_code == 422


def test_every_station_is_re_evaluated_once_a_year() -> None:
    make_template()
    station = make_station(opened_on=DAY)
    at = clock.start_of(date(2027, 2, 1))

    assert inspections.plan_reevaluations(at=at) == 1  # due 2 March 2027, planned 30 days ahead
    assert inspections.plan_reevaluations(at=at) == 0
    visit = station.inspections.get()
    assert (visit.purpose, visit.planned_on, visit.inspector) == ("yearly", date(2027, 3, 2), None)
    finished_visit(visit, actor=region_manager(station), at=clock.start_of(date(2027, 3, 1)))
    assert inspections.plan_reevaluations(at=clock.start_of(date(2028, 1, 29))) == 0
    assert inspections.plan_reevaluations(at=clock.start_of(date(2028, 2, 1))) == 1


def test_the_page_saves_photographs_and_finishes() -> None:
    station = make_station()
    manager = region_manager(station)
    visit = planned_visit(station, actor=manager)
    client = as_user(manager)
    begun = client.post(reverse("visit_begin", args=[visit.pk]))
    answers = list(SiteInspection.objects.get(pk=visit.pk).answers.all())
    item = answers[0].item_id

    assert client.get(begun.url).status_code == 200
    saved = client.post(begun.url, {"act": "save", f"item-{item}": "4", f"finding-{item}": "门头褪色"})
    assert saved.json() == {"score": "80.00", "outcome": "passed", "rated": 1, "items": 4}
    files = {"photo": SimpleUploadedFile("a.png", picture()), "longitude": "121.436837", "latitude": "31.188523"}
    taken = client.post(begun.url, {"act": "photo", "item": item} | files)
    assert (taken.status_code, taken.json()["meters"]) == (200, 0)
    bad = client.post(begun.url, {"act": "photo", "item": item, "photo": SimpleUploadedFile("a.svg", b"<svg/>")})
    assert (bad.status_code, bad.json()["code"]) == (409, "bad_file")
    assert client.post(begun.url, {"act": "photo", "item": "999"}).status_code == 422
    missing = client.post(begun.url, {"act": "finish"})
    summary = missing.content.decode().split('class="problems"')[1].split("</ul>")[0]
    links = [f'"#id_item-{each.item_id}"' in summary for each in answers if each.item_id != item]
    assert (missing.status_code, links) == (409, [True] * len(links))
    assert ['"#id_inspector_signed_as"' in summary, '"#id_host_signed_as"' in summary] == [True, True]
    ratings: dict[str, Any] = {f"item-{each.item_id}": "5" for each in answers}
    drawn = "data:image/png;base64,AAAA*"
    wrong = client.post(begun.url, ratings | {"act": "finish", "host_signed_as": "刘", "host_drawing": drawn})
    assert wrong.status_code == 422
    done = client.post(
        begun.url, ratings | {"act": "finish", "inspector_signed_as": "许峰", "host_signed_as": "刘建国"}
    )
    assert (done.status_code, SiteInspection.objects.get().status) == (302, VisitStatus.RECORDED)
    assert client.get(begun.url).status_code == 302  # nothing left to fill in

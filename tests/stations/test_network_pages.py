"""Pages of recruiting, coverage and the network as a whole, in both languages; what is typed wrongly is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from portal.core import clock
from portal.core.models import Division
from stations import coverage, duties, opening, recruiting
from stations.models import CandidateOutlet, CandidateStatus, HoursKind, ServiceArea, Station
from tests.cast import Cast
from tests.conftest import as_user
from tests.factories.recruiting import make_candidate, make_dealer_class, make_talked
from tests.factories.stations import make_dealer, make_grade, make_station

pytestmark = pytest.mark.django_db
FACTS = {
    "name": "滨江数码广场", "kind": "dealer", "division": "浙江省杭州市滨江区", "address": "江南大道1号", "longitude": "120.21",
    "latitude": "30.20", "premises_square_meters": "180", "staff_count": "9", "brands_sold": "小米、海尔",
    "contact_name": "陈经理", "contact_phone": "13777000001",
}  # fmt: skip


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens(cast: Cast, language: str) -> None:
    manager = cast.fresh("region_manager")
    manager.language = language
    manager.save(update_fields=["language"])
    candidate = make_talked(center=cast.center_a)
    recruiting.invite_candidate(candidate, actor=manager)
    duty = duties.set_duty(
        make_dealer(), dealer_class=make_dealer_class(), center=cast.center_a, build_by=clock.today(), actor=manager
    )
    browser = as_user(manager)

    for address in (
        url("station_list"), url("station_detail", cast.station_a.pk), url("station_area", cast.station_a.pk),
        url("network_tree"), url("white_spots"), f"{url('white_spots')}?level=city&province=330000", url("region_board"),
        f"{url('region_board')}?region={cast.east.pk}", url("candidate_list"), url("candidate_add"),
        f"{url('candidate_add')}?division=330108", url("candidate_detail", candidate.pk), url("candidate_change", candidate.pk),
        url("candidate_contact", candidate.pk), url("candidate_talk", candidate.pk), url("candidate_assign", candidate.pk),
        url("candidate_negotiate", candidate.pk), url("candidate_invite", candidate.pk), url("candidate_lose", candidate.pk),
        url("duty_list"), url("duty_detail", duty.pk), "/",
    ):  # fmt: skip
        assert browser.get(address).status_code == 200, address


def test_a_candidate_is_entered_talked_to_assigned_and_invited(cast: Cast) -> None:
    browser, day = as_user(cast.region_manager), clock.today()

    browser.post(url("candidate_add"), FACTS | {"center": cast.center_a.pk})
    candidate = CandidateOutlet.objects.get()
    talk = {
        "channel": "visit", "talked_at": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"), "summary": "看了店面",
        "contact": candidate.contacts.get().pk, "next_step": "送样品", "next_step_on": day.isoformat(),
    }  # fmt: skip
    browser.post(url("candidate_talk", candidate.pk), talk)
    browser.post(url("candidate_assign", candidate.pk), {"owner": cast.center_clerk.pk})
    browser.post(url("candidate_negotiate", candidate.pk), {"note": "有意向"})
    answer = browser.post(url("candidate_invite", candidate.pk), follow=True)

    candidate.refresh_from_db()
    assert candidate.status == CandidateStatus.INVITED
    assert (candidate.division_id, candidate.owner) == ("330108", cast.center_clerk)
    assert candidate.entries.get().next_step == "送样品"
    assert "滨江数码广场" in answer.content.decode()
    assert "看了店面" in browser.get(url("candidate_detail", candidate.pk)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"longitude": "139.7", "latitude": "35.7"}, "longitude"),
        ({"longitude": "30.2", "latitude": "120.2"}, "latitude"),
        ({"longitude": ""}, "longitude"),
        ({"division": "火星"}, "division"),
        ({"contact_phone": ""}, None),
        ({"premises_square_meters": "-5"}, "premises_square_meters"),
        ({"name": ""}, "name"),
    ],
)
def test_a_candidate_entered_wrongly_is_refused_at_its_field(cast: Cast, wrong: Any, field: str | None) -> None:
    answer = as_user(cast.region_manager).post(url("candidate_add"), FACTS | {"center": cast.center_a.pk} | wrong)

    assert answer.status_code in {409, 422}
    assert field is None or field in answer.context["form"].errors
    assert not CandidateOutlet.objects.exists()


def test_a_center_of_another_region_is_unknown_to_a_region_manager(cast: Cast) -> None:
    answer = as_user(cast.region_manager).post(url("candidate_add"), FACTS | {"center": cast.center_b.pk})

    assert "center" in answer.context["form"].errors


def test_candidates_are_found_by_name_and_by_contact(cast: Cast) -> None:
    first, other = make_candidate(center=cast.center_a, name="武林商城"), make_candidate(center=cast.center_a)
    recruiting.add_contact(first, name="赵小姐", phone="18800001111", actor=cast.region_manager)

    for text in ("武林", "赵小姐", "188000011"):
        page = as_user(cast.region_manager).get(url("candidate_list"), {"q": text}).content.decode()
        assert (first.number in page, other.number in page) == (True, False), text


def test_the_area_is_set_by_names_and_codes(cast: Cast) -> None:
    rows = {
        "areas-TOTAL_FORMS": "3", "areas-INITIAL_FORMS": "0", "areas-0-division": "浙江省杭州市滨江区",
        "areas-1-division": "310000", "areas-2-division": "", "service_radius_km": "40",
    }  # fmt: skip
    browser = as_user(cast.region_manager)

    answer = browser.post(url("station_area", cast.station_a.pk), rows)
    wrong = browser.post(url("station_area", cast.station_a.pk), rows | {"service_radius_km": "9999"})
    unknown = browser.post(url("station_area", cast.station_a.pk), rows | {"areas-2-division": "月球"})

    assert (answer.status_code, wrong.status_code, unknown.status_code) == (302, 422, 422)
    assert set(ServiceArea.objects.values_list("division_id", flat=True)) == {"330108", "310000"}
    assert "9999" in wrong.context["form"].errors["service_radius_km"][0]
    card = browser.get(url("station_detail", cast.station_a.pk)).content.decode()
    assert "浙江省杭州市滨江区" in card


def test_the_owner_sets_hours_and_closed_days(cast: Cast) -> None:
    browser, station = as_user(cast.owner_a), cast.station_a
    day = clock.today() + timedelta(days=3)

    answer = browser.post(
        url("station_hours", station.pk), {"business_0": "9:00-12:00，13:00–24:00", "on_call_6": "20:00~08:00"}
    )
    browser.post(url("station_close", station.pk), {"first_day": day, "last_day": day, "reason": "盘点"})

    assert answer.status_code == 302
    assert [
        (row.kind, row.weekday, f"{row.opens_at:%H:%M}", f"{row.closes_at:%H:%M}") for row in station.hours.all()
    ] == [
        (HoursKind.BUSINESS, 0, "09:00", "12:00"),
        (HoursKind.BUSINESS, 0, "13:00", "00:00"),
        (HoursKind.ON_CALL, 6, "20:00", "08:00"),
    ]
    card = browser.get(url("station_detail", station.pk)).content.decode()
    assert "09:00–12:00、13:00–00:00" in card
    assert "盘点" in card
    browser.post(url("closed_days_remove", station.closed_days.get().pk))
    assert not station.closed_days.exists()


@pytest.mark.parametrize("typed", ["9-12", "25:00–26:00", "09:00", "24:30-25:00", "早上"])
def test_hours_typed_wrongly_are_told_with_what_is_expected(cast: Cast, typed: str) -> None:
    answer = as_user(cast.owner_a).post(url("station_hours", cast.station_a.pk), {"business_0": typed})

    assert answer.status_code == 422
    assert typed in answer.context["form"].errors["business_0"][0]


def test_overlapping_hours_come_back_with_all_that_was_typed(cast: Cast) -> None:
    answer = as_user(cast.owner_a).post(
        url("station_hours", cast.station_a.pk), {"business_0": "09:00-12:00, 11:00-18:00"}
    )

    assert answer.status_code == 409
    assert "11:00-18:00" in answer.content.decode()


def test_white_spots_lead_to_a_new_candidate_there(cast: Cast) -> None:
    Station.objects.update(service_radius_km=1)
    browser = as_user(cast.region_manager)

    page = browser.get(url("white_spots"), {"province": "330000"}).content.decode()
    form = browser.get(url("candidate_add"), {"division": "330102"}).content.decode()

    assert f"{url('candidate_add')}?division=330102" in page
    assert "浙江省杭州市上城区" in form
    for wrong in ({"level": "planet"}, {"province": "999999"}, {"grade": "A"}):
        assert browser.get(url("white_spots"), wrong).status_code == 400


def test_stations_are_listed_by_state_grade_and_region(cast: Cast) -> None:
    make_grade(station=cast.station_a, grade="A")
    best = make_station(center=cast.center_b)
    make_grade(station=best, grade="A")
    browser = as_user(cast.service_manager)

    def listed(**asked: Any) -> set[Station]:
        return set(browser.get(url("station_list"), asked).context["page"].rows)

    assert listed(grade="A") == {cast.station_a, best}
    assert listed(grade="A", region=cast.east.pk) == {cast.station_a}
    assert listed(grade="C", status="active") == set()
    assert listed(grade="probation") == {cast.station_b}
    assert listed(province="33") == set()
    assert listed(q=best.name) == {best}


def test_the_board_shows_the_region_its_own_stations_only(cast: Cast) -> None:
    coverage.set_service_area(
        cast.station_a, divisions=[Division.objects.get(code="330100")], radius_km=20, actor=cast.service_manager
    )
    own = as_user(cast.region_manager).get(url("region_board")).content.decode()
    all_of_it = as_user(cast.service_manager).get(url("region_board")).content.decode()

    assert cast.station_a.name in own
    assert cast.station_b.name not in own
    assert {cast.station_a.name in all_of_it, cast.station_b.name in all_of_it} == {True}
    assert "<svg" in own


def test_work_of_recruiting_stands_on_the_first_page(cast: Cast) -> None:
    candidate = make_candidate(center=cast.center_a)
    recruiting.log_talk(
        candidate,
        channel="phone",
        summary="再约",
        next_step="上门",
        next_step_on=clock.today(),
        actor=cast.region_manager,
    )
    dealer = make_dealer(name="城东专卖店")
    duties.set_duty(
        dealer,
        dealer_class=make_dealer_class(),
        center=cast.center_a,
        build_by=clock.today(),
        actor=cast.service_manager,
    )

    page = as_user(cast.region_manager).get("/").content.decode()

    assert candidate.name in page
    assert "城东专卖店" in page


def test_a_tree_opens_one_region_down_to_its_stations(cast: Cast) -> None:
    browser = as_user(cast.service_manager)

    closed = browser.get(url("network_tree")).content.decode()
    opened = browser.get(url("network_tree"), {"region": cast.east.pk}).content.decode()

    assert cast.center_a.name in closed
    assert cast.station_a.name not in closed
    assert cast.dealer_a.name in opened
    assert cast.station_a.name in opened
    assert cast.station_b.name not in opened


def test_default_hours_stand_on_the_card_until_own_ones_are_entered(cast: Cast) -> None:
    assert opening.week_of(cast.station_a, clock.now()).days[0][1] == "09:00–18:00"

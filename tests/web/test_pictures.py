"""The drawings of the first page: who sees which, over whose rows."""

import pytest
from django.core.cache import cache

from portal.core import registries
from tests.cast import Cast
from tests.conftest import as_user
from tests.factories import service as desk
from tests.factories import settlement

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def _drawing(user: object, key: str) -> str:
    answer = as_user(user).get(f"/pictures/{key}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_year_of_requests_is_drawn_over_the_readers_own_rows(cast: Cast) -> None:
    for station in (cast.station_a, cast.station_a, cast.station_b):
        desk.make_offer(station)

    assert '<td class="r">3</td>' in _drawing(cast.service_manager, "requests")
    own = _drawing(cast.owner_b, "requests")
    assert '<td class="r">3</td>' not in own
    assert own.count("<tr>") == 13  # a head and twelve months


def test_money_of_claims_is_drawn_by_month_of_decision(cast: Cast) -> None:
    claim = settlement.make_granted_claim(cast.station_a)

    assert f"{claim.approved_total:,.2f}" in _drawing(cast.finance, "claims")
    assert f"{claim.approved_total:,.2f}" not in _drawing(cast.owner_b, "claims")


@pytest.mark.parametrize("key", list(registries.pictures))
def test_every_drawing_stands_without_any_rows(cast: Cast, key: str) -> None:
    assert any(piece in _drawing(cast.service_manager, key) for piece in ("<svg", 'class="empty"'))


def test_an_unknown_drawing_is_not_found(cast: Cast) -> None:
    assert as_user(cast.service_manager).get("/pictures/nothing/").status_code == 404


def test_the_first_page_fetches_its_drawings_after_it_stands(cast: Cast) -> None:
    page = as_user(cast.service_manager).get("/").content.decode()

    assert 'hx-get="/pictures/requests/"' in page
    assert "hx-get" not in as_user(cast.supplier_x).get("/").content.decode()

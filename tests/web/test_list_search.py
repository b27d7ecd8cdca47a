"""Lists of claims, jobs and units find what their rows show: the product and the station by name, in both languages."""

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.conftest import as_user
from tests.factories import service as desk
from tests.factories.settlement import make_granted_claim

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["claim_list", "work_order_list", "unit_list"])
def test_rows_are_found_by_the_names_they_show(cast: Cast, name: str) -> None:
    claim, foreign = make_granted_claim(cast.station_a), make_granted_claim(cast.station_b)
    for row, chinese, english in ((claim, "云舟网关", "Skiff gateway"), (foreign, "云舟网关", "Skiff gateway")):
        model = row.product_model or row.unit.product_model
        type(model).objects.filter(pk=model.pk).update(name=f"{chinese}{row.pk}", name_en=f"{english} {row.pk}")
        desk.make_offer(row.station)
    browser = as_user(cast.service_manager)

    def found(text: str) -> int:
        answer = browser.get(reverse(name), {"q": text})
        assert answer.status_code == 200
        return len(answer.context["page"].rows)

    assert (found("云舟网关") >= 2, found("skiff GATEWAY") >= 2, found("没有这个名字")) == (True, True, 0)
    assert found(f"云舟网关{claim.pk}") == 1
    if name != "unit_list":
        assert found("杭州西湖") >= 1
        assert as_user(cast.clerk_b).get(reverse(name), {"q": "杭州西湖"}).context["page"].rows == []

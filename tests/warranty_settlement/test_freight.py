"""The freight of a box of old parts: up to a limit credited as the station entered it, above it as the factory's door allows."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from portal.core.errors import Refusal
from portal.core.parameters import set_parameter
from tests.conftest import as_user
from tests.desks import Desk
from tests.warranty_settlement.test_unpacking import shipped
from warranty import failed_parts
from warranty.models import PartBox, SettlementItem


def costly(desk: Desk, freight: str) -> PartBox:
    """A box of one piece on its way, for which the station entered so much freight."""
    box = shipped(desk, qty=1)
    PartBox.objects.filter(pk=box.pk).update(freight=Decimal(freight))
    return PartBox.objects.get(pk=box.pk)


def test_much_freight_is_credited_only_as_somebody_allows_it(desk: Desk) -> None:
    box = costly(desk, "99999.00")
    failed_parts.receive_piece(box.pieces.get().number, actor=desk.warehouse)
    box.refresh_from_db()
    assert box.status == "shipped"  # its last piece does not close it: the freight has to be said
    tried = [
        ({}, "freight_to_allow"),
        ({"freight_allowed": Decimal("99999.01")}, "freight_above_paid"),
        ({"freight_allowed": Decimal("-1")}, "freight_above_paid"),
        ({"freight_allowed": Decimal("NaN")}, "freight_above_paid"),
        ({"freight_allowed": Decimal("40.00"), "freight_reason": "太贵"}, "text_too_short"),
    ]
    for given, code in tried:
        with pytest.raises(Refusal) as refused, transaction.atomic():
            failed_parts.close_box(box, actor=desk.warehouse, **given)
        assert refused.value.code == code

    reason = "运单实收四十元，见承运商对账单"
    url = reverse("part_box_close", args=[box.pk])
    page = as_user(desk.warehouse).get(url)
    assert page.context["form"]["freight_allowed"].value() is None
    data = {"freight_allowed": "40.00", "freight_reason": reason, "signed_as": desk.warehouse.username}
    as_user(desk.warehouse).post(url, data | {"confirmed": "on"})

    assert SettlementItem.objects.get(box=box).amount == Decimal("40.00")
    assert reason in as_user(desk.owner).get(box.get_absolute_url()).content.decode()


def test_freight_up_to_the_limit_of_the_day_is_credited_as_entered(desk: Desk) -> None:
    set_parameter("warranty.tax_general_freight_percent", Decimal(9), actor=None)  # claims stay at 6 %
    box = costly(desk, "300.00")
    failed_parts.receive_piece(box.pieces.get().number, actor=desk.warehouse)
    item = SettlementItem.objects.get(box=box)
    assert (item.amount, item.tax_rate) == (Decimal("300.00"), Decimal("0.09"))

    set_parameter("warranty.freight_unasked", Decimal("299.99"), actor=None)
    other = costly(desk, "300.00")
    failed_parts.receive_piece(other.pieces.get().number, actor=desk.warehouse)
    assert not SettlementItem.objects.filter(box=other).exists()

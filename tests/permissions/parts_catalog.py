"""Pages of what can be bought."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from parts.price_lists import draw_up_price_list
from portal.core import clock
from tests.factories.parts import make_part
from tests.permissions import FIELD, HQ, STATION, SUPPLIERS, Row, only

PRICERS = ("warehouse", "finance", "service_manager")
NOT_HQ = (*FIELD, *STATION, *SUPPLIERS, "outsider")


def price_list(cast: Any) -> list[Any]:
    """A draft that the service manager drew up."""
    prices = {make_part().number: Decimal("90.00")}
    day = clock.today() + timedelta(days=3)
    return [draw_up_price_list(title="七月调价", valid_from=day, prices=prices, actor=cast.service_manager).pk]


def draft_act(name: str, *members: str, ok: int = 422) -> Row:
    """An act on the draft."""
    seen = {"hidden": NOT_HQ}
    return Row(name, args=price_list, get=only(*members, **seen), post=only(*members, ok=ok, **seen))


ROWS = [
    Row("price_list_list", get=only(*HQ)),
    Row("price_list_create", get=only(*PRICERS), post=only(*PRICERS, ok=422)),
    Row("price_list_detail", args=price_list, get=only(*HQ, hidden=NOT_HQ)),
    Row("price_list_rows", args=price_list, get=only(*HQ)),
    draft_act("price_list_change", *PRICERS),
    draft_act("price_list_take_out", *PRICERS),
    draft_act("price_list_release", "finance", ok=302),
    draft_act("price_list_drop", *PRICERS),
]

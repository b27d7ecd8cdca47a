"""Pages of what can be bought."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from parts.models import ExplodedView
from parts.order_aids import save_template
from parts.price_lists import draw_up_price_list
from portal.core import clock
from tests.factories.parts import make_part
from tests.factories.stations import make_product_model
from tests.permissions import ALL, FIELD, HQ, STATION, STATION_B, SUPPLIERS, Row, everybody, only

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


def template(cast: Any) -> list[Any]:
    """A template of station a."""
    return [save_template(cast.station_a, name="常用", rows=f"{make_part().number}\t2\n", actor=cast.clerk_a).pk]


def drawing(cast: Any) -> list[Any]:
    """A drawing without its picture."""
    return [ExplodedView.objects.create(product_model=make_product_model(), title="门锁总成").pk]


KNOWN = tuple(name for name in ALL if name != "outsider")
KEEPERS = ("warehouse", "admin")
ORDERING = ("owner_a", "clerk_a", "owner_b", "clerk_b")
OURS = ("owner_a", "clerk_a")
ROWS = [
    Row("order_template_list", get=only(*ORDERING)),
    Row("order_template_create", get=only(*ORDERING), post=only(*ORDERING, ok=422)),
    Row(
        "order_template_change",
        args=template,
        get=only(*OURS, hidden=(*STATION_B, *SUPPLIERS, "outsider")),
        post=only(*OURS, ok=422, hidden=(*STATION_B, *SUPPLIERS, "outsider")),
    ),
    Row("order_template_delete", args=template, get=only(*OURS, hidden=(*STATION_B, *SUPPLIERS, "outsider"))),
    Row(
        "part_star",
        args=lambda cast: [make_part().number],
        get=everybody(405),
        post=only(*ORDERING, ok=302, anonymous=403),
    ),
    Row("part_fitting", get=only(*KNOWN), query={"serial": "SN-1"}),
    Row("exploded_view_list", get=only(*KNOWN)),
    Row("exploded_view_create", get=only(*KEEPERS), post=only(*KEEPERS, ok=422)),
    Row("exploded_view_detail", args=drawing, get=only(*KNOWN)),
    Row("exploded_view_place", args=drawing, get=only(*KEEPERS), post=only(*KEEPERS, ok=422)),
    *(
        Row(name, args=lambda cast: [make_part().number], get=only(*KEEPERS), post=only(*KEEPERS, ok=422))
        for name in ("part_supersede", "part_file")
    ),
    Row("price_list_list", get=only(*HQ)),
    Row("price_list_create", get=only(*PRICERS), post=only(*PRICERS, ok=422)),
    Row("price_list_detail", args=price_list, get=only(*HQ, hidden=NOT_HQ)),
    Row("price_list_rows", args=price_list, get=only(*HQ)),
    draft_act("price_list_change", *PRICERS),
    draft_act("price_list_take_out", *PRICERS),
    draft_act("price_list_release", "finance", ok=302),
    draft_act("price_list_drop", *PRICERS),
]

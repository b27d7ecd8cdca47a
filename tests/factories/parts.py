"""Small builders of catalog, prices, stock and suppliers; whatever is not named gets a fresh value."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from parts import stock
from parts.models import (
    Fitment,
    ListPrice,
    Location,
    LocationKind,
    Part,
    PartBatch,
    PartCategory,
    Supersession,
    Supplier,
    SupplierMembership,
    SupplierPart,
)

_serial = count(1)
LONG_AGO = date(2020, 1, 1)


def make_category(**values: Any) -> PartCategory:
    """A part category."""
    number = next(_serial)
    return PartCategory.objects.create(**{"code": f"CAT{number}", "name": f"类别{number}"} | values)


def make_part(*, price: Decimal | str | None = "100.00", **values: Any) -> Part:
    """A spare part with a national price that holds since long ago; price=None leaves it unpriced."""
    number = next(_serial)
    if "category" not in values:
        values["category"] = PartCategory.objects.first() or make_category()
    part = Part.objects.create(**{"number": f"P-{number:05d}", "name": f"测试配件{number}"} | values)
    if price is not None:
        make_price(part, price)
    return part


def make_price(
    part: Part, price: Decimal | str, *, valid_from: date = LONG_AGO, valid_to: date | None = None
) -> ListPrice:
    """A national price."""
    return ListPrice.objects.create(part=part, price=Decimal(price), valid_from=valid_from, valid_to=valid_to)


def make_fitment(part: Part, product_model: Any, **values: Any) -> Fitment:
    """The part stands in the model's bill of materials."""
    return Fitment.objects.create(part=part, product_model=product_model, **values)


def make_supersession(old: Part, new: Part, **values: Any) -> Supersession:
    """The new part takes the place of the old."""
    return Supersession.objects.create(old=old, new=new, **values)


def make_supplier(**values: Any) -> Supplier:
    """A supplier."""
    number = next(_serial)
    return Supplier.objects.create(**{"code": f"SUP{number}", "name": f"供应商{number}"} | values)


def make_supplier_membership(user: Any, supplier: Supplier, **values: Any) -> SupplierMembership:
    """The user acts for the supplier since long ago."""
    return SupplierMembership.objects.create(**{"user": user, "supplier": supplier, "valid_from": LONG_AGO} | values)


def make_supplier_part(
    supplier: Supplier, part: Part, contract_price: Decimal | str = "60.00", **values: Any
) -> SupplierPart:
    """The supplier delivers the part at a contract price since long ago."""
    values = {
        "supplier": supplier,
        "part": part,
        "contract_price": Decimal(contract_price),
        "valid_from": LONG_AGO,
    } | values
    return SupplierPart.objects.create(**values)


def make_location(**values: Any) -> Location:
    """A regional warehouse."""
    number = next(_serial)
    defaults = {"code": f"LOC{number}", "name": f"仓库{number}", "kind": LocationKind.REGIONAL}
    return Location.objects.create(**defaults | values)


def make_bin(place: Location, **values: Any) -> Location:
    """A bin of the place; bins are walked in the order in which they are made."""
    number = next(_serial)
    defaults = {
        "code": f"BIN{number}",
        "name": f"库位{number}",
        "kind": place.kind,
        "station": place.station,
        "pick_order": number,
    }
    return Location.objects.create(parent=place, **defaults | values)


@transaction.atomic
def put_stock(
    location: Location, part: Part, qty: Decimal | int | str, *, unit_cost: Decimal | str = "60.00", batch: str = ""
) -> None:
    """So many pieces come from outside to a place."""
    if batch:
        PartBatch.objects.get_or_create(part=part, batch=batch)
    pieces = Decimal(qty)
    stock.post(
        kind="opening",
        source=f"opening-{next(_serial)}",
        moves=[
            stock.Move(stock.world().pk, part.pk, -pieces, unit_cost=Decimal(unit_cost)),
            stock.Move(location.pk, part.pk, pieces, batch=batch),
        ],
    )


def stock_at_headquarters(part: Part, qty: Decimal | int | str, **values: Any) -> None:
    """So many pieces lie in the central warehouse."""
    put_stock(stock.central_warehouse(), part, qty, **values)


def stock_at_station(station: Any, part: Part, qty: Decimal | int | str, **values: Any) -> None:
    """So many pieces lie in the station's stock room."""
    put_stock(stock.station_location(station), part, qty, **values)

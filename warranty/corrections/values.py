"""What a registration says, as plain values that a correction keeps before and after."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from service.models import Customer, InstalledUnit
from stations.models import ProductModel
from warranty.models import UnitRegistration

LABELS = {
    "sale_date": _("Sold on"),
    "handed_over_on": _("Handed over on"),
    "invoice_number": _("Invoice number"),
    "invoice_on": _("Invoice date"),
    "product_model": _("Product model"),
    "unit": _("Serial number"),
    "customer": _("Customer"),
}
DAYS = ("sale_date", "handed_over_on", "invoice_on")
RECORDS: Mapping[str, Any] = {"product_model": ProductModel, "unit": InstalledUnit, "customer": Customer}


@dataclass(frozen=True)
class Values:
    """All that can be corrected. product_model is the unit's own, on file."""

    sale_date: date
    unit: InstalledUnit
    product_model: ProductModel
    handed_over_on: date | None = None
    invoice_number: str = ""
    invoice_on: date | None = None
    customer: Customer | None = None


def values_of(registration: UnitRegistration) -> Values:
    """The present ones."""
    unit = registration.unit
    return Values(
        sale_date=registration.sale_date,
        unit=unit,
        product_model=unit.product_model,
        handed_over_on=registration.handed_over_on,
        invoice_number=registration.invoice_number,
        invoice_on=registration.invoice_on or unit.invoice_on,
        customer=registration.customer or unit.customer,
    )


def changes_between(before: Values, after: Values) -> list[str]:
    """The names of what differs."""
    return [name for name in LABELS if getattr(before, name) != getattr(after, name)]


def plain(values: Values, names: list[str]) -> dict[str, Any]:
    """These values for a JSON column: days as text, records by key with their words."""
    return {name: _plain(getattr(values, name)) for name in names}


def with_stored(values: Values, stored: Mapping[str, Any]) -> Values:
    """The values with those that a correction wants instead."""
    found: dict[str, Any] = {}
    for name, value in stored.items():
        if name in DAYS:
            found[name] = date.fromisoformat(value) if value else None
        elif name in RECORDS:
            found[name] = RECORDS[name].objects.get(pk=value["id"]) if value else None
        else:
            found[name] = value
    return replace(values, **found)


def replaced(values: Values, wanted: Mapping[str, Any]) -> Values:
    """The values with those named instead; texts without blanks around them."""
    told: dict[str, Any] = {name: each.strip() if isinstance(each, str) else each for name, each in wanted.items()}
    return replace(values, **told)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return {"id": value.pk, "text": str(value)} if hasattr(value, "pk") else value

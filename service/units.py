"""Units and jobs as parts asks for them, and what a unit learns of its sale. Not here: coverage (warranty)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from parts.fitting import UnitFacts
from portal.core import events, statements
from portal.core.states import lock
from service.models import Customer, InstalledUnit, WorkOrder
from stations.models import ProductModel


def unit_for_parts(user: Any, serial: str) -> UnitFacts | None:
    """Model, serial number and production day of a unit the user may see; by its serial number in any case."""
    rows = InstalledUnit.objects.visible_to(user).select_related("product_model")
    unit = rows.filter(serial_number__iexact=serial).order_by("pk").first()
    return UnitFacts(unit.product_model, unit.serial_number, unit.produced_on) if unit else None


def is_job_of(station: Any, number: str) -> bool:
    """Whether the station has a work order of this number."""
    return bool(number) and WorkOrder.objects.filter(station=station, number=number).exists()


@dataclass(frozen=True)
class SaleFacts:
    """What is known of the sale of a unit; None where nothing is said."""

    sold_on: date | None = None
    invoice_on: date | None = None
    installed_on: date | None = None
    customer: Customer | None = None
    product_model: ProductModel | None = None


@transaction.atomic
def record_sale(
    unit: InstalledUnit, facts: SaleFacts, *, actor: Any, source: str, at: datetime | None = None, whole: bool = False
) -> InstalledUnit:
    """The unit carries these facts; what nobody says stays as it was, unless `whole`: then it is empty, but for the model.

    source: the document they come from. Writes one Event.
    """
    unit = lock(unit)
    told = {name: value for name, value in vars(facts).items() if value is not None or whole}
    if told.get("product_model", ...) is None:
        del told["product_model"]
    for name, value in told.items():
        setattr(unit, name, value)
    if told:
        statements.update(unit, sorted(told))
    events.record(unit, "installedunit.sale_recorded", actor=actor, at=at, data={"source": source})
    return unit

"""Units and jobs as parts asks for them. Not here: coverage (warranty), customers."""

from typing import Any

from parts.fitting import UnitFacts
from service.models import InstalledUnit, WorkOrder


def unit_for_parts(user: Any, serial: str) -> UnitFacts | None:
    """Model, serial number and production day of a unit the user may see; by its serial number in any case."""
    rows = InstalledUnit.objects.visible_to(user).select_related("product_model")
    unit = rows.filter(serial_number__iexact=serial).order_by("pk").first()
    return UnitFacts(unit.product_model, unit.serial_number, unit.produced_on) if unit else None


def is_job_of(station: Any, number: str) -> bool:
    """Whether the station has a work order of this number."""
    return bool(number) and WorkOrder.objects.filter(station=station, number=number).exists()

"""What the applicant listed goes over to the station: its technicians, its area, its equipment. Not here: the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.models import Division
from portal.core.parameters import param
from portal.core.phones import is_phone
from stations.coverage import set_service_area
from stations.models import ApplicationEquipment, Equipment, PersonRole, Station, StationApplication
from stations.people.staff import add_technician


@dataclass(frozen=True)
class Listed:
    """A row of the application's equipment of which pieces are not registered yet."""

    row: ApplicationEquipment
    left: int

    @property
    def label(self) -> str:
        """What the piece's note says, by which it is known again."""
        return label_of(self.row)


def label_of(row: ApplicationEquipment) -> str:
    """Name and model as the applicant wrote them."""
    return f"{row.name} {row.model}".strip()


def take_over(
    application: StationApplication, station: Station, divisions: Sequence[Division], *, actor: Any, at: datetime
) -> None:
    """The technicians of the application work at the station, without log-in or certificate; a station that names no
    area yet serves the contract's. Writes what add_technician() and set_service_area() write.
    """
    people = application.people.filter(role=PersonRole.TECHNICIAN).order_by("pk")
    for name, phone in dict.fromkeys((each.name, each.phone) for each in people):
        add_technician(station, name=name, phone=phone if is_phone(phone) else "", actor=actor, at=at)
    if divisions and not station.service_areas.exists():
        radius = min(station.service_radius_km, param("stations.largest_radius_km", at))
        set_service_area(station, divisions=divisions, radius_km=radius, actor=actor, at=at)


def listed_equipment(station: Station) -> list[Listed]:
    """The application's rows that are not wholly registered: by the serial number, or by name and model in the note."""
    rows = list(ApplicationEquipment.objects.filter(application__station=station).order_by("pk"))
    if not rows:
        return []
    held = list(Equipment.objects.filter(station=station).values_list("serial_number", "note"))
    found = []
    for row in rows:
        known = sum(
            bool(row.serial_number and serial == row.serial_number) or note == label_of(row) for serial, note in held
        )
        if row.quantity > known:
            found.append(Listed(row, row.quantity - known))
    return found

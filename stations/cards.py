"""The facts on a station's card and a technician's name, kept from lists. Not here: contracts, people's log-ins."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.divisions import check_in_china
from portal.core.states import lock
from stations.models import Dealer, OperationCenter, Station, Technician

FACTS = (
    "name", "name_en", "kind", "division", "address", "contact_name", "phone", "longitude", "latitude",
    "service_radius_km", "job_capacity",
)  # fmt: skip


@transaction.atomic
def record_station(
    code: str,
    *,
    center: OperationCenter,
    dealer: Dealer,
    actor: Any,
    at: datetime | None = None,
    source: str = "",
    **facts: Any,
) -> Station:
    """The station of this code has these facts; a new one waits as an applicant for its contract.

    facts: of FACTS. source: the import's number. Raises what check_in_china raises. Writes one Event that names what changed.
    """
    at = at or clock.now()
    if unknown := set(facts) - set(FACTS):
        raise TypeError(f"a station has no {sorted(unknown)}")
    check_in_china(facts.get("longitude"), facts.get("latitude"))
    known = Station.objects.filter(code=code).first()
    if known is None:
        station = Station.objects.create(code=code, center=center, dealer=dealer, **facts)
        events.record(station, "station.recorded", actor=actor, at=at, data={"source": source})
        return station
    station = lock(known)
    given = {"center_id": center.pk, "dealer_id": dealer.pk, **facts}
    changed = {name: value for name, value in given.items() if getattr(station, name) != value}
    for name, value in changed.items():
        setattr(station, name, value)
    if changed:
        station.save(update_fields=sorted(changed))
        data = {"source": source, "fields": sorted(changed)}
        events.record(station, "station.changed", actor=actor, at=at, data=data)
    return station


@transaction.atomic
def rename_technician(
    technician: Technician, *, name: str, actor: Any, at: datetime | None = None, source: str = ""
) -> Technician:
    """The technician is called so from now on. Writes one Event on the station."""
    technician = lock(technician, "station")
    data = {"technician": name, "before": technician.name, "source": source}
    technician.name = name
    technician.save(update_fields=["name"])
    events.record(technician.station, "station.technician_renamed", actor=actor, at=at or clock.now(), data=data)
    return technician

"""Which dispatchable stations lie around a place. Not here: whom a job goes to (service.dispatch)."""

from datetime import date
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from stations.contracts.eligibility import dispatchable
from stations.models import Station

EARTH_KM = 6371.0088


def distance_km(
    longitude: Decimal | float, latitude: Decimal | float, to_longitude: Decimal | float, to_latitude: Decimal | float
) -> float:
    """Great-circle distance in km between two places in degrees."""
    lon, lat, to_lon, to_lat = (radians(value) for value in (longitude, latitude, to_longitude, to_latitude))
    chord = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def stations_within(
    longitude: Decimal, latitude: Decimal, km: float, on: date | None = None
) -> list[tuple[Station, float]]:
    """Dispatchable stations at most `km` away, nearest first, each with its distance in km."""
    reach = Decimal(km) / Decimal(111)
    near = dispatchable(on).filter(latitude__gte=latitude - reach, latitude__lte=latitude + reach)
    measured = [
        (station, distance_km(longitude, latitude, station.longitude, station.latitude))
        for station in near.select_related("dealer", "center__region")
        if station.longitude is not None and station.latitude is not None
    ]
    return sorted((pair for pair in measured if pair[1] <= km), key=lambda pair: (pair[1], pair[0].pk))

"""An applicant's place among the stations around it, drawn as points. Read only."""

from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians
from typing import Any

from stations.contracts import distance_km
from stations.models import Station, StationApplication, StationStatus

REACH_KM = 60
SHOWN = 12
KM_A_DEGREE = 111.32
HALF = 50  # of the drawing's edge


@dataclass(frozen=True)
class Neighbor:
    """A station nearby: how far, and where on a square of 100 with the applicant in the middle."""

    station: Station
    km: float
    x: float
    y: float


@dataclass(frozen=True)
class Surroundings:
    """The stations nearby, nearest first, and how many km the half edge of the drawing is."""

    neighbors: tuple[Neighbor, ...]
    half_km: int


def surroundings_of(application: StationApplication) -> Surroundings | None:
    """Living stations within 60 km; nothing for an application without coordinates."""
    if application.longitude is None or application.latitude is None:
        return None
    north = Decimal(REACH_KM / KM_A_DEGREE)
    east = Decimal(REACH_KM / (KM_A_DEGREE * max(cos(radians(application.latitude)), 0.01)))
    rows = Station.objects.exclude(status=StationStatus.TERMINATED).filter(
        latitude__range=(application.latitude - north, application.latitude + north),
        longitude__range=(application.longitude - east, application.longitude + east),
    )
    near = sorted(((_km(application, row), row) for row in rows), key=lambda pair: (pair[0], pair[1].pk))[:SHOWN]
    half_km = next((size for size in (2, 5, 10, 20, 40) if near and near[-1][0] <= size), REACH_KM)
    return Surroundings(tuple(_placed(application, row, km, half_km) for km, row in near), half_km)


def _km(application: StationApplication, row: Any) -> float:
    assert application.longitude is not None and application.latitude is not None  # noqa: S101, PT018 asked before
    return distance_km(application.longitude, application.latitude, row.longitude, row.latitude)


def _placed(application: StationApplication, row: Any, km: float, half_km: int) -> Neighbor:
    scale = HALF / (half_km * 1.1)
    across = float(row.longitude - application.longitude) * KM_A_DEGREE * cos(radians(float(application.latitude or 0)))
    up = float(row.latitude - application.latitude) * KM_A_DEGREE
    return Neighbor(row, round(km, 1), round(HALF + across * scale, 1), round(HALF - up * scale, 1))

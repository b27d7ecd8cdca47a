"""How much a station sells and services, told by the apps above: it orders the waiting list of a session."""

from collections.abc import Callable
from decimal import Decimal

from stations.models import Station

type Volume = Callable[[Station], Decimal]

_sources: list[Volume] = []


def register_volume(source: Volume) -> None:
    """`source(station)` answers a figure, larger for busier stations. Called in AppConfig.ready()."""
    if source not in _sources:
        _sources.append(source)


def volume_of(station: Station) -> Decimal:
    """The sum of what the apps say; 0 without any: then only the time of enrollment orders the list."""
    return sum((source(station) for source in _sources), Decimal(0))

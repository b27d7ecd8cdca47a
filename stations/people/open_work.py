"""Jobs and goods that bind a technician, told by the app above that knows them."""

from collections.abc import Callable

from stations.models import Technician
from stations.people.refusals import GoodsHeld

type OpenJobs = Callable[[Technician], list[str]]

_sources: list[OpenJobs] = []
_goods: list[OpenJobs] = []


def register_open_jobs(source: OpenJobs) -> None:
    """`source(technician)` answers the numbers of their open jobs. Called in AppConfig.ready()."""
    if source not in _sources:
        _sources.append(source)


def open_jobs_of(technician: Technician) -> list[str]:
    """The numbers of the jobs that somebody else must take when the technician goes."""
    return [number for source in _sources for number in source(technician)]


def register_goods(source: OpenJobs) -> None:
    """`source(technician)` names what they carry of the station's. Called in AppConfig.ready()."""
    if source not in _goods:
        _goods.append(source)


def require_empty_hands(technician: Technician) -> None:
    """Raises GoodsHeld for who still carries something of the station they leave."""
    held = [name for source in _goods for name in source(technician)]
    if held:
        shown = ", ".join(held[:5]) + ("…" if len(held) > 5 else "")
        raise GoodsHeld(technician=technician.name, goods=shown)

"""Jobs that bind a technician, told by the app above that knows them."""

from collections.abc import Callable

from stations.models import Technician

type OpenJobs = Callable[[Technician], list[str]]

_sources: list[OpenJobs] = []


def register_open_jobs(source: OpenJobs) -> None:
    """`source(technician)` answers the numbers of their open jobs. Called in AppConfig.ready()."""
    if source not in _sources:
        _sources.append(source)


def open_jobs_of(technician: Technician) -> list[str]:
    """The numbers of the jobs that somebody else must take when the technician goes."""
    return [number for source in _sources for number in source(technician)]

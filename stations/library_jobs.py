"""Jobs of documents; imported by jobs.py. Each is idempotent."""

from portal.core.jobs import periodic, task
from portal.core.transactions import acting
from stations import bulletins


@periodic("stations.extend_bulletins", cron="15 16 * * *")
def extend_bulletins() -> None:
    """Stations that came into the audience of a document have it."""
    bulletins.extend_audiences()


@periodic("stations.remind_readers", cron="0 1 * * *")
def remind_readers() -> None:
    """At 9 in the morning: who has not confirmed a document is reminded once."""
    bulletins.remind_unread()


@task("stations.tell_bulletin")
def tell_bulletin(bulletin: int) -> None:
    """People of the stations are told of a document they must read, or must not go by any more."""
    with acting(None, request_id=f"stations.tell_bulletin:{bulletin}"):
        bulletins.tell_readers(bulletin)

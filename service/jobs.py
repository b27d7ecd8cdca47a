"""Jobs of the service desk."""

from portal.core.jobs import periodic, subscriber
from portal.core.models import Event
from service import dispatch, redispatch
from stations.models import Station


@periodic("service.expire_offers", "* * * * *")
def expire_offers() -> None:
    """Offers nobody answered go to the next station."""
    dispatch.expire_offers()


@subscriber("service.take_back_jobs")
def take_back_jobs(event: Event) -> None:
    """A station that is suspended, expired or gone keeps no open jobs."""
    redispatch.take_back_jobs(Station.objects.get(pk=event.subject_id), note=event.note)


@periodic("service.alarm_stranded", "30 * * * *")
def alarm_stranded() -> None:
    """Dispatchers know of jobs that found no other station within 24 hours."""
    redispatch.alarm_stranded()

"""The station learns of a fine, and that one was taken back; imported by jobs.py."""

from portal.core import jobs
from portal.core.models import Event
from portal.core.notifications import notify
from warranty.models import StationFine
from warranty.settlement_people import station_users


@jobs.subscriber("warranty.tell_fine")
def tell_fine(event: Event) -> None:
    """The station's people are told by message and mail, and read the reason there."""
    fine = StationFine.objects.select_related("station").get(pk=event.subject_id)
    facts = {"number": fine.number, "amount": str(fine.amount)}
    url = fine.get_absolute_url()
    notify(station_users(fine.station), event.kind, facts, url=url, subject=fine, mail=True, at=event.at)

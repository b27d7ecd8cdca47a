"""Jobs of prior authorizations: drafts learn of a grant, a claim that falls gives back what it used, ends are kept."""

from portal.core.jobs import periodic, subscriber
from portal.core.models.events import Event
from warranty import authorization_reminders, authorizations, claims
from warranty.models import PriorAuthorization, WarrantyClaim
from warranty.states import EDITABLE


@subscriber("warranty.tell_drafts")
def tell_drafts(event: Event) -> None:
    """The drafts of the job are judged with what was granted."""
    granted = PriorAuthorization.objects.get(pk=event.subject_id)
    drafts = WarrantyClaim.objects.filter(status__in=EDITABLE, station=granted.station_id, unit=granted.unit_id)
    if granted.work_order_id:
        drafts = drafts.filter(work_order=granted.work_order_id)
    for draft in drafts.order_by("pk"):
        claims.refresh(draft)


@subscriber("warranty.give_back_authorization")
def give_back(event: Event) -> None:
    """What the claim used may be used again."""
    authorizations.give_back(WarrantyClaim.objects.get(pk=event.subject_id))


@periodic("warranty.expire_authorizations", "35 16 * * *")
def expire() -> None:
    """Every night: what was granted and can no longer be claimed has expired."""
    authorizations.expire_authorizations()


@periodic("warranty.remind_of_authorizations", "10 0 * * *")
def remind() -> None:
    """Every morning: what was granted, is not used and ends soon."""
    authorization_reminders.remind_of_ends()

"""Jobs of goodwill: drafts learn of it, decided claims consume it, what was not used is free again."""

from datetime import timedelta

from portal.core import clock
from portal.core.jobs import periodic, subscriber
from portal.core.models.events import Event
from portal.core.parameters import param
from warranty import claims, goodwill
from warranty.models import GoodwillAuthorization, WarrantyClaim
from warranty.states import EDITABLE


@subscriber("warranty.link_goodwill")
def link_goodwill(event: Event) -> None:
    """The latest draft of the job or unit rests on what was authorized."""
    granted = GoodwillAuthorization.objects.get(pk=event.subject_id)
    drafts = WarrantyClaim.objects.filter(status__in=EDITABLE, unit=granted.unit_id, goodwill=None)
    if granted.work_order_id:
        drafts = drafts.filter(work_order=granted.work_order_id)
    elif granted.station_id:
        drafts = drafts.filter(station=granted.station_id)
    draft = drafts.order_by("-pk").first()
    if draft is not None and not granted.claims.exists():
        draft.goodwill = granted
        draft.save(update_fields=["goodwill"])
        claims.refresh(draft)


@subscriber("warranty.consume_goodwill")
def consume(event: Event) -> None:
    """What the decision gave is consumed."""
    goodwill.consume_goodwill(WarrantyClaim.objects.get(pk=event.subject_id))


@subscriber("warranty.release_goodwill")
def release(event: Event) -> None:
    """Nothing is held for a claim that fell."""
    goodwill.release_goodwill(WarrantyClaim.objects.select_related("goodwill").get(pk=event.subject_id))


@periodic("warranty.expire_goodwill", "40 16 * * *")
def expire() -> None:
    """Every night: repairs done in time may still be claimed for as long as claims may be submitted."""
    today = clock.today()
    goodwill.expire_goodwill(before=today - timedelta(days=param("warranty.submit_days", today)))

"""Reminds a station, once, of a prior authorization that it has not used and that ends soon."""

from datetime import datetime, timedelta

from django.db import transaction

from portal.core import clock, events
from portal.core.notifications import notify
from portal.core.parameters import param
from warranty.authorization_states import AuthorizationStatus
from warranty.models import PriorAuthorization
from warranty.telling import people_of


@transaction.atomic
def remind_of_ends(*, at: datetime | None = None) -> int:
    """Whoever holds a grant that ends within the days of the parameter has been told, each grant once; how many.

    Writes reminded_at, one Event and one notification each.
    """
    moment = at or clock.now()
    today = clock.local_date(moment)
    soon = today + timedelta(days=param("warranty.authorization_reminder_days", moment))
    ending = PriorAuthorization.objects.filter(
        status=AuthorizationStatus.APPROVED, reminded_at=None, valid_until__gte=today, valid_until__lte=soon
    )
    rows = list(
        ending.select_related("station", "requested_by").order_by("pk").select_for_update(of=("self",), no_key=True)
    )
    for row in rows:
        row.reminded_at = moment
        row.save(update_fields=["reminded_at"])
        day = row.valid_until.isoformat() if row.valid_until else ""
        events.record(row, "priorauthorization.reminded", actor=None, at=moment, data={"day": day})
        told = list({user.pk: user for user in (*people_of(row.station), row.requested_by)}.values())
        facts = {"number": row.number, "day": day}
        notify(told, "priorauthorization.ends_soon", facts, url=row.get_absolute_url(), subject=row, at=moment)
    return len(rows)

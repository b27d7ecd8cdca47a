"""Notices of what happened to an old part at the factory: to its station after a further test, to who saw it scrapped.

Not here: what appraisers wait for (settlement_jobs), what suppliers are told (recovery_jobs). Imported by jobs.py.
"""

from typing import Final

from django.urls import reverse

from portal.accounts.models import User
from portal.core import clock, jobs
from portal.core.models import Event
from portal.core.notifications import notify
from warranty.chargebacks.disputes import CONCEDED, STATION
from warranty.models import Chargeback, FailedPart, ItemKind, SettlementItem
from warranty.settlement_people import station_users

WITNESSES: Final = "witness_ids"  # who they are, in the event of a scrapping


def is_conceded(event: Event) -> bool:
    """Whether headquarters noted that the supplier accepts what it had disputed: the first of those decided at once."""
    return event.data.get("outcome") == CONCEDED and "in_all" in event.data


def was_witnessed(event: Event) -> bool:
    """Whether a piece was scrapped before people who are to know of it."""
    return bool(event.data.get(WITNESSES))


@jobs.subscriber("warranty.tell_tested_again")
def tell_tested_again(event: Event) -> None:
    """The station learns that a further test made it bear a line, how much, and on which statement it will stand."""
    lines = Chargeback.objects.get(pk=event.subject_id).lines.select_related("case__claim__station")
    line = lines.get(position=event.data["position"], is_live=True)
    source = f"{line.case.number}/{line.kind}/{line.pk}"
    item = SettlementItem.objects.filter(kind=ItemKind.REROUTE, source=source).first()
    if line.outcome != STATION or item is None:
        return
    claim, month = line.case.claim, f"{item.period:%Y-%m}"
    position = line.case.number.split("/")[1].split("-")[0]
    facts = {"claim": claim.number, "position": position, "amount": str(-item.amount), "month": month}
    url = f"{reverse('statement_preview')}?station={claim.station.code}&period={month}"
    notify(station_users(claim.station), "statement.tested_again", facts, url=url, subject=claim)


@jobs.subscriber("warranty.tell_witnesses")
def tell_witnesses(event: Event) -> None:
    """Everybody named as a witness of a scrapping learns of it, and may object."""
    piece = FailedPart.objects.get(pk=event.subject_id)
    by = str(event.actor) if event.actor else ""
    facts = {"number": piece.number, "by": by, "day": clock.local_date(event.at).isoformat()}
    users = User.objects.filter(pk__in=event.data[WITNESSES])
    notify(users, "failedpart.witnessed", facts, url=piece.get_absolute_url(), subject=piece)

"""What warranty wants from a station that has left: its old parts. Not here: the checklist (stations.exits)."""

from datetime import date

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from stations.exits import ExitKind, Finding
from stations.models import Station
from warranty.models import FailedPart

SHOWN = 50


def find_old_parts(station: Station, on: date) -> Finding:
    """The pieces that have not arrived yet."""
    waiting = FailedPart.objects.filter(station=station).to_return().order_by("pk")
    counted = waiting.order_by().aggregate(count=Count("pk"), amount=Sum("amount"))
    if not counted["count"]:
        return Finding(True, _("No old part is on its way or missing."))
    text = _("Old parts that have not arrived: %(count)s.")
    lines = [
        {"label": row.number, "name": row.part.name, "qty": "1", "amount": f"{row.amount:.2f}"}
        for row in waiting.select_related("part")[:SHOWN]
    ]
    return Finding(False, text % {"count": counted["count"]}, lines, counted["amount"])


OLD_PARTS_ITEM = ExitKind(
    "old_parts",
    _("Old parts returned"),
    _("Every old part has arrived, been debited or been waived on its own page."),
    10,
    frozenset({Role.SERVICE_MANAGER, Role.REGION_MANAGER, Role.APPRAISER, Role.WAREHOUSE}),
    find_old_parts,
)

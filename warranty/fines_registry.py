"""What fines tell the rest of the product: titles, notices, worklists, search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import events, registries, show, timeline
from portal.core.registries import Hit, WorkItem, Worklist
from warranty.fine_states import FineStatus
from warranty.models import StationFine

TITLES = {
    "stationfine.proposed": pgettext_lazy("fine", "Fine proposed"),
    "stationfine.approved": pgettext_lazy("fine", "Fine approved and debited"),
    "stationfine.refused": pgettext_lazy("fine", "Fine refused"),
    "stationfine.withdrawn": pgettext_lazy("fine", "Proposal withdrawn"),
    "stationfine.taken_back": pgettext_lazy("fine", "Fine taken back and credited"),
}
NOTICES: dict[str, registries.Wording] = {
    "stationfine.approved": _("Fine %(number)s of ¥%(amount)s: read what it is for"),
    "stationfine.taken_back": _("Fine %(number)s of ¥%(amount)s was taken back"),
}


def register() -> None:
    """Called in WarrantyConfig.ready()."""
    for kind, text in TITLES.items():
        timeline.title(kind, text)
    registries.notices.update(NOTICES)
    for kind in NOTICES:
        events.subscribe(kind, "warranty.tell_fine")
    registries.worklist(to_decide)
    registries.search(find_fines)


def to_decide(user: Any) -> Iterable[Worklist]:
    """Proposals of others, the oldest first."""
    if not user.has_perm("warranty.decide_fine"):
        return
    rows = StationFine.objects.visible_to(user).filter(status=FineStatus.PROPOSED).exclude(proposed_by=user.pk)
    rows = rows.select_related("station", "reason_code").order_by("pk")
    url = f"{reverse('fine_list')}?status={FineStatus.PROPOSED}"
    yield Worklist("fines", pgettext_lazy("worklist", "Fines to decide"), rows, _item, url, tone="wait")


def _item(row: StationFine) -> WorkItem:
    return WorkItem(
        row.number, str(row.station), row.get_absolute_url(), detail=f"{show.money(row.amount)} · {row.reason_code.in_words}",
        status=str(row.get_status_display()), tone=row.tone, action=_("Decide"),
    )  # fmt: skip


def find_fines(user: Any, text: str) -> Iterable[Hit]:
    """Fines by their number or that of their document."""
    if not user.has_perm("warranty.view_stationfine"):
        return
    rows = StationFine.objects.visible_to(user).select_related("station")
    found = rows.filter(number__holds=text) | rows.filter(document_number__icontains=text)
    for row in found.order_by("-pk")[:5]:
        label = pgettext_lazy("fine", "Fine")
        yield Hit(label, row.number, str(row.station), row.get_absolute_url(), detail=str(row.get_status_display()))

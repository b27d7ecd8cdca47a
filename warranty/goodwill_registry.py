"""What goodwill tells the rest of the product: titles, notices, worklists, search, checks, effects."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import roles_of
from portal.core import events, registries, show, states, timeline
from portal.core.registries import Hit, WorkItem, Worklist
from warranty import goodwill
from warranty.campaign_states import UNDECIDED, GoodwillStatus
from warranty.models import GoodwillAuthorization, GoodwillBudget
from warranty.rules import GIVERS

TITLES = {
    "goodwillauthorization.requested": _("Goodwill requested"),
    "goodwillauthorization.second": _("Goodwill waits for a second signature"),
    "goodwillauthorization.authorized": _("Goodwill authorized"),
    "goodwillauthorization.refused": _("Goodwill refused"),
    "goodwillauthorization.withdrawn": _("Goodwill request withdrawn"),
    "goodwillauthorization.consumed": _("Goodwill consumed by a claim"),
    "goodwillauthorization.expired": _("Goodwill expired"),
    "goodwillauthorization.cancelled": _("Goodwill cancelled"),
    "goodwillbudget.proposed": _("Budget proposed"),
    "goodwillbudget.released": _("Budget released"),
    "goodwillauthority.proposed": _("Limit proposed"),
    "goodwillauthority.released": _("Limit released"),
}
NOTICES: dict[str, registries.Wording] = {
    f"goodwillauthorization.{status}": format_lazy("{text} %(number)s", text=TITLES[f"goodwillauthorization.{status}"])
    for status in ("authorized", "refused")
}


def register() -> None:
    """Called in WarrantyConfig.ready()."""
    for kind, text in TITLES.items():
        timeline.title(kind, text)
    registries.notices.update(NOTICES)
    registries.worklist(for_headquarters)
    registries.search(find_goodwill)
    registries.check_books("goodwill budgets", goodwill_budgets)
    events.subscribe("goodwillauthorization.authorized", "warranty.link_goodwill")
    for status in ("approved", "partially_approved"):
        states.guard("warranty.warrantyclaim", status, goodwill.refuse_above)
        events.subscribe(f"warrantyclaim.{status}", "warranty.consume_goodwill")
    for status in ("rejected", "reversed"):
        events.subscribe(f"warrantyclaim.{status}", "warranty.release_goodwill")


def for_headquarters(user: Any) -> Iterable[Worklist]:
    """Requests to decide or to sign as the second, the oldest first; budgets to release."""
    if not roles_of(user) & set(GIVERS):
        return
    waiting = GoodwillAuthorization.objects.visible_to(user).filter(status__in=UNDECIDED)
    waiting = waiting.filter(~Q(requested_by=user) | Q(requested_by=None))
    waiting = waiting.filter(~Q(authorized_by=user) | Q(authorized_by=None)).select_related("unit")
    url = f"{reverse('goodwill_list')}?status={GoodwillStatus.REQUESTED}"
    yield Worklist("goodwill_to_decide", _("Goodwill to decide"), waiting.order_by("pk"), _item, url, tone="wait")
    proposed = GoodwillBudget.objects.filter(proposed__isnull=False).exclude(proposed_by=user)
    rows = proposed.select_related("region", "family").order_by("pk")
    label = _("Goodwill budgets to release")
    yield Worklist("goodwill_budgets", label, rows, _budget, reverse("goodwill_budget_list"), tone="wait")


def _item(row: GoodwillAuthorization) -> WorkItem:
    return WorkItem(
        row.number, row.unit.serial_number, row.get_absolute_url(), detail=show.money(row.budget),
        status=str(row.get_status_display()), tone=row.tone, action=_("Decide"),
    )  # fmt: skip


def _budget(row: GoodwillBudget) -> WorkItem:
    detail = show.money(row.proposed) if row.proposed is not None else ""
    return WorkItem(row.number, str(row), row.get_absolute_url(), detail=detail, action=_("Look through it"))


def find_goodwill(user: Any, text: str) -> Iterable[Hit]:
    """Goodwill by its number or the unit's serial number."""
    rows = GoodwillAuthorization.objects.visible_to(user).select_related("unit")
    found = rows.filter(number__icontains=text) | rows.filter(unit__serial_number__icontains=text)
    for row in found.order_by("-pk")[:10]:
        detail = str(row.get_status_display())
        yield Hit(
            _("Goodwill authorization"), row.number, row.unit.serial_number, row.get_absolute_url(), detail=detail
        )


def goodwill_budgets() -> Iterable[str]:
    """A budget holds what its authorizations reserve and has consumed what they consumed."""
    sums = GoodwillBudget.objects.annotate(
        held=Sum("authorizations__budget", filter=Q(authorizations__status=GoodwillStatus.AUTHORIZED), default=0),
        spent=Sum("authorizations__consumed", filter=Q(authorizations__status=GoodwillStatus.CONSUMED), default=0),
    )
    for row in sums.exclude(reserved=F("held"), consumed=F("spent"))[:100]:
        yield f"goodwill budget {row.number}: reserved or consumed differ from its authorizations"

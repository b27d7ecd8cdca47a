"""What prior authorizations tell the rest of the product: titles, notices, worklists, search, checks, effects."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role, roles_of
from portal.core import events, registries, show, timeline
from portal.core.parameters import param
from portal.core.pieces import Action
from portal.core.registries import Hit, WorkItem, Worklist
from service import doors
from warranty.models import AuthorizationStatus, PriorAuthorization
from warranty.rules import DECIDERS

TITLES = {
    "priorauthorization.requested": _("Prior authorization requested"),
    "priorauthorization.approved": _("Prior authorization granted"),
    "priorauthorization.refused": _("Prior authorization refused"),
    "priorauthorization.withdrawn": _("Request for authorization withdrawn"),
    "priorauthorization.used": _("Prior authorization used by a claim"),
    "priorauthorization.expired": _("Prior authorization expired"),
    "priorauthorization.reminded": _("Station reminded of the end"),
}
NOTICES: dict[str, registries.Wording] = {
    **{
        f"priorauthorization.{status}": format_lazy("{text} %(number)s", text=TITLES[f"priorauthorization.{status}"])
        for status in ("approved", "refused")
    },
    "priorauthorization.ends_soon": _("Prior authorization %(number)s is not used yet and ends after %(day)s"),
}


def register() -> None:
    """Called in WarrantyConfig.ready()."""
    for kind, text in TITLES.items():
        timeline.title(kind, text)
    registries.notices.update(NOTICES)
    registries.worklist(for_headquarters)
    registries.search(find_authorizations)
    registries.check_books("prior authorizations", prior_authorizations)
    doors.while_open(ask_before_work)
    events.subscribe("priorauthorization.approved", "warranty.tell_drafts")
    for status in ("rejected", "withdrawn", "reversed"):
        events.subscribe(f"warrantyclaim.{status}", "warranty.give_back_authorization")


def ask_before_work(job: Any) -> list[Action]:
    """The button on the page of an open job."""
    url = f"{reverse('authorization_new')}?{urlencode({'about': job.number})}"
    return [Action(_("Ask for an authorization"), url, "warranty.request_authorization")]


def for_headquarters(user: Any) -> Iterable[Worklist]:
    """Requests that wait for this person's answer, the oldest first: a technician stands before the unit."""
    roles = roles_of(user)
    if not roles & set(DECIDERS):
        return
    waiting = PriorAuthorization.objects.visible_to(user).filter(status=AuthorizationStatus.REQUESTED)
    waiting = waiting.exclude(requested_by=user).select_related("station", "unit").order_by("requested_at", "pk")
    if Role.APPROVER not in roles:
        waiting = waiting.filter(estimated__lte=param("warranty.reviewer_limit"))
    url = f"{reverse('authorization_list')}?status={AuthorizationStatus.REQUESTED}"
    yield Worklist(
        "authorizations_to_decide", _("Prior authorizations to decide"), waiting, _to_decide, url, tone="wait"
    )


def _to_decide(asked: PriorAuthorization) -> WorkItem:
    return WorkItem(
        asked.number, f"{asked.station} · {asked.unit.serial_number}", asked.get_absolute_url(),
        detail=show.money(asked.estimated), status=str(asked.get_status_display()), tone=asked.tone,
        action=_("Decide"),
    )  # fmt: skip


def find_authorizations(user: Any, text: str) -> Iterable[Hit]:
    """Authorizations by their number or the unit's serial number."""
    rows = PriorAuthorization.objects.visible_to(user).select_related("unit")
    found = rows.filter(number__icontains=text) | rows.filter(unit__serial_number__icontains=text)
    for each in found.order_by("-pk")[:10]:
        yield Hit(
            _("Prior authorization"), each.number, each.unit.serial_number, each.get_absolute_url(),
            detail=str(each.get_status_display()),
        )  # fmt: skip


def prior_authorizations() -> Iterable[str]:
    """An authorization belongs to the station of its job and of the claim that used it, and is granted by another."""
    rows = PriorAuthorization.objects.select_related("work_order", "claim")
    for row in rows.exclude(work_order=None).exclude(station=F("work_order__station"))[:100]:
        yield f"prior authorization {row.number}: its work order belongs to another station"
    for row in rows.exclude(claim=None).exclude(station=F("claim__station"))[:100]:
        yield f"prior authorization {row.number}: used by a claim of another station"
    for row in rows.filter(status=AuthorizationStatus.USED, claim__status__in=["draft", "withdrawn"])[:100]:
        yield f"prior authorization {row.number}: used by a claim that was not submitted or was withdrawn"

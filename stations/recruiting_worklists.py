"""What waits for the region in recruiting: next steps that are due, dealers who must build; candidates in the search."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role, roles_of
from portal.core import clock
from portal.core.registries import Hit, WorkItem, Worklist
from portal.core.tones import tone_of
from stations import duties
from stations.models import CandidateContact, CandidateOutlet, DealerDuty
from stations.states import OPEN_CANDIDATE

AHEAD_DAYS = 3
HITS = 3
RECRUITERS = frozenset({Role.REGION_MANAGER, Role.CENTER_CLERK})


def worklists(user: Any) -> Iterator[Worklist]:
    """The user's groups of work."""
    held = roles_of(user)
    if held & RECRUITERS:
        yield _next_steps(user)
    if held & {*RECRUITERS, Role.SERVICE_MANAGER, Role.STATION_OWNER}:
        yield _to_build(user)


def _next_steps(user: Any) -> Worklist:
    limit = clock.today() + timedelta(days=AHEAD_DAYS)
    rows = CandidateOutlet.objects.visible_to(user).filter(status__in=OPEN_CANDIDATE, next_step_on__lte=limit)
    rows = rows.select_related("division", "owner").order_by("next_step_on", "pk")
    return Worklist("candidate_steps", _("Next steps with candidates"), rows, _step, reverse("candidate_list"), "wait")


def _step(row: CandidateOutlet) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=f"{row} · {row.next_step}",
        url=row.get_absolute_url(),
        detail=" · ".join(filter(None, [row.division.full_name, str(row.owner or "")])),
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "candidateoutlet"),
        due_at=clock.end_of(row.next_step_on) if row.next_step_on else None,
        due_label=gettext("next step"),
    )


def _to_build(user: Any) -> Worklist:
    rows = duties.due(DealerDuty.objects.visible_to(user), clock.today()).select_related("dealer", "center")
    return Worklist(
        "stations_to_build", _("Dealers who must build a station"), rows, _duty, reverse("duty_list"), "wait"
    )


def _duty(row: DealerDuty) -> WorkItem:
    return WorkItem(
        number=row.dealer.code,
        title=str(row.dealer),
        url=row.get_absolute_url(),
        detail=str(row.center),
        due_at=clock.end_of(row.build_by) if row.build_by else None,
        due_label=gettext("station must stand"),
    )


def search(user: Any, text: str) -> Iterator[Hit]:
    """Candidates of the user's scope that contain the text, or a person of theirs."""
    if not user.has_perm("stations.view_candidateoutlet"):
        return
    people = CandidateContact.objects.filter(Q(name__holds=text) | Q(phone__holds=text)).values("candidate")
    named = Q(name__holds=text) | Q(name_en__holds=text) | Q(address__holds=text)
    key = text.upper().removeprefix("CO-")
    if key != text.upper() and key.isdecimal() and len(key) < 18:
        named |= Q(pk=key)
    rows = CandidateOutlet.objects.visible_to(user).filter(named | Q(pk__in=people)).select_related("division")
    for row in rows.order_by("-pk")[:HITS]:
        yield Hit(_("Candidate outlet"), row.number, str(row), row.get_absolute_url(), row.division.full_name)

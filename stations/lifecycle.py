"""suspend_station(), resume_station(), terminate_station(). Not here: signing and expiry (onboarding, contracts)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts import sessions
from portal.accounts.models import RoleGrant, User
from portal.accounts.switching import switch_off
from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.states import TransitionNotAllowed, lock, move
from stations.contracts import contract_on
from stations.exits import open_exit
from stations.models import Membership, RenewalStatus, Station, StationStatus, StationSuspension

SHORTEST_REASON = 4


class WhyMissing(Refusal):
    """Taking a station out of service, or back into it, is always explained."""

    message = _("Say why, in at least %(least)s characters.")
    code = "reason_missing"


@transaction.atomic
def suspend_station(station: Station, *, reason: str, actor: Any | None, at: datetime | None = None) -> Station:
    """The station gets no new jobs and orders parts against cash only; finished work stays claimable.

    Raises WhyMissing, TransitionNotAllowed. Writes one Event (`station.suspended`, by which open jobs are dispatched
    again). Source: rules.md 3.10.
    """
    at = at or clock.now()
    station = move(lock(station), StationStatus.SUSPENDED, actor=actor, at=at, note=_said(reason))
    StationSuspension.objects.create(station=station, reason=reason.strip()[:300], began_at=at)
    return station


@transaction.atomic
def resume_station(station: Station, *, reason: str, actor: Any | None, at: datetime | None = None) -> Station:
    """A suspended station is in service again, or expired if its contract has ended meanwhile.

    Raises WhyMissing, TransitionNotAllowed. Writes one Event.
    """
    at = at or clock.now()
    station = lock(station)
    if station.status != StationStatus.SUSPENDED:  # an applicant or an expired one gets there by a contract
        before, after = station.get_status_display(), StationStatus.ACTIVE.label
        raise TransitionNotAllowed(record=str(station), before=before, after=after)
    in_force = contract_on(station, clock.local_date(at)) is not None
    to = StationStatus.ACTIVE if in_force else StationStatus.EXPIRED
    station = move(station, to, actor=actor, at=at, note=_said(reason))
    _end_suspension(station, reason, at)
    return station


@transaction.atomic
def terminate_station(station: Station, *, reason: str, actor: Any | None, at: datetime | None = None) -> Station:
    """The station has left the network for good and its people are out of every browser; its history stays.

    Its exit is under way: a checklist that ends when every item is done or waived (stations.exits).
    Raises WhyMissing, TransitionNotAllowed. Writes StationExit with its items, and Events on the station and on each
    user whose log-in ended. Source: rules.md 3.10.
    """
    at = at or clock.now()
    station = move(lock(station), StationStatus.TERMINATED, actor=actor, at=at, note=_said(reason))
    _end_suspension(station, reason, at)
    for renewal in station.renewals.filter(status__in=["prepared", "agreed"]):
        move(renewal, RenewalStatus.DROPPED, actor=actor, at=at, note=reason)
    end_log_ins(station, actor=actor, at=at)
    open_exit(station, reason=reason.strip(), actor=actor, at=at)
    return station


def _end_suspension(station: Station, reason: str, at: datetime) -> None:
    station.suspensions.filter(ended_at=None).update(ended_at=at, end_reason=reason.strip()[:300])


def _said(reason: str) -> str:
    if len(reason.strip()) < SHORTEST_REASON:
        raise WhyMissing(field="reason", least=SHORTEST_REASON)
    return reason.strip()


def end_log_ins(station: Station, *, actor: Any | None, at: datetime) -> list[User]:
    """Memberships at the station, and at its dealer if no other station is left, are over, and so are the sessions;
    who works nowhere else cannot log in any more. Which users."""
    today = clock.local_date(at)
    left = station.dealer.stations.exclude(pk=station.pk).exclude(status=StationStatus.TERMINATED).exists()
    here = Q(station=station) if left else Q(station=station) | Q(dealer=station.dealer_id)
    ended = Membership.objects.filter(here).filter(Q(valid_to=None) | Q(valid_to__gt=today)).select_related("user")
    users: dict[int, User] = {}
    for membership in ended.order_by("pk"):
        # a period has at least one day, so one that began today ends tomorrow; the log-in itself is off at once
        membership.valid_to = max(today, membership.valid_from + timedelta(days=1))
        membership.save(update_fields=["valid_to"])
        users[membership.user_id] = membership.user
    for user in users.values():
        _shut_out(user, here, today, actor=actor)
    data = {"users": sorted(user.username for user in users.values())}
    events.record(station, "station.log_ins_ended", actor=actor, at=at, data=data)
    return list(users.values())


def _shut_out(user: User, here: Q, today: date, *, actor: Any | None) -> None:
    """Elsewhere at work: only the sessions end, since the scope of each was read under the old memberships."""
    works = Membership.objects.filter(user=user).exclude(here).filter(Q(valid_to=None) | Q(valid_to__gt=today))
    if works.exists() or RoleGrant.objects.in_force().filter(user=user).exists():
        sessions.end_others(user, keep="", actor=actor)
    elif user.is_active and user != actor:
        switch_off(user, actor=actor)

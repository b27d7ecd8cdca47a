"""Who works at a station and may log in: inviting, changing, ending, taking back. Not here: what one may repair."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts import invitations, sessions
from portal.accounts.invitations import create_invited_user, invite
from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.accounts.switching import switch_off, switch_on
from portal.core import clock, events
from portal.core.phones import check_phone
from portal.core.states import lock
from stations.gaps import note_change
from stations.models import Membership, Station, StationKind, StationStatus, Technician
from stations.people.open_work import open_jobs_of, require_empty_hands
from stations.people.refusals import AlreadyIn, NotChangeable, OwnMembership, StationLeft

CHANGEABLE = (Role.STATION_CLERK, Role.TECHNICIAN)


@transaction.atomic
def invite_owner(
    station: Station,
    *,
    username: str,
    display_name: str,
    phone: str = "",
    email: str = "",
    language: str = "zh-hans",
    actor: Any,
    at: datetime | None = None,
) -> str:
    """The link by which the owner sets a password; they are the station's manager. Raises UsernameTaken. Writes Events.

    A dealer's owner is a member at the dealer and so of all its stations; an own outlet's only at the outlet.
    """
    refuse_left(station)
    node = {"station": station} if station.kind == StationKind.OWN else {"dealer": station.dealer}
    user = _member(
        Role.STATION_OWNER, node, username=username, display_name=display_name, phone=phone, email=email,
        language=language, actor=actor, at=at,
    )  # fmt: skip
    events.record(station, "station.owner_invited", actor=actor, at=at, data={"user": user.username})
    return invite(user, actor=actor)


@transaction.atomic
def invite_clerk(
    station: Station,
    *,
    username: str,
    display_name: str,
    phone: str = "",
    language: str = "zh-hans",
    actor: Any,
    at: datetime | None = None,
) -> str:
    """The link by which a clerk of the station sets a password. Raises UsernameTaken. Writes Events."""
    refuse_left(station)
    user = _member(
        Role.STATION_CLERK, {"station": station}, username=username, display_name=display_name, phone=phone,
        language=language, actor=actor, at=at,
    )  # fmt: skip
    events.record(station, "station.clerk_invited", actor=actor, at=at, data={"user": user.username})
    return invite(user, actor=actor)


@transaction.atomic
def add_technician(
    station: Station,
    *,
    name: str,
    phone: str = "",
    username: str = "",
    actor: Any,
    at: datetime | None = None,
) -> tuple[Technician, str]:
    """The station has a technician; with a user name also a log-in in the actor's language, whose link is the
    second answer (else empty). Who is known by this name and phone, and lacks only the log-in, gets it.

    Raises UsernameTaken, PhoneNotANumber. Writes Technician, perhaps User and Membership, and Events.
    """
    refuse_left(station)
    user, link = None, ""
    check_phone(phone)
    if username:
        user = _member(
            Role.TECHNICIAN, {"station": station}, username=username, display_name=name, phone=phone, actor=actor, at=at,
            language=actor.language if actor else "zh-hans",
        )  # fmt: skip
        link = invite(user, actor=actor)
    technician = _without_log_in(station, name, phone) if user else None
    if technician is None:
        technician = Technician.objects.create(station=station, user=user, name=name, phone=phone)
    else:
        technician.user = user
        technician.save(update_fields=["user"])
    events.record(station, "station.technician_added", actor=actor, at=at, data={"technician": name})
    return technician, link


def _without_log_in(station: Station, name: str, phone: str) -> Technician | None:
    """The technician of that name and phone who is at work there and has no log-in yet."""
    return Technician.objects.filter(station=station, user=None, is_active=True, name=name, phone=phone).first()


def _member(
    role: Role,
    node: dict[str, Any],
    *,
    username: str,
    display_name: str,
    phone: str = "",
    email: str = "",
    language: str = "zh-hans",
    actor: Any,
    at: datetime | None,
) -> User:
    user = create_invited_user(
        username=username, display_name=display_name, phone=phone, email=email, language=language, actor=actor
    )
    Membership.objects.create(user=user, role=role, valid_from=clock.local_date(at or clock.now()), **node)
    return user


def refuse_left(station: Station | None) -> None:
    """Raises StationLeft: a station that has left the network gets no people."""
    if station is not None and lock(station).status == StationStatus.TERMINATED:
        raise StationLeft(station=station)


# The link


@transaction.atomic
def invite_again(membership: Membership, *, actor: Any) -> str:
    """A new link, good for 14 days, and the earlier one ended. Raises AlreadyIn once a password is set."""
    user = membership.user
    if user.has_usable_password():
        raise AlreadyIn(person=str(user))
    return invite(user, actor=actor)


@transaction.atomic
def revoke_invitation(membership: Membership, *, actor: Any, at: datetime | None = None) -> Membership:
    """The link opens nothing any more and the person is no member. Raises AlreadyIn once a password is set."""
    if membership.user.has_usable_password():
        raise AlreadyIn(person=str(membership.user))
    invitations.revoke(membership.user, actor=actor)
    return end_membership(membership, actor=actor, at=at)


# Leaving and coming back


@transaction.atomic
def end_membership(membership: Membership, *, actor: Any, reason: str = "", at: datetime | None = None) -> Membership:
    """From this instant the person does not act there, and every browser of theirs asks for a log-in.

    A technician is no longer at work; their open jobs are named in the Event, for somebody else to take. Who works
    nowhere else cannot log in any more. Raises OwnMembership, GoodsHeld. Writes Events on the node and the user.
    """
    at = at or clock.now()
    if actor is not None and membership.user_id == actor.pk:
        raise OwnMembership
    membership = lock(membership)
    if membership.valid_to is None or membership.valid_to > clock.local_date(at):
        membership.valid_to = max(clock.local_date(at), membership.valid_from)
        membership.save(update_fields=["valid_to"])
    jobs = _stand_down(membership)
    _shut_out(membership.user, clock.local_date(at), actor=actor)
    data = {"user": membership.user.username, "role": membership.role, "open_jobs": jobs}
    node: Any = membership.node
    events.record(node, "membership.ended", actor=actor, at=at, note=reason, data=data)
    return membership


def _stand_down(membership: Membership) -> list[str]:
    """A technician whose membership has ended is not at work; the numbers of their open jobs."""
    technician = Technician.objects.filter(user=membership.user_id, station=membership.station_id).first()
    if membership.role != Role.TECHNICIAN or technician is None:
        return []
    return _set_at_work(technician, False)


def _set_at_work(technician: Technician, is_active: bool) -> list[str]:
    locked = lock(technician)
    if not is_active:
        require_empty_hands(locked)
    locked.is_active = technician.is_active = is_active
    locked.save(update_fields=["is_active"])
    note_change(locked.station)
    return [] if is_active else open_jobs_of(locked)


def _shut_out(user: User, today: date, *, actor: Any) -> None:
    works = Membership.objects.filter(user=user).filter(Q(valid_to=None) | Q(valid_to__gt=today))
    if works.exists() or RoleGrant.objects.in_force().filter(user=user).exists():
        sessions.end_others(user, keep="", actor=actor)
    elif user.is_active:
        switch_off(user, actor=actor)


@transaction.atomic
def reactivate_member(membership: Membership, *, actor: Any, at: datetime | None = None) -> Membership:
    """From today the person acts there again, in the role they had: a new membership. Raises AlreadyIn. One Event."""
    at = at or clock.now()
    today = clock.local_date(at)
    membership = lock(membership)
    if membership.valid_to is None or membership.valid_to > today:
        raise AlreadyIn(person=str(membership.user))
    refuse_left(membership.station)
    again = _follow(membership, membership.role, today)
    if not membership.user.is_active:
        switch_on(membership.user, actor=actor)
    technician = Technician.objects.filter(user=membership.user_id, station=membership.station_id).first()
    if membership.role == Role.TECHNICIAN and technician is not None:
        _set_at_work(technician, True)
    node: Any = membership.node
    data = {"user": membership.user.username, "role": membership.role}
    events.record(node, "membership.reactivated", actor=actor, at=at, data=data)
    return again


def _follow(membership: Membership, role: str, today: date) -> Membership:
    """The same person at the same node from today on; raises AlreadyIn when they are there already."""
    node = {"station": membership.station, "dealer": membership.dealer}
    in_force = Q(valid_to=None) | Q(valid_to__gt=today)
    if Membership.objects.filter(in_force, user=membership.user_id, role=role, **node).exists():
        raise AlreadyIn(person=str(membership.user))
    return Membership.objects.create(user=membership.user, role=role, valid_from=today, **node)


@transaction.atomic
def change_role(membership: Membership, *, role: str, actor: Any, at: datetime | None = None) -> Membership:
    """The person acts in the other role from today: clerk or technician. Raises OwnMembership, NotChangeable, AlreadyIn.

    A new technician has a record to hold certificates; who was one is no longer at work as such. Raises GoodsHeld. Writes one Event.
    """
    at = at or clock.now()
    if actor is not None and membership.user_id == actor.pk:
        raise OwnMembership
    membership = lock(membership)
    station = membership.station
    if station is None or membership.role not in CHANGEABLE or role not in CHANGEABLE or role == membership.role:
        raise NotChangeable(field="role")
    today = clock.local_date(at)
    if membership.valid_to is not None and membership.valid_to <= today:
        raise NotChangeable(_("The membership has ended."), field="role")
    membership.valid_to = max(today, membership.valid_from)
    membership.save(update_fields=["valid_to"])
    jobs = _stand_down(membership)
    changed = _follow(membership, role, today)
    if role == Role.TECHNICIAN:
        _put_to_work(changed, station)
    data = {"user": membership.user.username, "from": membership.role, "to": str(role), "open_jobs": jobs}
    events.record(station, "membership.role_changed", actor=actor, at=at, data=data)
    return changed


def _put_to_work(membership: Membership, station: Station) -> None:
    user = membership.user
    known = Technician.objects.filter(user=user).first()
    if known is None:
        Technician.objects.create(station=station, user=user, name=str(user), phone=user.phone)
    elif known.station_id == station.pk:
        _set_at_work(known, True)
    else:
        raise NotChangeable(_("They are a technician of another station; ask for a transfer."), field="role")


@transaction.atomic
def retire_technician(
    technician: Technician, *, reason: str, actor: Any, at: datetime | None = None
) -> tuple[Technician, list[str]]:
    """A technician is no longer at work, and out of every browser; the second answer names their open jobs. Raises GoodsHeld."""
    at = at or clock.now()
    in_force = Q(valid_to=None) | Q(valid_to__gt=clock.local_date(at))
    mine = Membership.objects.filter(
        in_force, user=technician.user_id, role=Role.TECHNICIAN, station=technician.station
    )
    for membership in mine.select_related("user", "station"):
        end_membership(membership, reason=reason, actor=actor, at=at)
    jobs = _set_at_work(technician, False)
    data = {"technician": technician.name, "open_jobs": jobs}
    events.record(technician.station, "station.technician_retired", actor=actor, at=at, note=reason, data=data)
    return technician, jobs


@transaction.atomic
def reinstate_technician(technician: Technician, *, actor: Any, at: datetime | None = None) -> Technician:
    """The technician is at work again, with their log-in if they had one. Writes Events."""
    at = at or clock.now()
    refuse_left(technician.station)
    last = Membership.objects.filter(user=technician.user_id, role=Role.TECHNICIAN, station=technician.station)
    membership = last.select_related("user", "station").order_by("-valid_from", "-pk").first()
    if technician.user_id and membership and not _is_in_force(membership, clock.local_date(at)):
        reactivate_member(membership, actor=actor, at=at)
    _set_at_work(technician, True)
    data = {"technician": technician.name}
    events.record(technician.station, "station.technician_reinstated", actor=actor, at=at, data=data)
    return technician


def _is_in_force(membership: Membership, today: date) -> bool:
    return membership.valid_to is None or membership.valid_to > today


# Questions


def staff_of(station: Station, today: date | None = None) -> QuerySet[Membership]:
    """Everybody who acts or acted for the station, those in force first, with the log-in state of each."""
    here = Q(station=station) | Q(dealer=station.dealer_id)
    return Membership.objects.filter(here).select_related("user", "station", "dealer").order_by("-valid_from", "-pk")


def owners_of(stations: Iterable[Station]) -> dict[int, list[User]]:
    """Per station the owners who act for it today, through it or its dealer; one query."""
    wanted = list(stations)
    today = clock.today()
    rows = Membership.objects.filter(
        Q(station__in=wanted) | Q(dealer__in={station.dealer_id for station in wanted}),
        Q(valid_to=None) | Q(valid_to__gt=today),
        valid_from__lte=today,
        role=Role.STATION_OWNER,
        user__is_active=True,
    ).select_related("user")
    at: dict[tuple[str, int | None], list[User]] = defaultdict(list)
    for row in rows:
        at[("station", row.station_id) if row.station_id else ("dealer", row.dealer_id)].append(row.user)
    return {row.pk: [*at["station", row.pk], *at["dealer", row.dealer_id]] for row in wanted}

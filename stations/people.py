"""Staff of a station: owner, clerks, technicians and their log-ins. Not here: courses and exams (training)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from portal.accounts.invitations import create_invited_user, invite
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.calendar import add_months
from portal.core.parameters import param
from portal.core.states import lock
from stations.models import Membership, ProductFamily, SkillCertificate, Station, StationKind, Technician


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
    second answer (else empty).

    Raises UsernameTaken. Writes Technician, perhaps User and Membership, and Events.
    """
    user, link = None, ""
    if username:
        user = _member(
            Role.TECHNICIAN, {"station": station}, username=username, display_name=name, phone=phone, actor=actor, at=at,
            language=actor.language if actor else "zh-hans",
        )  # fmt: skip
        link = invite(user, actor=actor)
    technician = Technician.objects.create(station=station, user=user, name=name, phone=phone)
    events.record(station, "station.technician_added", actor=actor, at=at, data={"technician": name})
    return technician, link


@transaction.atomic
def certify(
    technician: Technician,
    *,
    family: ProductFamily,
    level: int,
    valid_from: date | None = None,
    months: int | None = None,
    actor: Any,
    at: datetime | None = None,
) -> SkillCertificate:
    """The technician may work on the family at the level for 24 months D. Writes one Event on the station."""
    at = at or clock.now()
    start = valid_from or clock.local_date(at)
    ends = add_months(start, months or param("stations.certificate_months", at))
    certificate = SkillCertificate.objects.create(
        technician=technician, family=family, level=level, valid_from=start, valid_to=ends
    )
    data = {"technician": technician.name, "family": family.code, "level": int(level), "valid_to": ends.isoformat()}
    events.record(technician.station, "station.certified", actor=actor, at=at, data=data)
    return certificate


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


@transaction.atomic
def end_membership(membership: Membership, *, actor: Any, at: datetime | None = None) -> Membership:
    """From today on the user does not act there any more. Writes one Event on the node."""
    at = at or clock.now()
    membership = lock(membership)
    today = clock.local_date(at)
    if membership.valid_from >= today:  # begun today: it ends tomorrow, a period has at least one day
        today = membership.valid_from + timedelta(days=1)
    membership.valid_to = today
    membership.save(update_fields=["valid_to"])
    node = membership.node
    if node is not None:
        data = {"user": membership.user.username, "role": membership.role}
        events.record(node, "membership.ended", actor=actor, at=at, data=data)
    return membership

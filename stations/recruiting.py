"""From an outlet somebody has seen to its application: enter, talk, invite, lose. Not here: the application itself."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.divisions import check_in_china
from portal.core.errors import Refusal
from portal.core.models import Division
from portal.core.notifications import notify
from portal.core.phones import check_phone
from portal.core.states import lock, move
from stations.applications.inviting import invite_applicant, revoke_invitation
from stations.models import (
    ApplicationInvitation,
    ApplicationStatus,
    CandidateContact,
    CandidateOutlet,
    CandidateStatus,
    LostReason,
    Membership,
    NegotiationEntry,
    OperationCenter,
    StationApplication,
)
from stations.states import GIVEN_UP, OPEN_CANDIDATE

FACTS: Final = (
    "name", "name_en", "kind", "address", "longitude", "latitude", "premises_square_meters", "staff_count", "brands_sold",
)  # fmt: skip
CARERS: Final = (Role.REGION_MANAGER, Role.CENTER_CLERK)
S = CandidateStatus


class KnownCandidate(Refusal):
    """An outlet is won once."""

    message = _("“%(name)s” is already a candidate here: %(number)s, %(status)s.")
    code = "candidate_known"


class CandidateClosed(Refusal):
    """A lost candidate is taken up again before anything else."""

    message = _("%(name)s is “%(status)s”; take it up again first.")
    code = "candidate_closed"


class NotLost(Refusal):
    """Only what was given up is taken up again."""

    message = _("%(name)s is “%(status)s” and was never given up.")
    code = "candidate_not_lost"


class ApplicationUnderWay(Refusal):
    """Whoever has applied waits for the decision; one negotiates again when it was no."""

    message = _("%(name)s has applied (%(number)s); one negotiates again once the application is refused or withdrawn.")
    code = "application_under_way"


class NotOfTheRegion(Refusal):
    """Who cares for a candidate works in its region or center."""

    message = _("%(name)s works neither for %(region)s nor for %(center)s.")
    code = "carer_of_another_region"


class StrangeContact(Refusal):
    """One talks with people of the outlet."""

    message = _("%(contact)s is a contact of another candidate.")
    code = "contact_of_another"


class Unreachable(Refusal):
    """A contact has a telephone or an email."""

    message = _("Give the telephone or the email of %(name)s.")
    code = "contact_unreachable"


class TalkInTheFuture(Refusal):
    """What is planned is a next step."""

    message = _("The talk is dated %(given)s, which is still to come; write it as the next step.")
    code = "talk_in_the_future"


class StepWithoutDay(Refusal):
    """A next step has its day, not before the talk, or nobody is reminded."""

    message = _("Give what is next and its day together; got “%(step)s” and %(day)s, expected a day from %(first)s on.")
    code = "step_without_day"


class LossUnexplained(Refusal):
    """Somebody will read why."""

    message = _("Say in a few words how it was lost.")
    code = "loss_unexplained"


@transaction.atomic
def add_candidate(
    *,
    center: OperationCenter,
    division: Division,
    facts: Mapping[str, Any],
    contacts: Sequence[Mapping[str, Any]] = (),
    owner: Any | None = None,
    actor: Any,
    at: datetime | None = None,
) -> CandidateOutlet:
    """The outlet is a candidate of the center, identified. facts: see FACTS; contacts: see add_contact, the first is main.

    Raises KnownCandidate, NotOfTheRegion, OutsideChina, Unreachable. Writes one Event.
    """
    at = at or clock.now()
    given = {name: facts[name] for name in FACTS if name in facts}
    check_in_china(given.get("longitude"), given.get("latitude"))
    known = CandidateOutlet.objects.filter(center=center, division=division, name=given["name"])
    if row := known.filter(status__in=OPEN_CANDIDATE).first():
        raise KnownCandidate(name=row.name, number=row.number, status=row.get_status_display(), field="name")
    if owner is not None:
        _cares_for(owner, center, clock.local_date(at))
    candidate = CandidateOutlet.objects.create(center=center, division=division, owner=owner, found_at=at, **given)
    events.record(candidate, "candidateoutlet.added", actor=actor, at=at)
    for number, contact in enumerate(contacts):
        _add_contact(candidate, is_main=number == 0, **contact)
    return candidate


@transaction.atomic
def change_candidate(
    candidate: CandidateOutlet, *, facts: Mapping[str, Any], division: Division | None = None, actor: Any
) -> CandidateOutlet:
    """What is known of the outlet is as given. Raises CandidateClosed, OutsideChina. One Event with before and after."""
    candidate = _open(candidate)
    given = {name: facts[name] for name in FACTS if name in facts}
    check_in_china(given.get("longitude", candidate.longitude), given.get("latitude", candidate.latitude))
    if division is not None:
        given["division"] = division
    changed = {name: value for name, value in given.items() if getattr(candidate, name) != value}
    if changed:
        data = {name: [_plain(getattr(candidate, name)), _plain(value)] for name, value in changed.items()}
        for name, value in changed.items():
            setattr(candidate, name, value)
        candidate.save(update_fields=list(changed))
        events.record(candidate, "candidateoutlet.changed", actor=actor, data=data)
    return candidate


@transaction.atomic
def add_contact(
    candidate: CandidateOutlet,
    *,
    name: str,
    position: str = "",
    phone: str = "",
    email: str = "",
    is_main: bool = False,
    actor: Any,
) -> CandidateContact:
    """One more person of the outlet is known; a main contact replaces the one before. Raises Unreachable. One Event."""
    candidate = _open(candidate)
    if is_main:
        candidate.contacts.filter(is_main=True).update(is_main=False)
    contact = _add_contact(candidate, name=name, position=position, phone=phone, email=email, is_main=is_main)
    events.record(candidate, "candidateoutlet.contact_added", actor=actor, note=str(contact))
    return contact


def _add_contact(candidate: CandidateOutlet, *, is_main: bool, **facts: Any) -> CandidateContact:
    if not facts.get("phone") and not facts.get("email"):
        raise Unreachable(name=facts["name"], field="phone")
    check_phone(facts.get("phone") or "")
    return CandidateContact.objects.create(candidate=candidate, is_main=is_main, **facts)


@transaction.atomic
def assign_candidate(candidate: CandidateOutlet, *, owner: Any, actor: Any) -> CandidateOutlet:
    """This person of the region or center cares for the candidate. Raises CandidateClosed, NotOfTheRegion. One Event."""
    candidate = _open(candidate)
    _cares_for(owner, candidate.center, clock.today())
    candidate.owner = owner
    candidate.save(update_fields=["owner"])
    events.record(candidate, "candidateoutlet.assigned", actor=actor, note=str(owner))
    return candidate


@transaction.atomic
def log_talk(
    candidate: CandidateOutlet,
    *,
    channel: str,
    summary: str,
    contact: CandidateContact | None = None,
    talked_at: datetime | None = None,
    next_step: str = "",
    next_step_on: date | None = None,
    actor: Any,
    at: datetime | None = None,
) -> NegotiationEntry:
    """The talk stands in the log for ever and its next step on the candidate; the first one makes it contacted.

    Raises CandidateClosed, StrangeContact, TalkInTheFuture, StepWithoutDay. Writes an entry and one or two Events.
    """
    at = at or clock.now()
    talked_at = talked_at or at
    candidate = _open(candidate)
    if contact is not None and contact.candidate_id != candidate.pk:
        raise StrangeContact(contact=contact, field="contact")
    _check_times(talked_at, next_step, next_step_on, at)
    entry = NegotiationEntry.objects.create(
        candidate=candidate, contact=contact, actor=actor, channel=channel, summary=summary, talked_at=talked_at,
        next_step=next_step, next_step_on=next_step_on, recorded_at=at,
    )  # fmt: skip
    if candidate.last_talk_at is None or candidate.last_talk_at <= talked_at:
        candidate.last_talk_at, candidate.next_step, candidate.next_step_on = talked_at, next_step, next_step_on
        candidate.save(update_fields=["last_talk_at", "next_step", "next_step_on"])
    events.record(candidate, "candidateoutlet.talked", actor=actor, at=at, note=summary[:200])
    if candidate.status == S.IDENTIFIED:
        move(candidate, S.CONTACTED, actor=actor, at=at)
    return entry


def _check_times(talked_at: datetime, next_step: str, next_step_on: date | None, at: datetime) -> None:
    if talked_at > at:
        raise TalkInTheFuture(given=clock.local(talked_at).strftime("%Y-%m-%d %H:%M"), field="talked_at")
    first = clock.local_date(talked_at)
    if bool(next_step) != bool(next_step_on) or (next_step_on and next_step_on < first):
        raise StepWithoutDay(step=next_step or "–", day=next_step_on or "–", first=first, field="next_step_on")


@transaction.atomic
def negotiate(candidate: CandidateOutlet, *, actor: Any, note: str = "", at: datetime | None = None) -> CandidateOutlet:
    """One negotiates; a link given out before opens nothing more. Writes one Event.

    Raises ApplicationUnderWay, TransitionNotAllowed.
    """
    candidate = lock(candidate, "invitation")
    under_way = StationApplication.objects.filter(invitation=candidate.invitation_id).exclude(status__in=GIVEN_UP)
    if candidate.status == S.APPLIED and (application := under_way.first()):
        raise ApplicationUnderWay(name=candidate, number=application.number)
    candidate = move(candidate, S.NEGOTIATING, actor=actor, at=at, note=note)
    _revoke(candidate, actor, at)
    return candidate


@transaction.atomic
def invite_candidate(candidate: CandidateOutlet, *, actor: Any, at: datetime | None = None) -> ApplicationInvitation:
    """The outlet has a link of its own by which it applies. Raises TransitionNotAllowed. Two Events."""
    candidate = lock(candidate, "center", "invitation")
    _revoke(candidate, actor, at)
    main = candidate.contacts.order_by("-is_main", "pk").exclude(phone="").first()
    candidate.invitation = invite_applicant(
        candidate.center,
        kind=candidate.kind,
        company_name=candidate.name,
        phone=main.phone if main else "",
        actor=actor,
        at=at,
    )
    candidate.save(update_fields=["invitation"])
    move(candidate, S.INVITED, actor=actor, at=at)
    return candidate.invitation


@transaction.atomic
def lose_candidate(
    candidate: CandidateOutlet, *, reason: str, note: str = "", actor: Any, at: datetime | None = None
) -> CandidateOutlet:
    """The outlet will not become a station, and why; its link is over. Raises LossUnexplained, TransitionNotAllowed."""
    if reason not in LostReason.values or (reason == LostReason.OTHER and len(note.strip()) < 4):
        raise LossUnexplained(field="note")
    candidate = lock(candidate, "invitation")
    if candidate.status != S.APPLIED:  # refused below; whoever has applied keeps the link
        _revoke(candidate, actor, at)
    candidate.lost_reason, candidate.next_step, candidate.next_step_on = reason, "", None
    candidate.save(update_fields=["lost_reason", "next_step", "next_step_on"])
    return move(candidate, S.LOST, actor=actor, at=at, note=note, data={"reason": reason})


@transaction.atomic
def take_up_again(
    candidate: CandidateOutlet, *, note: str = "", actor: Any, at: datetime | None = None
) -> CandidateOutlet:
    """A lost candidate is contacted once more; any other is by a talk. Raises NotLost. Writes one Event."""
    candidate = lock(candidate)
    if candidate.status != S.LOST:
        raise NotLost(name=candidate, status=candidate.get_status_display())
    candidate = move(candidate, S.CONTACTED, actor=actor, at=at, note=note)
    candidate.lost_reason = ""
    candidate.save(update_fields=["lost_reason"])
    return candidate


@transaction.atomic
def follow_application(application: StationApplication, *, at: datetime | None = None) -> CandidateOutlet | None:
    """The candidate whose link was used has applied, or is one to talk with again when its application is over.

    None if nobody was invited as a candidate, or nothing is left to do: asked twice, or late, it is the same as once.
    Writes one Event, whose note says which application, and why it was refused.
    """
    found = CandidateOutlet.objects.filter(invitation_id=application.invitation_id or 0).first()
    if found is None:
        return None
    candidate = lock(found)
    application = StationApplication.objects.get(pk=application.pk)
    if application.status in GIVEN_UP and candidate.status in (S.INVITED, S.APPLIED):
        return _come_back(candidate, application, at)
    if candidate.status != S.INVITED or application.submitted_at is None:
        return None
    candidate.next_step, candidate.next_step_on = "", None
    candidate.save(update_fields=["next_step", "next_step_on"])
    return move(candidate, S.APPLIED, actor=None, at=at, note=application.number)


def _come_back(candidate: CandidateOutlet, application: StationApplication, at: datetime | None) -> CandidateOutlet:
    """Whoever cares for it, or else invited it, is told."""
    why = application.return_reason if application.status == ApplicationStatus.REFUSED else ""
    note = " · ".join(filter(None, [application.number, str(application.get_status_display()), why]))
    data = {"application": application.number, "because": application.status}
    candidate = move(candidate, S.NEGOTIATING, actor=None, at=at, note=note, data=data)
    facts = {"name": str(candidate), "application": application.number or str(candidate.invitation)}
    carer = candidate.owner or (candidate.invitation.invited_by if candidate.invitation else None)
    told = [carer] if carer is not None else []
    notify(told, f"candidate.{application.status}", facts, url=candidate.get_absolute_url(), subject=candidate, at=at)
    return candidate


def carers(center: OperationCenter, on: date) -> Q:
    """Memberships whose user may care for candidates of the center on the day."""
    here = Q(center=center) | Q(region_id=center.region_id)
    in_force = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))
    return here & in_force & Q(role__in=CARERS, user__is_active=True)


def _cares_for(user: Any, center: OperationCenter, on: date) -> None:
    if not Membership.objects.filter(carers(center, on), user=user).exists():
        raise NotOfTheRegion(name=user, region=center.region, center=center, field="owner")


def _revoke(candidate: CandidateOutlet, actor: Any, at: datetime | None) -> None:
    """A link in which no application was begun opens nothing more."""
    link = candidate.invitation
    if link is not None and not StationApplication.objects.filter(invitation=link).exists():
        revoke_invitation(link, actor=actor, at=at)


def _open(candidate: CandidateOutlet) -> CandidateOutlet:
    candidate = lock(candidate, "center__region")
    if candidate.status == S.LOST:
        raise CandidateClosed(name=candidate, status=candidate.get_status_display())
    return candidate


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | Division) else value

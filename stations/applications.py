"""An application from the invitation to the last decision. Not here: visits (inspections), contract (onboarding)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock, move
from stations.models import (
    ApplicationDocument,
    ApplicationInvitation,
    ApplicationStatus,
    OperationCenter,
    RequiredDocument,
    Station,
    StationApplication,
    StationStatus,
)
from stations.models.applications import invitation_is_open
from stations.states import OPEN_APPLICATION

TOKEN_LENGTH = 32  # hex digits: 128 bits
REASON_LENGTH = 10
FACTS = (
    "company_name", "license_number", "taxpayer_type", "bank_name", "bank_account", "owner_name", "phone", "email",
    "station_name", "station_name_en", "division", "address", "longitude", "latitude", "premises_square_meters",
    "technician_count", "introduction",
)  # fmt: skip
NEEDED = (
    "company_name", "license_number", "taxpayer_type", "bank_name", "bank_account", "owner_name", "phone",
    "station_name", "division", "address", "technician_count",
)  # fmt: skip


class LinkOver(Refusal):
    """Used up, ended or never given out: one answer for all."""

    message = _("This application link is no longer valid. Ask the person who invited you for a new one.")
    code = "link_over"


class NotEditable(Refusal):
    """Under review nobody edits it."""

    message = _("The application is “%(status)s” and can no longer be edited.")
    code = "application_not_editable"


class Incomplete(Refusal):
    """Names everything that is missing at once."""

    message = _("Still missing: %(missing)s.")
    code = "application_incomplete"

    def __init__(self, missing: Sequence["Missing"]) -> None:
        self.missing = missing
        super().__init__(missing="、".join(str(part.label) for part in missing))


class Paused(Refusal):
    """A refused company waits."""

    message = _("An application of this company was refused; it may apply again from %(until)s.")
    code = "application_paused"


class OwnApplication(Refusal):
    """Nobody approves what they filed."""

    message = _("You filed this application yourself; somebody else decides it.")
    code = "own_application"


class SameDecider(Refusal):
    """The two approvals are two people's."""

    message = _("You reviewed this application for the region; somebody else decides for headquarters.")
    code = "same_decider"


class NotPassed(Refusal):
    """The last visit decides whether there is anything to approve."""

    message = _("The last site inspection did not pass; the application cannot be approved.")
    code = "inspection_not_passed"


class ReasonMissing(Refusal):
    """The applicant is told why."""

    message = _("Write the reason in at least %(length)s characters; the applicant reads it.")
    code = "reason_missing"


@dataclass(frozen=True)
class Missing:
    """One thing an application lacks: the field or document, and its words."""

    key: str
    label: str | Promise


# Invitation


@transaction.atomic
def invite_applicant(
    center: OperationCenter,
    *,
    kind: str,
    company_name: str = "",
    phone: str = "",
    actor: Any,
    at: datetime | None = None,
) -> ApplicationInvitation:
    """A link exists by which one outlet may apply to this center, without an account. Writes one Event."""
    at = at or clock.now()
    invitation = ApplicationInvitation.objects.create(
        center=center, kind=kind, company_name=company_name, phone=phone, invited_by=actor, invited_at=at,
        expires_at=at + timedelta(days=param("stations.invitation_days", at)), nonce=secrets.token_hex(16),
    )  # fmt: skip
    events.record(invitation, "applicationinvitation.made", actor=actor, at=at)
    return invitation


@transaction.atomic
def revoke_invitation(invitation: ApplicationInvitation, *, actor: Any, at: datetime | None = None) -> None:
    """The link opens nothing any more. Writes one Event."""
    invitation = lock(invitation)
    if invitation.revoked_at is None:
        invitation.revoked_at = at or clock.now()
        invitation.save(update_fields=["revoked_at"])
        events.record(invitation, "applicationinvitation.revoked", actor=actor, at=at)


def token_of(invitation: ApplicationInvitation) -> str:
    """What the link carries: made from the row and the secret key, so that the database alone opens nothing."""
    signature = salted_hmac("stations.application", invitation.nonce, algorithm="sha256").hexdigest()
    return f"{invitation.pk}-{signature[:TOKEN_LENGTH]}"


def link_of(invitation: ApplicationInvitation) -> str:
    """The whole address, for messages and QR codes."""
    return f"{settings.PUBLIC_URL}{reverse('apply', args=[token_of(invitation)])}"


def find_invitation(token: str, *, at: datetime | None = None) -> ApplicationInvitation:
    """The open invitation of a token. Raises LinkOver."""
    key, _dash, _signature = token.partition("-")
    found = (
        ApplicationInvitation.objects.select_related("center__region").filter(pk=key).first()
        if key.isdecimal() and len(key) < 18
        else None
    )
    if found is None or not constant_time_compare(token, token_of(found)):
        raise LinkOver
    application = StationApplication.objects.filter(invitation=found).first()
    if application is None and not invitation_is_open(found, at or clock.now()):
        raise LinkOver
    if found.revoked_at is not None:
        raise LinkOver
    return found


# The applicant's part


@transaction.atomic
def file_application(
    *,
    center: OperationCenter,
    kind: str,
    facts: Mapping[str, Any] | None = None,
    invitation: ApplicationInvitation | None = None,
    actor: Any | None = None,
    at: datetime | None = None,
) -> StationApplication:
    """A draft exists; an invitation has one at most, which is answered again. Writes one Event."""
    at = at or clock.now()
    if invitation is not None:
        lock(invitation)
        if known := StationApplication.objects.filter(invitation=invitation).first():
            return known
    application = StationApplication.objects.create(
        center=center, kind=kind, invitation=invitation, filed_by=actor, created_at=at, **_facts(facts or {})
    )
    events.record(application, "stationapplication.filed", actor=actor, at=at)
    return application


@transaction.atomic
def save_draft(application: StationApplication, *, facts: Mapping[str, Any]) -> StationApplication:
    """The applicant's facts stand in the application; nothing is demanded yet. Raises NotEditable."""
    application = _editable(application)
    for name, value in _facts(facts).items():
        setattr(application, name, value)
    application.save(update_fields=list(_facts(facts)))
    return application


@transaction.atomic
def save_document(
    application: StationApplication,
    *,
    document_type: str,
    document_number: str = "",
    expires_on: date | None = None,
    upload: Any | None = None,
    actor: Any | None = None,
) -> ApplicationDocument:
    """The paper of this type has that number and end; an upload joins its files. Raises NotEditable, BadFile."""
    application = _editable(application)
    document, _is_new = ApplicationDocument.objects.update_or_create(
        application=application,
        document_type=document_type,
        defaults={"document_number": document_number, "expires_on": expires_on},
    )
    if upload is not None:
        from portal.core.attachments import attach

        attach(document, upload, kind=f"application_{document_type}", actor=actor)
        document.has_file = True
        document.save(update_fields=["has_file"])
    return document


def required_documents(kind: str) -> list[RequiredDocument]:
    """The papers which this kind of station must show, in headquarters' order."""
    return list(RequiredDocument.objects.filter(station_kind=kind, is_required=True).order_by("pk"))


def _label(name: str) -> str:
    """The field's name as the form shows it."""
    return str(getattr(StationApplication._meta.get_field(name), "verbose_name", name))


def missing_in(application: StationApplication, on: date) -> list[Missing]:
    """Everything that keeps the application from being submitted: facts, papers, their numbers, ends and files."""
    lacks = [Missing(name, _label(name)) for name in NEEDED if getattr(application, name) in ("", None)]
    held = {document.document_type: document for document in application.documents.all()}
    for required in required_documents(application.kind):
        lacks.extend(_missing_of(required, held.get(required.document_type), on))
    return lacks


def _missing_of(required: RequiredDocument, document: ApplicationDocument | None, on: date) -> list[Missing]:
    label = str(required.get_document_type_display())
    key = f"document-{required.document_type}"
    if document is None or not document.has_file:
        return [Missing(key, label)]
    lacks = []
    if required.needs_number and not document.document_number:
        lacks.append(Missing(key, _("%(document)s: number") % {"document": label}))
    if required.needs_expiry and document.expires_on is None:
        lacks.append(Missing(key, _("%(document)s: expiry date") % {"document": label}))
    if document.is_expired(on):
        lacks.append(Missing(key, _("%(document)s: no longer valid") % {"document": label}))
    return lacks


@transaction.atomic
def submit_application(
    application: StationApplication, *, actor: Any | None = None, at: datetime | None = None
) -> StationApplication:
    """The application has its number and is with the region, or with the center where something looks like a duplicate.

    Raises NotEditable, Incomplete (which names everything missing), Paused. The skipped pre-check is an event.
    """
    at = at or clock.now()
    application = _editable(application)
    on = clock.local_date(at)
    if lacks := missing_in(application, on):
        raise Incomplete(lacks)
    _refuse_paused(application, on)
    application.submitted_at = at
    application.return_reason = ""
    if not application.number:
        application.number = take_number("SA", at=at)
    application.save(update_fields=["submitted_at", "return_reason", "number"])
    application = move(application, ApplicationStatus.SUBMITTED, actor=actor, at=at)
    return _pre_check(application, at=at)


def _pre_check(application: StationApplication, *, at: datetime) -> StationApplication:
    found = duplicates_of(application)
    if found:
        note = "; ".join(f"{hit.number} {hit.why}" for hit in found)
        return move(application, ApplicationStatus.CENTER_CHECK, actor=None, at=at, note=note)
    events.record(application, "stationapplication.center_check_skipped", actor=None, at=at)
    return move(application, ApplicationStatus.REGION_REVIEW, actor=None, at=at)


@dataclass(frozen=True)
class Duplicate:
    """A record that may be the same outlet, and what is equal."""

    number: str
    why: str
    url: str


def duplicates_of(application: StationApplication) -> list[Duplicate]:
    """Open applications and living stations with the same license (in the same place), phone or address."""
    same = Q(phone=application.phone) | Q(license_number=application.license_number, division=application.division)
    if application.address:
        same |= Q(address=application.address)
    others = (
        StationApplication.objects.filter(status__in=OPEN_APPLICATION)
        .exclude(pk=application.pk)
        .exclude(number="")
        .filter(same)
    )
    found = [Duplicate(row.number, _equal(row, application), row.get_absolute_url()) for row in others[:10]]
    stations = Station.objects.exclude(status=StationStatus.TERMINATED).exclude(pk=application.station_id or 0)
    for station in stations.filter(address=application.address).exclude(address="")[:10]:
        found.append(Duplicate(station.code, "address", station.get_absolute_url()))
    return found


def _equal(row: StationApplication, application: StationApplication) -> str:
    fields = ("license_number", "phone", "address")
    return ", ".join(name for name in fields if getattr(row, name) and getattr(row, name) == getattr(application, name))


def _refuse_paused(application: StationApplication, on: date) -> None:
    refused = StationApplication.objects.filter(
        license_number=application.license_number, status=ApplicationStatus.REFUSED, paused_until__gt=on
    ).order_by("-paused_until")
    if (last := refused.first()) and last.paused_until:
        raise Paused(until=last.paused_until.isoformat())


@transaction.atomic
def withdraw_application(
    application: StationApplication, *, actor: Any | None = None, at: datetime | None = None
) -> StationApplication:
    """The applicant has given up. Raises TransitionNotAllowed. Writes one Event."""
    return move(application, ApplicationStatus.WITHDRAWN, actor=actor, at=at)


# The network's part


@transaction.atomic
def pass_center_check(
    application: StationApplication, *, actor: Any, note: str = "", at: datetime | None = None
) -> StationApplication:
    """The center found no duplicate; the region reviews next. Raises TransitionNotAllowed, OwnApplication."""
    application = _not_own(lock(application), actor)
    return move(application, ApplicationStatus.REGION_REVIEW, actor=actor, at=at, note=note)


@transaction.atomic
def approve_by_region(
    application: StationApplication, *, actor: Any, note: str = "", at: datetime | None = None
) -> StationApplication:
    """The first approval is given; a site inspection is next. Raises TransitionNotAllowed, OwnApplication."""
    application = _not_own(lock(application), actor)
    application = move(application, ApplicationStatus.INSPECTION, actor=actor, at=at, note=note)
    application.region_decider = actor
    application.save(update_fields=["region_decider"])
    return application


@transaction.atomic
def decide_application(
    application: StationApplication, *, actor: Any, note: str = "", at: datetime | None = None
) -> StationApplication:
    """Headquarters has approved; the contract is next. To say no, refuse_application() or send_back().

    Raises TransitionNotAllowed, OwnApplication, SameDecider, NotPassed. Writes one Event. Source: rules.md 3.10.
    """
    from stations.models import InspectionOutcome

    application = _not_own(lock(application), actor)
    if actor.pk == application.region_decider_id:
        raise SameDecider
    last = application.inspections.order_by("inspected_at", "pk").last()
    if application.status == ApplicationStatus.HQ_DECISION and (
        last is None or last.outcome != InspectionOutcome.PASSED
    ):
        raise NotPassed
    application = move(application, ApplicationStatus.CONTRACTING, actor=actor, at=at, note=note)
    application.hq_decider = actor
    application.save(update_fields=["hq_decider"])
    return application


@transaction.atomic
def send_back(
    application: StationApplication, *, reason: str, actor: Any, at: datetime | None = None
) -> StationApplication:
    """The applicant may correct and submit again; both approvals start anew. Raises ReasonMissing."""
    application = _not_own(lock(application), actor)
    application = move(application, ApplicationStatus.SENT_BACK, actor=actor, at=at, note=_reason(reason))
    application.return_reason, application.region_decider, application.hq_decider = reason, None, None
    application.save(update_fields=["return_reason", "region_decider", "hq_decider"])
    _cancel_rectification(application, actor, at)
    return application


@transaction.atomic
def refuse_application(
    application: StationApplication, *, reason: str, actor: Any | None, at: datetime | None = None
) -> StationApplication:
    """The application is over, and the company waits before another. Raises ReasonMissing. One Event."""
    at = at or clock.now()
    application = _not_own(lock(application), actor)
    application = move(application, ApplicationStatus.REFUSED, actor=actor, at=at, note=_reason(reason))
    application.return_reason = reason
    application.paused_until = clock.local_date(at) + timedelta(days=param("stations.refusal_pause_days", at))
    application.save(update_fields=["return_reason", "paused_until"])
    _cancel_rectification(application, actor, at)
    return application


def _cancel_rectification(application: StationApplication, actor: Any | None, at: datetime | None) -> None:
    from stations.models import RectificationStatus

    for order in application.rectifications.filter(status=RectificationStatus.OPEN):
        move(order, RectificationStatus.CANCELLED, actor=actor, at=at)


def _editable(application: StationApplication) -> StationApplication:
    application = lock(application)
    if not application.is_editable:
        raise NotEditable(status=application.get_status_display())
    return application


def _not_own(application: StationApplication, actor: Any | None) -> StationApplication:
    if actor is not None and application.filed_by_id == actor.pk:
        raise OwnApplication
    return application


def _reason(reason: str) -> str:
    if len(reason.strip()) < REASON_LENGTH:
        raise ReasonMissing(length=REASON_LENGTH, field="reason")
    return reason.strip()


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name in FACTS}

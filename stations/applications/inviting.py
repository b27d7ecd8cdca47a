"""The link by which one outlet may apply without an account."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from portal.core import clock, events
from portal.core.parameters import param
from portal.core.phones import check_phone
from portal.core.states import lock
from stations.applications.refusals import LinkOver
from stations.models import (
    ApplicationInvitation,
    OperationCenter,
    StationApplication,
)
from stations.models.applications import invitation_is_open

TOKEN_LENGTH = 32  # hex digits: 128 bits


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
    """A link exists by which one outlet may apply to this center, without an account. Raises PhoneNotANumber. Writes one Event."""
    at = at or clock.now()
    check_phone(phone)
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

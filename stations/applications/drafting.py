"""What the applicant fills in, and everything it still lacks."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.states import lock
from stations.applications.refusals import Missing, NotEditable
from stations.models import (
    ApplicationDocument,
    ApplicationInvitation,
    OperationCenter,
    RequiredDocument,
    StationApplication,
)

FACTS = (
    "company_name", "license_number", "taxpayer_type", "bank_name", "bank_account", "owner_name", "phone", "email",
    "station_name", "station_name_en", "division", "address", "longitude", "latitude", "premises_square_meters",
    "technician_count", "introduction",
)  # fmt: skip


NEEDED = (
    "company_name", "license_number", "taxpayer_type", "bank_name", "bank_account", "owner_name", "phone",
    "station_name", "division", "address", "technician_count",
)  # fmt: skip


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
    application = editable(application)
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
    application = editable(application)
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


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name in FACTS}


def editable(application: StationApplication) -> StationApplication:
    application = lock(application)
    if not application.is_editable:
        raise NotEditable(status=application.get_status_display())
    return application

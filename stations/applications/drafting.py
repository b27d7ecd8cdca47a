"""What the applicant fills in, and everything it still lacks."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.attachments import attach, attachments_of
from portal.core.divisions import check_in_china
from portal.core.models import Attachment
from portal.core.phones import check_phone
from portal.core.states import lock
from stations.applications.refusals import BankAccountWrong, Missing, NotEditable, TooManyRows
from stations.models import (
    ApplicationDocument,
    ApplicationEquipment,
    ApplicationInvitation,
    ApplicationPerson,
    DocumentType,
    OperationCenter,
    PersonRole,
    RequiredDocument,
    StationApplication,
)

MOST_ROWS = 60  # people, or kinds of equipment, of one outlet
FACTS = (
    "company_name", "license_number", "taxpayer_type", "bank_name", "bank_account", "owner_name", "phone", "email",
    "wanted_grade", "station_name", "station_name_en", "division", "address", "longitude", "latitude", "premises_square_meters",
    "technician_count", "introduction",
)  # fmt: skip


NEEDED = (
    "company_name", "license_number", "taxpayer_type", "bank_name", "bank_account", "owner_name", "phone",
    "station_name", "division", "address", "technician_count",
)  # fmt: skip
CALLED: dict[str, Any] = {"division": _("county or city")}  # where the form does not say what the model does


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
        _keep(document, upload, actor)
    return document


def _keep(document: ApplicationDocument, upload: Any, actor: Any | None) -> None:
    """The file hangs on the paper; a file that a telephone sends again is kept once."""
    kept = attach(document, upload, kind=f"application_{document.document_type}", actor=actor, field="files")
    if attachments_of(document).filter(sha256=kept.sha256).exclude(pk=kept.pk).exists():
        kept.removed_at = clock.now()
        kept.save(update_fields=["removed_at"])
    document.has_file = True
    document.save(update_fields=["has_file"])


@transaction.atomic
def save_people(application: StationApplication, *, people: Sequence[Mapping[str, Any]]) -> None:
    """The application's staff list is these rows, and no others. Raises NotEditable, TooManyRows, PhoneNotANumber."""
    for row in people:
        check_phone(row.get("phone") or "", field="people")
    _replace(application, ApplicationPerson, people)


@transaction.atomic
def save_equipment(application: StationApplication, *, equipment: Sequence[Mapping[str, Any]]) -> None:
    """The application's equipment list is these rows, and no others. Raises NotEditable, TooManyRows."""
    _replace(application, ApplicationEquipment, equipment)


def _replace(application: StationApplication, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    application = editable(application)
    if len(rows) > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS, got=len(rows))
    model.objects.filter(application=application).delete()
    model.objects.bulk_create(model(application=application, **row) for row in rows)


@transaction.atomic
def remove_file(application: StationApplication, attachment: Attachment) -> None:
    """The file no longer belongs to the application's papers; it is kept as evidence. Raises NotEditable."""
    application = editable(application)
    document = application.documents.get(pk=attachment.subject_id)
    attachment.removed_at = clock.now()
    attachment.save(update_fields=["removed_at"])
    document.has_file = attachments_of(document).exists()
    document.save(update_fields=["has_file"])


def required_documents(kind: str, wanted_grade: str = "") -> list[RequiredDocument]:
    """The papers which this kind of station must show for that grade, in headquarters' order; a row for the grade itself
    takes the place of the row for all grades."""
    rows = RequiredDocument.objects.filter(station_kind=kind, wanted_grade__in=["", wanted_grade]).order_by("pk")
    chosen = {row.document_type: row for row in rows if not row.wanted_grade}
    chosen |= {row.document_type: row for row in rows if row.wanted_grade}
    return [row for row in chosen.values() if row.is_required]


def _label(name: str) -> str:
    """The field's name as the form shows it."""
    return str(CALLED.get(name) or getattr(StationApplication._meta.get_field(name), "verbose_name", name))


def missing_in(application: StationApplication, on: date) -> list[Missing]:
    """Everything that keeps the application from being submitted: facts, papers, their numbers, ends and files."""
    lacks = [Missing(name, _label(name)) for name in NEEDED if getattr(application, name) in ("", None)]
    held = {document.document_type: document for document in application.documents.all()}
    for required in required_documents(application.kind, application.wanted_grade):
        if required.is_listed:
            lacks.extend(missing_rows(application, required, on))
        else:
            lacks.extend(_missing_of(required, held.get(required.document_type), on))
    return lacks


def missing_rows(application: StationApplication, required: RequiredDocument, on: date) -> list[Missing]:
    """A list wants at least one row, one technician among the people, and nothing in it that has expired."""
    label, key = str(required.get_document_type_display()), f"document-{required.document_type}"
    if required.document_type == DocumentType.EQUIPMENT:
        pieces = list(application.equipment.all())
        if not pieces:
            return [Missing(key, label)]
        stale = [str(each) for each in pieces if each.is_out_of_calibration(on)]
        words = _("%(document)s: %(name)s is out of calibration")
        return [Missing(key, words % {"document": label, "name": name}) for name in stale]
    people = list(application.people.all())
    if not any(each.role == PersonRole.TECHNICIAN for each in people):
        return [Missing(key, _("%(document)s: at least one technician") % {"document": label})]
    stale = [str(each) for each in people if each.has_expired_certificate(on)]
    words = _("%(document)s: certificate of %(name)s no longer valid")
    return [Missing(key, words % {"document": label, "name": name}) for name in stale]


def _missing_of(required: RequiredDocument, document: ApplicationDocument | None, on: date) -> list[Missing]:
    label = str(required.get_document_type_display())
    key = f"document-{required.document_type}"
    if document is None or not document.has_file:
        return [Missing(key, label)]
    lacks = []
    if required.needs_number and not document.document_number:
        lacks.append(Missing(key, _("%(document)s: number") % {"document": label}, "document_number"))
    if required.needs_expiry and document.expires_on is None:
        lacks.append(Missing(key, _("%(document)s: expiry date") % {"document": label}, "expires_on"))
    if document.is_expired(on):
        lacks.append(Missing(key, _("%(document)s: no longer valid") % {"document": label}, "expires_on"))
    return lacks


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The known ones; a license number is written in one way, so that it is found again.

    Raises OutsideChina, PhoneNotANumber, BankAccountWrong.
    """
    known = {name: value for name, value in facts.items() if name in FACTS}
    if not known.get("wanted_grade", "-"):  # a form that does not ask for it leaves it as it is
        del known["wanted_grade"]
    if number := known.get("license_number"):
        known["license_number"] = "".join(number.split()).upper()
    check_phone(known.get("phone") or "")
    if known.get("bank_account"):
        known["bank_account"] = written_account(known["bank_account"])
    if known.get("longitude") is not None and known.get("latitude") is not None:
        check_in_china(known["longitude"], known["latitude"])
    return known


def written_account(text: str) -> str:
    """A bank account in one spelling, without blanks and hyphens. Raises BankAccountWrong."""
    account = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{8,30}", account):
        raise BankAccountWrong(given=text.strip(), field="bank_account")
    return account


def editable(application: StationApplication) -> StationApplication:
    application = lock(application)
    if not application.is_editable:
        raise NotEditable(status=application.get_status_display())
    return application

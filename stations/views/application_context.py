"""What both pages of an application show, portal and administration: papers beside facts, likenesses, place, people."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.attachments import attachments_of_all
from portal.core.divisions import name_of
from portal.core.pages import Fact
from stations import applications
from stations.applications.holding import holder_of, steps_of
from stations.applications.surroundings import surroundings_of
from stations.models import StationApplication
from stations.states import OPEN_APPLICATION

NAMED = (
    "kind", "wanted_grade", "license_number", "taxpayer_type", "owner_name", "phone", "email", "bank_name",
    "bank_account",
)  # fmt: skip
REST = ("address", "premises_square_meters", "technician_count")


def application_facts(row: StationApplication) -> Sequence[Fact]:
    """Company and station, field by field."""
    facts = [Fact(row._meta.get_field(name).verbose_name, _shown(row, name)) for name in NAMED]  # type: ignore[union-attr]
    facts.append(Fact(_("Division"), name_of(row.division) if row.division else ""))
    facts += [Fact(row._meta.get_field(name).verbose_name, _shown(row, name)) for name in REST]  # type: ignore[union-attr]
    if row.longitude is not None:
        facts.append(Fact(_("Position"), f"{row.latitude}, {row.longitude}", f"geo:{row.latitude},{row.longitude}"))
    if row.invitation:
        facts.append(Fact(_("invited by"), row.invitation.invited_by))
    return facts


def application_context(row: StationApplication) -> dict[str, Any]:
    """Everything beside the facts."""
    today = clock.today()
    documents: list[Any] = list(row.documents.all())
    files: dict[int, list[Any]] = {}
    for file in attachments_of_all(documents):
        files.setdefault(file.subject_id, []).append(file)
    for document in documents:
        document.files, document.expired = files.get(document.pk, []), document.is_expired(today)
    people: list[Any] = list(row.people.all())
    for person in people:
        person.expired = person.has_expired_certificate(today)
    equipment: list[Any] = list(row.equipment.all())
    for each in equipment:
        each.expired = each.is_out_of_calibration(today)
    is_open = bool(row.number) and row.status in OPEN_APPLICATION
    return {
        "documents": documents,
        "people": people,
        "equipment": equipment,
        "duplicates": applications.duplicates_of(row) if is_open else [],
        "around": surroundings_of(row) if is_open else None,
        "inspections": row.inspections.recorded().select_related("inspector").order_by("-inspected_at"),
        "rectification": row.rectifications.select_related("inspection").filter(status="open").first(),
        "holder": holder_of(row),
        "steps": steps_of(row),
    }


def _shown(row: Any, name: str) -> Any:
    display = getattr(row, f"get_{name}_display", None)
    return display() if display else getattr(row, name)

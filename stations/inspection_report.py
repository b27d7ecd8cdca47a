"""The report of a visit: its frozen facts, its pictures, its kind of document. Not here: the visit itself (inspections)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.core import clock, show
from portal.core.attachments import attachments_of
from portal.core.documents import document_kind, documents_of, issue_document
from portal.core.models import Attachment
from portal.core.models.documents import Document
from stations.models import InspectionOutcome, Section, SiteInspection, VisitPurpose

REPORT = "inspection_report"
MOST_PHOTOS = 6  # of one item on paper; all of them are on the page


def register() -> None:
    """The kind of document. Called in AppConfig.ready()."""
    document_kind(
        REPORT,
        template="pdf/inspection_report.html",
        title=_("Site inspection report"),
        permission="stations.view_siteinspection",
        public=[("place", _("Station")), ("inspected_on", _("Inspected on")), ("score", _("Score"))],
        bilingual=True,
        pictures=report_pictures,
    )


def report_facts(visit: SiteInspection) -> dict[str, Any]:
    """What the report says for ever; of a surprise visit it does not say by whom."""
    subject = visit.subject
    name, name_en = (
        (visit.station.name, visit.station.name_en)
        if visit.station
        else (visit.application.station_name, visit.application.station_name_en)  # type: ignore[union-attr]
    )
    outcome, purpose = InspectionOutcome(visit.outcome), VisitPurpose(visit.purpose)
    return {
        "place": name,
        "place_en": name_en or name,
        "subject": subject.number,
        "address": subject.address,
        **_worded("purpose", purpose),
        "template": visit.template.number,
        **_worded("outcome", outcome),
        "passed": visit.outcome == InspectionOutcome.PASSED,
        "score": f"{visit.score:.2f}",
        "veto_failed": visit.veto_failed,
        "inspected_on": clock.local_date(visit.inspected_at or clock.now()).isoformat(),
        "inspected_at": show.moment(visit.inspected_at),
        "inspector": "" if visit.is_surprise else str(visit.inspector),
        "inspector_signed_as": visit.inspector_signed_as,
        "host_signed_as": visit.host_signed_as,
        "unsigned_reason": visit.unsigned_reason,
        "signatures": {file.kind: _address(file) for file in attachments_of(visit) if file.is_picture},
        "findings": visit.findings,
        "due_on": visit.due_on.isoformat() if visit.due_on else "",
        "sections": _sections(visit),
    }


def _sections(visit: SiteInspection) -> list[dict[str, Any]]:
    """The items by section, each with rating, finding and photos."""
    answers = visit.answers.prefetch_related("photos__attachment").order_by("pk")
    by_section: dict[str, list[dict[str, Any]]] = {}
    for answer in answers:
        by_section.setdefault(answer.section or Section.PREMISES, []).append(
            {
                "text": answer.text,
                "text_en": answer.text_en or answer.text,
                "weight": answer.weight,
                "rating": answer.rating,
                "veto": answer.is_veto,
                "failed": answer.failed,
                "finding": answer.finding,
                "photos": [
                    {
                        "address": _address(photo.attachment),
                        "at": show.moment(photo.attachment.taken_at or photo.received_at),
                        "meters": photo.distance_meters,
                    }
                    for photo in list(answer.photos.all())[:MOST_PHOTOS]
                ],
            }
        )
    return [_worded("name", Section(section)) | {"lines": lines} for section, lines in by_section.items()]


def _worded(key: str, choice: Any) -> dict[str, str]:
    """A choice in both languages, frozen as read then."""
    with override("zh-hans"):
        chinese = str(choice.label)
    with override("en"):
        english = str(choice.label)
    return {key: chinese, f"{key}_en": english}


def _address(file: Attachment) -> str:
    return f"picture:{file.pk}"


def report_pictures(facts: Mapping[str, Any]) -> dict[str, bytes]:
    """The pictures that the facts name, small enough for paper."""
    named = list(facts.get("signatures", {}).values())
    for section in facts.get("sections", ()):
        named += [photo["address"] for line in section["lines"] for photo in line["photos"]]
    keys = {int(address.partition(":")[2]): address for address in named}
    found = {}
    for file in Attachment.objects.filter(pk__in=keys):
        with file.thumbnail.open("rb") as opened:
            found[keys[file.pk]] = opened.read()
    return found


def issue_inspection_report(visit: SiteInspection, *, actor: Any | None) -> Document:
    """The report stands with its facts as recorded; its PDF is made on first view."""
    return issue_document(REPORT, subject=visit, number=visit.number, facts=report_facts(visit), actor=actor)


def report_of(visit: SiteInspection) -> Document | None:
    """The report issued of the visit."""
    return documents_of(visit, REPORT).first()

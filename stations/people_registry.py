"""People, tools and the training center make themselves known: titles, messages, documents, checks."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import registries
from portal.core.events import subscribe
from portal.core.timeline import title
from stations import gaps, skill_documents
from stations.models import SkillLevel
from stations.models.products import in_language

TITLES: dict[str, str | Promise] = {
    "user.invitation_revoked": _("Invitation link revoked"),
    "membership.reactivated": _("Membership taken up again"),
    "membership.role_changed": _("Role changed"),
    "station.technician_retired": _("Technician no longer at work"),
    "station.technician_reinstated": _("Technician at work again"),
    "station.technician_rated": _("Technician rated"),
    "station.technician_transferred": _("Technician moved to another station"),
    "station.certificate_revoked": _("Skill certificate revoked"),
    "skillcertificate.document_issued": _("Skill certificate issued"),
    "techniciantransfer.asked": _("Transfer asked for"),
    "techniciantransfer.approved": _("Transfer approved"),
    "techniciantransfer.refused": _("Transfer refused"),
    "techniciantransfer.withdrawn": _("Transfer withdrawn"),
    "equipment.registered": _("Equipment registered"),
    "equipment.calibrated": _("Equipment calibrated"),
    "equipment.in_use": _("Equipment back in use"),
    "equipment.in_repair": _("Equipment sent for repair"),
    "equipment.lost": _("Equipment lost"),
    "equipment.retired": _("Equipment retired"),
    "equipment.returned": _("Equipment returned to headquarters"),
    "course.question_added": _("Question added"),
    "course.question_changed": _("Question changed"),
    "material.published": _("Course material published"),
    "trainingsession.planned": _("Training session planned"),
    "trainingsession.changed": _("Training session changed"),
    "trainingsession.open": _("Enrollment opened"),
    "trainingsession.held": _("Training session held"),
    "trainingsession.cancelled": _("Training session cancelled"),
    "enrollment.made": _("Technician enrolled"),
    "enrollment.confirmed": _("Seat confirmed"),
    "enrollment.attended": _("Attended"),
    "enrollment.absent": _("Absent"),
    "enrollment.cancelled": _("Enrollment cancelled"),
    "examattempt.started": _("Exam started"),
    "examattempt.submitted": _("Paper handed in"),
    "examattempt.passed": _("Exam passed"),
    "examattempt.failed": _("Exam not passed"),
}


def _named(facts: Mapping[str, Any], key: str) -> str:
    return in_language(str(facts.get(key, "")), str(facts.get(f"{key}_en", "")))


def _certificate(text: str | Promise) -> registries.Wording:
    def say(facts: Mapping[str, Any]) -> str:
        level = str(SkillLevel(facts["level"]).label) if facts.get("level") else ""
        return str(text) % {**facts, "family": _named(facts, "family"), "level": level}

    return say


def _course(text: str | Promise) -> registries.Wording:
    def say(facts: Mapping[str, Any]) -> str:
        return str(text) % {**facts, "course": _named(facts, "course")}

    return say


def _calibration(facts: Mapping[str, Any]) -> str:
    values = {**facts, "item": _named(facts, "item")}
    if facts.get("days", 0) <= 0:
        return gettext("Calibration of %(item)s %(serial)s is overdue since %(day)s.") % values
    return gettext("Calibration of %(item)s %(serial)s is due on %(day)s.") % values


NOTICES: dict[str, registries.Wording] = {
    "certificate.ending": _certificate(
        _("%(technician)s: the certificate %(family)s, %(level)s ends on %(day)s, in %(days)s days.")
    ),
    "certificate.revoked": _certificate(
        _("%(technician)s: the certificate %(family)s, %(level)s was revoked. Reason: %(reason)s")
    ),
    "calibration.due": _calibration,
    "transfer.approved": _("The transfer of %(technician)s from %(from)s to %(to)s was approved."),
    "transfer.refused": _("The transfer of %(technician)s was refused. Reason: %(reason)s"),
    "material.published": _course(_("New course material: %(course)s, version %(version)s.")),
    "material.not_opened": _course(_("Course material not opened yet: %(course)s, version %(version)s.")),
    "enrollment.confirmed": _course(_("%(technician)s has a seat: %(course)s, %(starts_at)s, %(room)s (%(session)s).")),
    "enrollment.session_cancelled": _course(
        _("Cancelled: %(course)s, %(starts_at)s (%(session)s), for %(technician)s.")
    ),
    "exam.passed": _course(_("Exam passed: %(course)s, %(percent)s%%.")),
    "exam.failed": _course(_("Exam not passed: %(course)s, %(percent)s%%.")),
}


CHANGES_NEEDS = ("contract.signed", "contract.renewed", "station.graded", "station.active", "station.terminated")


def register() -> None:
    """Called in AppConfig.ready()."""
    for kind, text in TITLES.items():
        title(kind, text)
    registries.notices.update(NOTICES)
    registries.check_books("gaps of stations", gaps.check_gaps)
    for kind in CHANGES_NEEDS:
        subscribe(kind, "stations.follow_needs")
    skill_documents.register()

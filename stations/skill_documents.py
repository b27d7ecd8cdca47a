"""The skill certificate on paper: its frozen facts, and whether it still holds. Not here: who may have one (people)."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.documents import Standing, document_kind, issue_document
from portal.core.models.documents import Document
from stations.models import SkillCertificate, SkillLevel

SKILL_CERTIFICATE = "skill_certificate"


def register() -> None:
    """Called in AppConfig.ready()."""
    document_kind(
        SKILL_CERTIFICATE,
        template="pdf/skill_certificate.html",
        title=_("Skill certificate"),
        public=[
            ("technician", _("Technician")),
            ("family", _("Product family")),
            ("level_text", _("Level")),
            ("valid_from", _("Valid from")),
            ("valid_to", _("Valid until (not included)")),
        ],
        bilingual=True,
        standing=certificate_today,
    )


def skill_certificate_facts(certificate: SkillCertificate) -> dict[str, Any]:
    """What the skill certificate says for ever, as texts in both languages."""
    technician, family = certificate.technician, certificate.family
    level = SkillLevel(certificate.level).label
    words = {}
    for language, suffix in (("zh-hans", ""), ("en", "_en")):
        with translation.override(language):
            words[f"level_text{suffix}"] = str(level)
    return words | {
        "technician": technician.name,
        "station": technician.station.name,
        "station_en": technician.station.name_en,
        "station_code": technician.station.code,
        "family": family.name,
        "family_en": family.name_en,
        "source": certificate.source,
        "valid_from": certificate.valid_from.isoformat(),
        "valid_to": certificate.valid_to.isoformat(),
    }


def issue_skill_certificate(certificate: SkillCertificate, *, actor: Any) -> Document:
    """The certificate's document stands; its PDF is made on first view, in the reader's language."""
    facts = skill_certificate_facts(certificate)
    return issue_document(
        SKILL_CERTIFICATE, subject=certificate, number=certificate.number or "", facts=facts, actor=actor
    )


def certificate_today(row: Document) -> Standing | None:
    """Whether the certificate still holds on the day somebody looks: genuine for ever, valid not."""
    certificate = SkillCertificate.objects.filter(pk=row.subject_id).first()
    if certificate is None:
        return None
    if certificate.revoked_on is not None:
        return Standing("bad", _("Revoked"), _("The certificate was revoked."))
    if certificate.valid_on(clock.today()):
        return Standing("good", _("Valid today"), _("The technician may work on this product family today."))
    return Standing("bad", _("Not valid today"), _("The certificate is not in force today."))


def papers_of(certificates: Sequence[SkillCertificate]) -> dict[int, Document]:
    """Each certificate's document, by the certificate's key; one query."""
    rows = Document.objects.filter(
        kind=SKILL_CERTIFICATE,
        subject_type=SkillCertificate._meta.label_lower,
        subject_id__in=[certificate.pk for certificate in certificates],
    )
    return {row.subject_id: row for row in rows}

"""The authorization certificate: its frozen facts and its kind. Not here: who may have one (onboarding)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.documents import document_kind, documents_of, issue_document
from portal.core.models.documents import Document
from stations.models import Contract

CERTIFICATE = "authorization_certificate"


def register() -> None:
    """The kinds of documents that stations issue. Called in AppConfig.ready()."""
    document_kind(
        CERTIFICATE,
        template="pdf/authorization_certificate.html",
        title=_("Authorization certificate"),
        public=[
            ("station", _("Station")),
            ("company", _("Company")),
            ("valid_from", _("Valid from")),
            ("valid_to", _("Valid until (not included)")),
        ],
    )


def certificate_facts(contract: Contract) -> dict[str, Any]:
    """What the certificate says for ever, as texts."""
    station = contract.station
    return {
        "station": station.name,
        "station_en": station.name_en,
        "station_code": station.code,
        "company": station.dealer.name,
        "license_number": station.dealer.license_number,
        "principal": station.dealer.principal.name if station.dealer.principal else "",
        "center": station.center.name,
        "region": station.center.region.name,
        "address": station.address,
        "signatory": contract.signatory,
        "signed_by": str(contract.signed_by),
        "signed_on": contract.signed_on.isoformat(),
        "valid_from": contract.valid_from.isoformat(),
        "valid_to": contract.valid_to.isoformat(),
    }


def issue_certificate(contract: Contract, *, actor: Any) -> Document:
    """The certificate stands with its facts as signed; its PDF is made on first view."""
    facts = certificate_facts(contract)
    return issue_document(CERTIFICATE, subject=contract, number=contract.number, facts=facts, actor=actor)


def certificate_of(contract: Contract) -> Document | None:
    """The certificate issued with the contract."""
    return documents_of(contract, CERTIFICATE).first()

"""All tables of the network, one file a topic."""

from stations.models.applications import (
    ApplicationDocument,
    ApplicationInvitation,
    DocumentType,
    RequiredDocument,
    StationApplication,
)
from stations.models.contracts import Contract
from stations.models.dealer_account import AccountEntry, DealerAccount, Leg
from stations.models.inspections import (
    InspectionAnswer,
    InspectionItem,
    InspectionOutcome,
    InspectionTemplate,
    RectificationOrder,
    SiteInspection,
)
from stations.models.network import (
    Dealer,
    GradeLetter,
    OperationCenter,
    Region,
    Station,
    StationGrade,
    StationKind,
    TaxpayerType,
)
from stations.models.people import Membership, SkillCertificate, SkillLevel, Technician
from stations.models.products import Brand, ProductFamily, ProductModel
from stations.states import ApplicationStatus, RectificationStatus, StationStatus

__all__ = [
    "AccountEntry",
    "ApplicationDocument",
    "ApplicationInvitation",
    "ApplicationStatus",
    "Brand",
    "Contract",
    "Dealer",
    "DealerAccount",
    "DocumentType",
    "GradeLetter",
    "InspectionAnswer",
    "InspectionItem",
    "InspectionOutcome",
    "InspectionTemplate",
    "Leg",
    "Membership",
    "OperationCenter",
    "ProductFamily",
    "ProductModel",
    "RectificationOrder",
    "RectificationStatus",
    "Region",
    "RequiredDocument",
    "SiteInspection",
    "SkillCertificate",
    "SkillLevel",
    "Station",
    "StationApplication",
    "StationGrade",
    "StationKind",
    "StationStatus",
    "TaxpayerType",
    "Technician",
]

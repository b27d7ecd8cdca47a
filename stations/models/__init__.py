"""All tables of the network, one file a topic."""

from stations.models.applications import (
    ApplicationDocument,
    ApplicationInvitation,
    DocumentType,
    RequiredDocument,
    StationApplication,
)
from stations.models.contracts import Contract
from stations.models.coverage import ClosedDays, HoursKind, ServiceArea, StationHours, Weekday
from stations.models.dealer_account import AccountEntry, DealerAccount, Leg
from stations.models.duties import DealerClass, DealerDuty
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
from stations.models.recruiting import CandidateContact, CandidateOutlet, LostReason, NegotiationEntry, TalkChannel
from stations.states import ApplicationStatus, CandidateStatus, RectificationStatus, StationStatus

__all__ = [
    "AccountEntry",
    "ApplicationDocument",
    "ApplicationInvitation",
    "ApplicationStatus",
    "Brand",
    "CandidateContact",
    "CandidateOutlet",
    "CandidateStatus",
    "ClosedDays",
    "Contract",
    "Dealer",
    "DealerAccount",
    "DealerClass",
    "DealerDuty",
    "DocumentType",
    "GradeLetter",
    "HoursKind",
    "InspectionAnswer",
    "InspectionItem",
    "InspectionOutcome",
    "InspectionTemplate",
    "Leg",
    "LostReason",
    "Membership",
    "NegotiationEntry",
    "OperationCenter",
    "ProductFamily",
    "ProductModel",
    "RectificationOrder",
    "RectificationStatus",
    "Region",
    "RequiredDocument",
    "ServiceArea",
    "SiteInspection",
    "SkillCertificate",
    "SkillLevel",
    "Station",
    "StationApplication",
    "StationGrade",
    "StationHours",
    "StationKind",
    "StationStatus",
    "TalkChannel",
    "TaxpayerType",
    "Technician",
    "Weekday",
]

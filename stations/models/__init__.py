"""All tables of the network, one file a topic."""

from stations.models.applications import (
    ApplicationDocument,
    ApplicationInvitation,
    DocumentType,
    RequiredDocument,
    StationApplication,
)
from stations.models.contracts import Contract, ContractAlarm, Renewal
from stations.models.coverage import ClosedDays, HoursKind, ServiceArea, StationHours, Weekday
from stations.models.dealer_account import AccountEntry, AccountStatement, DealerAccount, Leg
from stations.models.duties import DealerClass, DealerDuty
from stations.models.inspections import (
    InspectionAnswer,
    InspectionItem,
    InspectionOutcome,
    InspectionTemplate,
    RectificationOrder,
    SiteInspection,
)
from stations.models.lifecycle import ExitItem, StationExit, StationSuspension
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
from stations.states import (
    ApplicationStatus,
    CandidateStatus,
    ExitItemStatus,
    ExitStatus,
    RectificationStatus,
    RenewalStatus,
    StationStatus,
)

__all__ = [
    "AccountEntry",
    "AccountStatement",
    "ApplicationDocument",
    "ApplicationInvitation",
    "ApplicationStatus",
    "Brand",
    "CandidateContact",
    "CandidateOutlet",
    "CandidateStatus",
    "ClosedDays",
    "Contract",
    "ContractAlarm",
    "Dealer",
    "DealerAccount",
    "DealerClass",
    "DealerDuty",
    "DocumentType",
    "ExitItem",
    "ExitItemStatus",
    "ExitStatus",
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
    "Renewal",
    "RenewalStatus",
    "RequiredDocument",
    "ServiceArea",
    "SiteInspection",
    "SkillCertificate",
    "SkillLevel",
    "Station",
    "StationApplication",
    "StationExit",
    "StationGrade",
    "StationHours",
    "StationKind",
    "StationStatus",
    "StationSuspension",
    "TalkChannel",
    "TaxpayerType",
    "Technician",
    "Weekday",
]

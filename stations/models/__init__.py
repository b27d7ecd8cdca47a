"""All tables of the network, one file a topic."""

from stations.models.application_lists import ApplicationEquipment, ApplicationPerson, PersonRole
from stations.models.applications import (
    ApplicationDocument,
    ApplicationInvitation,
    DocumentType,
    RequiredDocument,
    StationApplication,
    WantedGrade,
)
from stations.models.contracts import Contract, ContractAlarm, Renewal
from stations.models.coverage import ClosedDays, HoursKind, ServiceArea, StationHours, Weekday
from stations.models.dealer_account import AccountEntry, AccountStatement, DealerAccount, Leg
from stations.models.duties import DealerClass, DealerDuty
from stations.models.inspection_templates import InspectionItem, InspectionTemplate, Section, VisitPurpose
from stations.models.inspections import InspectionAnswer, InspectionOutcome, InspectionPhoto, SiteInspection
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
from stations.models.rectifications import RectificationFinding, RectificationOrder, VerifiedBy
from stations.states import (
    ApplicationStatus,
    CandidateStatus,
    ExitItemStatus,
    ExitStatus,
    FindingStatus,
    RectificationStatus,
    RenewalStatus,
    StationStatus,
    TemplateStatus,
    VisitStatus,
)

__all__ = [
    "AccountEntry",
    "AccountStatement",
    "ApplicationDocument",
    "ApplicationEquipment",
    "ApplicationInvitation",
    "ApplicationPerson",
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
    "FindingStatus",
    "GradeLetter",
    "HoursKind",
    "InspectionAnswer",
    "InspectionItem",
    "InspectionOutcome",
    "InspectionPhoto",
    "InspectionTemplate",
    "Leg",
    "LostReason",
    "Membership",
    "NegotiationEntry",
    "OperationCenter",
    "PersonRole",
    "ProductFamily",
    "ProductModel",
    "RectificationFinding",
    "RectificationOrder",
    "RectificationStatus",
    "Region",
    "Renewal",
    "RenewalStatus",
    "RequiredDocument",
    "Section",
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
    "TemplateStatus",
    "VerifiedBy",
    "VisitPurpose",
    "VisitStatus",
    "WantedGrade",
    "Weekday",
]

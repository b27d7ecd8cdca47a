"""All tables of warranty, one file a topic."""

from warranty.audit_states import RegionAuditStatus
from warranty.authorization_states import AuthorizationStatus
from warranty.campaign_states import CampaignStatus, GoodwillStatus, UnitStage
from warranty.fine_states import FineStatus
from warranty.master_states import MasterStatus
from warranty.models.appeals import Appeal, AppealLine
from warranty.models.appraisal_tests import AppraisalTest
from warranty.models.audits import LimitFallback, RegionAudit, SampleAudit
from warranty.models.authorizations import AuthorizedLine, PriorAuthorization
from warranty.models.campaigns import Campaign, CampaignKind, CampaignScope, CampaignUnit, ScopeWay
from warranty.models.chargebacks import CLEARED, CREDITS, REROUTED, Chargeback, ChargebackLine
from warranty.models.claim_lines import CHARGEABLE, PAID, ClaimLine, LineKind, Payer, Remedy
from warranty.models.claim_records import ClaimDecision, ClaimQuestion, ClaimVersion
from warranty.models.claim_reports import ClaimReport
from warranty.models.claims import CauseClass, Route, WarrantyClaim
from warranty.models.corrections import CorrectionEffect, RegistrationCorrection
from warranty.models.disputes import DisputeAct, DisputeEntry
from warranty.models.draft_answers import AnswerDecision, DraftAnswer
from warranty.models.extra_pieces import ExtraPiece
from warranty.models.failed_parts import (
    Appraisal,
    Condition,
    CustodyEntry,
    FailedPart,
    PartBox,
    QualityHold,
    ReturnReason,
    Verdict,
)
from warranty.models.fines import StationFine
from warranty.models.fleet import FleetCount
from warranty.models.further_tests import FurtherTest
from warranty.models.grants import (
    ExtendedContract,
    ExtendedPayer,
    GoodwillAuthority,
    GoodwillAuthorization,
    GoodwillBudget,
)
from warranty.models.peers import StationClaimRate, StationModelCost
from warranty.models.piece_shipments import PieceShipment
from warranty.models.policies import PolicyLevel, PolicyMonths, WarrantyPolicy
from warranty.models.rates import LaborRate, TravelRate
from warranty.models.reasons import OF_LINES, ReasonCode, ReasonUse
from warranty.models.recovery import RecoveryCase, SupplierAgreement
from warranty.models.registration import UnitRegistration
from warranty.models.replays import ReplayDifference, ReplayRun
from warranty.models.reviews import ClaimReview, DeskPresence, LineHold
from warranty.models.settlement import (
    ClosedMonth,
    ItemKind,
    SettlementItem,
    Statement,
    StatementLine,
    StatementTaxGroup,
)
from warranty.models.shared_pictures import SharedPicture
from warranty.models.supplier_money import GivenAs, RecoveryEntry, SupplierRepayment
from warranty.models.terms import ExclusionCause, GuaranteeTerms
from warranty.states import (
    AppealStatus,
    ClaimStatus,
    CorrectionStatus,
    ExtendedStatus,
    PolicyStatus,
    RegistrationStatus,
)

__all__ = [
    "CHARGEABLE",
    "CLEARED",
    "CREDITS",
    "OF_LINES",
    "PAID",
    "REROUTED",
    "AnswerDecision",
    "Appeal",
    "AppealLine",
    "AppealStatus",
    "Appraisal",
    "AppraisalTest",
    "AuthorizationStatus",
    "AuthorizedLine",
    "Campaign",
    "CampaignKind",
    "CampaignScope",
    "CampaignStatus",
    "CampaignUnit",
    "CauseClass",
    "Chargeback",
    "ChargebackLine",
    "ClaimDecision",
    "ClaimLine",
    "ClaimQuestion",
    "ClaimReport",
    "ClaimReview",
    "ClaimStatus",
    "ClaimVersion",
    "ClosedMonth",
    "Condition",
    "CorrectionEffect",
    "CorrectionStatus",
    "CustodyEntry",
    "DeskPresence",
    "DisputeAct",
    "DisputeEntry",
    "DraftAnswer",
    "ExclusionCause",
    "ExtendedContract",
    "ExtendedPayer",
    "ExtendedStatus",
    "ExtraPiece",
    "FailedPart",
    "FineStatus",
    "FleetCount",
    "FurtherTest",
    "GivenAs",
    "GoodwillAuthority",
    "GoodwillAuthorization",
    "GoodwillBudget",
    "GoodwillStatus",
    "GuaranteeTerms",
    "ItemKind",
    "LaborRate",
    "LimitFallback",
    "LineHold",
    "LineKind",
    "MasterStatus",
    "PartBox",
    "Payer",
    "PieceShipment",
    "PolicyLevel",
    "PolicyMonths",
    "PolicyStatus",
    "PriorAuthorization",
    "QualityHold",
    "ReasonCode",
    "ReasonUse",
    "RecoveryCase",
    "RecoveryEntry",
    "RegionAudit",
    "RegionAuditStatus",
    "RegistrationCorrection",
    "RegistrationStatus",
    "Remedy",
    "ReplayDifference",
    "ReplayRun",
    "ReturnReason",
    "Route",
    "SampleAudit",
    "ScopeWay",
    "SettlementItem",
    "SharedPicture",
    "Statement",
    "StatementLine",
    "StatementTaxGroup",
    "StationClaimRate",
    "StationFine",
    "StationModelCost",
    "SupplierAgreement",
    "SupplierRepayment",
    "TravelRate",
    "UnitRegistration",
    "UnitStage",
    "Verdict",
    "WarrantyClaim",
    "WarrantyPolicy",
]

"""All tables of warranty, one file a topic."""

from warranty.models.claim_lines import ClaimLine, LineKind, Payer, Remedy
from warranty.models.claim_records import ClaimDecision, ClaimQuestion, ClaimVersion
from warranty.models.claims import CauseClass, Route, WarrantyClaim
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
from warranty.models.policies import (
    Campaign,
    CampaignUnit,
    GoodwillAuthorization,
    LaborRate,
    PolicyLevel,
    PolicyMonths,
    ReasonCode,
    TravelRate,
    WarrantyPolicy,
)
from warranty.models.recovery import (
    Chargeback,
    ChargebackLine,
    RecoveryCase,
    RecoveryEntry,
    SupplierAgreement,
)
from warranty.models.registration import UnitRegistration
from warranty.models.settlement import (
    ClosedMonth,
    ItemKind,
    SettlementItem,
    Statement,
    StatementLine,
    StatementTaxGroup,
)
from warranty.states import ClaimStatus, RegistrationStatus

__all__ = [
    "Appraisal",
    "Campaign",
    "CampaignUnit",
    "CauseClass",
    "Chargeback",
    "ChargebackLine",
    "ClaimDecision",
    "ClaimLine",
    "ClaimQuestion",
    "ClaimStatus",
    "ClaimVersion",
    "ClosedMonth",
    "Condition",
    "CustodyEntry",
    "FailedPart",
    "GoodwillAuthorization",
    "ItemKind",
    "LaborRate",
    "LineKind",
    "PartBox",
    "Payer",
    "PolicyLevel",
    "PolicyMonths",
    "QualityHold",
    "ReasonCode",
    "RecoveryCase",
    "RecoveryEntry",
    "RegistrationStatus",
    "Remedy",
    "ReturnReason",
    "Route",
    "SettlementItem",
    "Statement",
    "StatementLine",
    "StatementTaxGroup",
    "SupplierAgreement",
    "TravelRate",
    "UnitRegistration",
    "Verdict",
    "WarrantyClaim",
    "WarrantyPolicy",
]

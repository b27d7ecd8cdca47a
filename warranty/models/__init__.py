"""All tables of warranty, one file a topic."""

from warranty.models.claims import (
    CauseClass,
    ClaimDecision,
    ClaimLine,
    ClaimQuestion,
    ClaimVersion,
    LineKind,
    Payer,
    Remedy,
    Route,
    WarrantyClaim,
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
from warranty.models.registration import UnitRegistration
from warranty.states import ClaimStatus, RegistrationStatus

__all__ = [
    "Campaign",
    "CampaignUnit",
    "CauseClass",
    "ClaimDecision",
    "ClaimLine",
    "ClaimQuestion",
    "ClaimStatus",
    "ClaimVersion",
    "GoodwillAuthorization",
    "LaborRate",
    "LineKind",
    "Payer",
    "PolicyLevel",
    "PolicyMonths",
    "ReasonCode",
    "RegistrationStatus",
    "Remedy",
    "Route",
    "TravelRate",
    "UnitRegistration",
    "WarrantyClaim",
    "WarrantyPolicy",
]

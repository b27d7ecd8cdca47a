"""Is this part of this unit covered on that day, and why: the ordered tests of rules.md 3.3, as a pure function.

Not here: reading the facts (warranty.facts), prices (pricing), what becomes of the claim (adjudication).
"""

from warranty.coverage.advice import Guarantee, advice
from warranty.coverage.dates import choose_policy, repair_days, start_of
from warranty.coverage.facts import (
    EXCLUDED_AS_DELIVERED,
    CampaignFact,
    ExtensionFact,
    Facts,
    GoodwillFact,
    PieceFact,
    PolicyFact,
    RegistrationFact,
    RepairFact,
    Serial,
    Settings,
)
from warranty.coverage.judging import KINDS, Test, Verdict, judge
from warranty.coverage.turning import Turn, turns

__all__ = [
    "EXCLUDED_AS_DELIVERED",
    "KINDS",
    "CampaignFact",
    "ExtensionFact",
    "Facts",
    "GoodwillFact",
    "Guarantee",
    "PieceFact",
    "PolicyFact",
    "RegistrationFact",
    "RepairFact",
    "Serial",
    "Settings",
    "Test",
    "Turn",
    "Verdict",
    "advice",
    "choose_policy",
    "judge",
    "repair_days",
    "start_of",
    "turns",
]

"""What the coverage of one failed part may depend on, as plain values. Not here: reading them (warranty.facts)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Serial:
    """What we know of the unit: in our files, its status, and whether the claimed model is the one on file."""

    known: bool
    status: str = "active"
    model_agrees: bool = True


@dataclass(frozen=True, slots=True)
class CampaignFact:
    """A recall or service action as it stands for this serial; open when valid_from <= repair day < valid_to."""

    id: str
    valid_from: date
    valid_to: date | None
    in_scope: bool
    op_codes: tuple[str, ...]
    used: bool = False


@dataclass(frozen=True, slots=True)
class RegistrationFact:
    """The sale as registered: the start is the sale day, not the day it was filed (C01)."""

    sale_date: date
    filed_on: date
    approved: bool


@dataclass(frozen=True, slots=True)
class PolicyFact:
    """Months per part class for sales in [valid_from, valid_to)."""

    id: str
    level: str
    valid_from: date
    valid_to: date | None
    months: Mapping[str, int]
    usage_limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RepairFact:
    """An earlier repair, from the request of the part to the hand-back; both days may extend the cover."""

    part_requested: date
    handed_back: date | None


@dataclass(frozen=True, slots=True)
class PieceFact:
    """The failed piece was itself fitted on a claim or sold as a part: it carries cover of its own."""

    source: str
    paid: bool
    fitted_on: date
    own_months: int
    labor_flag: bool = False


@dataclass(frozen=True, slots=True)
class GoodwillFact:
    """An authorization, good through its expiry day; a kind that shares does not name has share 0."""

    expires_on: date
    shares: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class ExtensionFact:
    """An extended-warranty contract: months on top for the classes it names, bought by the failure day."""

    id: str
    bought_on: date
    months: int
    part_classes: tuple[str, ...]
    payer: str = ""


EXCLUDED_AS_DELIVERED = (  # what was excluded before headquarters kept a list: claims stored then are judged by it
    "accident", "disaster", "misuse", "transport", "unauthorised_change", "unauthorized_change",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """The dated parameters that the tests use."""

    registration_days: int = 30
    ship_grace_days: int = 90
    core_months: int = 12
    piece_months: int = 6


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the verdict may depend on, for one failed part. excluded_causes: codes in force on the failure day."""

    serial: Serial
    failure_day: date
    repair_day: date
    part_class: str
    remedy: str
    cause: str = ""
    op_code: str = ""
    campaigns: Sequence[CampaignFact] = ()
    registration: RegistrationFact | None = None
    invoice_date: date | None = None
    ship_date: date | None = None
    policies: Sequence[PolicyFact] = ()
    repairs: Sequence[RepairFact] = ()
    usage: Decimal | None = None
    earlier_usage: Sequence[Decimal] = ()
    piece: PieceFact | None = None
    goodwill: GoodwillFact | None = None
    extensions: Sequence[ExtensionFact] = ()
    settings: Settings = field(default_factory=Settings)
    excluded_causes: tuple[str, ...] = EXCLUDED_AS_DELIVERED

"""The business parameters of parts, with their defaults."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from portal.core.parameters import declare

PRICE_FACTORS = "parts.price_factors"

declare(
    PRICE_FACTORS,
    kind="json",
    default={
        "grade": {"A": "0.70", "B": "0.75", "C": "0.80", "probation": "0.80", "D": "0.85"},
        "order_kind": {"machine_down": "1.00", "stock": "1.00", "campaign": "1.00", "warranty_replacement": "0.00"},
    },
    label=_("What a station pays: share of the national price by grade and by order kind"),
    group=_("Parts"),
)
declare(
    "parts.receiving_days",
    kind="integer",
    default=3,
    low=1,
    high=30,
    unit="d",
    label=_("Working days within which a station reports differences of a shipment"),
    group=_("Parts"),
)
declare(
    "parts.over_receipt_percent",
    kind="decimal",
    default=Decimal(5),
    low=0,
    high=100,
    unit="%",
    label=_("How much more than ordered a supplier may deliver; beyond that the receipt is refused"),
    group=_("Purchasing"),
)
declare(
    "parts.measured_lead_receipts",
    kind="integer",
    default=3,
    low=2,
    high=100,
    label=_("Receipts from which a supplier's measured delivery time replaces the agreed one"),
    group=_("Purchasing"),
)
declare(
    "parts.default_lead_days",
    kind="integer",
    default=21,
    low=1,
    high=365,
    unit="d",
    label=_("Delivery time of a part without a supplier"),
    group=_("Purchasing"),
)
declare(
    "parts.service_factors",
    kind="json",
    default={"A": "1.645", "B": "1.282", "C": "1.036"},
    label=_("Factor z of the service level by ABC class (1.645 is 95 %, 1.282 is 90 %, 1.036 is 85 %)"),
    group=_("Planning"),
)
declare(
    "parts.planning_months",
    kind="integer",
    default=24,
    low=12,
    high=36,
    label=_("Months of history that planning looks at"),
    group=_("Planning"),
)
declare(
    "parts.planning_min_months",
    kind="integer",
    default=6,
    low=1,
    high=12,
    label=_("Months of history below which the minimum set by hand holds"),
    group=_("Planning"),
)
declare(
    "parts.review_days",
    kind="integer",
    default=30,
    low=1,
    high=180,
    unit="d",
    label=_("Days that an order covers beyond the reorder point, and until the next planning run"),
    group=_("Planning"),
)
declare(
    "parts.croston_alpha",
    kind="decimal",
    default=Decimal("0.1"),
    low=Decimal("0.01"),
    high=Decimal("0.5"),
    label=_("Smoothing α of the forecast of intermittent demand (Croston–SBA)"),
    group=_("Planning"),
)
declare(
    "parts.holding_rate_percent",
    kind="decimal",
    default=Decimal(20),
    low=0,
    high=100,
    unit="%",
    label=_("Cost of holding stock, per year of its value"),
    group=_("Planning"),
)
declare(
    "parts.station_lead",
    kind="json",
    default={"days": "3", "sd_days": "1", "review_days": "7"},
    label=_("Delivery time from headquarters to a station, its spread, and how often a station orders (days)"),
    group=_("Planning"),
)
declare(
    "parts.slow_mover_days",
    kind="integer",
    default=180,
    low=30,
    high=3650,
    unit="d",
    label=_("Days without an issue from which stock counts as slow moving"),
    group=_("Planning"),
)

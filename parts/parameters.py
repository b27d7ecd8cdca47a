"""The business parameters of parts, with their defaults."""

from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.parameters import declare
from stations.models.products import ServiceTier

type Text = str | Promise

PRICE_FACTORS: Final = "parts.price_factors"
PARTS, PURCHASING, PLANNING, COUNTING = _("Parts"), _("Purchasing"), _("Planning"), _("Stock counts")


def _whole(key: str, default: int, low: int, high: int, label: Text, group: Text = PLANNING, unit: str = "") -> None:
    declare(key, kind="integer", default=default, low=low, high=high, unit=unit, label=label, group=group)


def _days(key: str, default: int, low: int, high: int, label: Text, group: Text = PLANNING) -> None:
    _whole(key, default, low, high, label, group, unit="d")


def _percent(key: str, default: int, label: Text, group: Text = PLANNING) -> None:
    declare(key, default=Decimal(default), low=0, high=100, unit="%", label=label, group=group)


def _table(key: str, default: dict[str, object], label: Text, group: Text = PLANNING, *, money: bool = False) -> None:
    declare(key, kind="json", default=default, label=label, group=group, moves_money=money)


_table(
    PRICE_FACTORS,
    {
        "grade": {"A": "0.70", "B": "0.75", "C": "0.80", "probation": "0.80", "D": "0.85"},
        "order_kind": {"machine_down": "1.00", "stock": "1.00", "campaign": "1.00", "warranty_replacement": "0.00"},
    },
    _("What a station pays: share of the national price by grade and by order kind"),
    PARTS,
    money=True,
)
_days(
    "parts.receiving_days", 3, 1, 30, _("Working days within which a station reports differences of a shipment"), PARTS
)
_days("parts.allocation_days", 14, 1, 90, _("Days after which stock set aside and not picked is free again"), PARTS)
_days("parts.case_answer_days", 3, 1, 30, _("Working days within which headquarters decides a receiving case"), PARTS)
_days("parts.case_return_days", 5, 1, 60, _("Working days within which a station sends decided goods back"), PARTS)
declare(
    "parts.case_credit_limit",
    default=Decimal(2_000),
    low=0,
    high=9_999_999,
    unit="CNY",
    label=_("Credit of a receiving case above which finance confirms it"),
    group=PARTS,
)
declare(
    "parts.case_second_person_above",
    default=Decimal(1_000),
    low=0,
    high=9_999_999,
    unit="CNY",
    label=_("Credit of a receiving case above which whoever sent the parcel does not decide it"),
    group=PARTS,
)
_days("parts.unused_return_days", 30, 1, 365, _("Days after receipt within which unused parts can be sent back"), PARTS)
_percent(
    "parts.unused_return_fee_percent", 10, _("Fee for sending back unused parts, unless the error was ours"), PARTS
)
declare(
    "parts.customer_tax_percent",
    default=Decimal(13),
    low=0,
    high=100,
    unit="%",
    label=_("Value added tax on spare parts that a customer buys"),
    group=PARTS,
    moves_money=True,
)
_percent("parts.price_jump_percent", 50, _("Change of a price in a file above which the preview warns"), PARTS)
_percent(
    "parts.over_receipt_percent",
    5,
    _("How much more than ordered a supplier may deliver; beyond that the receipt is refused"),
    PURCHASING,
)
declare(
    "parts.purchase_second_person_above",
    default=Decimal(20_000),
    low=0,
    high=99_999_999,
    unit="CNY",
    label=_("Value of a purchase order above which another person than who drew it up sends it"),
    group=PURCHASING,
)
_whole(
    "parts.measured_lead_receipts",
    3,
    2,
    100,
    _("Receipts from which a supplier's measured delivery time replaces the agreed one"),
    PURCHASING,
)
_table(
    "parts.count_cycle_days",
    {"A": "30", "B": "90", "C": "180"},
    _("Days after which a part is counted again, by ABC class"),
    COUNTING,
)
_percent(
    "parts.count_tolerance_percent", 2, _("Difference of a count beyond which another person counts again"), COUNTING
)
declare(
    "parts.count_tolerance_value",
    default=Decimal(500),
    low=0,
    high=1_000_000,
    unit="CNY",
    label=_("Value of a count's difference beyond which another person counts again"),
    group=COUNTING,
)
_days("parts.default_lead_days", 21, 1, 365, _("Delivery time of a part without a supplier"), PURCHASING)
_table(
    "parts.service_factors",
    {"A": "1.645", "B": "1.282", "C": "1.036"},
    _("Factor z of the service level by ABC class (1.645 is 95 %, 1.282 is 90 %, 1.036 is 85 %)"),
)
_whole("parts.planning_months", 24, 12, 36, _("Months of history that planning looks at"))
_whole("parts.planning_min_months", 6, 1, 12, _("Months of history below which the minimum set by hand holds"))
_days(
    "parts.review_days",
    30,
    1,
    180,
    _("Days that an order covers beyond the reorder point, and until the next planning run"),
)
declare(
    "parts.croston_alpha",
    default=Decimal("0.1"),
    low=Decimal("0.01"),
    high=Decimal("0.5"),
    label=_("Smoothing α of the forecast of intermittent demand (Croston–SBA)"),
    group=PLANNING,
)
_percent("parts.holding_rate_percent", 20, _("Cost of holding stock, per year of its value"))
_table(
    "parts.station_lead",
    {"days": "3", "sd_days": "1", "review_days": "7"},
    _("Delivery time from headquarters to a station, its spread, and how often a station orders (days)"),
)
_days("parts.slow_mover_days", 180, 30, 3650, _("Days without an issue from which stock counts as slow moving"))

SERVICE_TIERS: Final = _("Parts by service tier")
for _tier, _kept, _hours in ((ServiceTier.EXCEED, 10, 24), (ServiceTier.ABOVE, 0, 48), (ServiceTier.EQUAL, 0, 0)):
    _percent(
        f"parts.tier_kept_percent.{_tier}",
        _kept,
        format_lazy(
            _("{tier}: share of a warehouse's stock that only orders for stopped machines get"), tier=_tier.label
        ),
        SERVICE_TIERS,
    )
    _whole(
        f"parts.tier_kept_pieces.{_tier}",
        0,
        0,
        999_999,
        format_lazy(_("{tier}: at least so many pieces only for stopped machines"), tier=_tier.label),
        SERVICE_TIERS,
    )
    _whole(
        f"parts.tier_hours.{_tier}",
        _hours,
        0,
        999,
        format_lazy(_("{tier}: hours within which parts leave; 0 promises nothing"), tier=_tier.label),
        SERVICE_TIERS,
        unit="h",
    )

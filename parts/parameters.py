"""The business parameters of parts, with their defaults."""

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

"""The service tier of a part and what it grants: pieces kept for stopped machines, hours until it leaves.

Not here: who gets what (allocation). Source: requirement 66.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Final

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from parts.models import Fitment, StockBalance
from portal.core.parameters import param
from stations.models import ServiceTier

ZERO: Final = Decimal(0)
HIGHEST_FIRST: Final = tuple(ServiceTier)


def tiers_of(parts: Iterable[int]) -> dict[int, ServiceTier]:
    """By part, the highest tier of the product families it fits; one that fits none has the lowest. One query."""
    keys = set(parts)
    above = Fitment.objects.filter(part__in=keys).exclude(product_model__family__tier=ServiceTier.EQUAL).order_by()
    found = dict.fromkeys(keys, ServiceTier.EQUAL)
    for part, value in above.values_list("part", "product_model__family__tier").distinct():
        found[part] = min(found[part], ServiceTier(value), key=HIGHEST_FIRST.index)
    return found


def share_kept(on_hand: Decimal, percent: Decimal, pieces: int) -> Decimal:
    """Pure: of so many pieces, those for stopped machines only: whole pieces, the larger of both, never more than there are."""
    share = (on_hand * percent / 100).to_integral_value(rounding=ROUND_CEILING)
    return min(on_hand, max(share, Decimal(pieces)))


def kept_for_stopped_machines(
    places: Iterable[int], parts: Iterable[int], at: datetime | None = None
) -> dict[tuple[int, int], Decimal]:
    """By (warehouse, part), the pieces that ordinary lines leave. At most two queries besides the parameters."""
    of = tiers_of(parts)
    shares = {
        tier: (param(f"parts.tier_kept_percent.{tier}", at), param(f"parts.tier_kept_pieces.{tier}", at))
        for tier in set(of.values())
    }
    bound = [part for part, tier in of.items() if any(shares[tier])]
    if not bound:
        return {}
    keys = [*places]
    here = Q(location__in=keys) | Q(location__parent__in=keys)
    rows = StockBalance.objects.filter(here, part__in=bound, on_hand__gt=0).order_by()
    sums = rows.values_list(Coalesce("location__parent", "location"), "part").annotate(qty=Sum("on_hand"))
    return {(place, part): share_kept(qty, *shares[of[part]]) for place, part, qty in sums}


def promises(parts: Iterable[int], at: datetime | date | None = None) -> dict[int, str]:
    """By part, within how many hours it leaves, in words; parts of a tier that promises nothing are left out. One query."""
    of = tiers_of(parts)
    hours = {tier: param(f"parts.tier_hours.{tier}", at) for tier in set(of.values())}
    return {
        part: gettext("%(tier)s: leaves within %(hours)s hours") % {"tier": tier.label, "hours": hours[tier]}
        for part, tier in of.items()
        if hours[tier]
    }

"""How much to keep and when to order how much: safety stock, reorder point, suggestion. Source: rules.md 3.9, C41."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Days from order to shelf: mean and standard deviation."""

    mean: Decimal
    sd: Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """What there is and what is owed of a part at a place."""

    on_hand: Decimal
    on_order: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    backorder: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """On hand and on order, less what is reserved and owed."""
        return self.on_hand + self.on_order - self.reserved - self.backorder


def whole(value: Decimal) -> int:
    """Rounded up."""
    return int(value.to_integral_value(ROUND_CEILING))


def safety_stock(*, factor: Decimal, demand_mean: Decimal, demand_sd: Decimal, lead: LeadTime) -> int:
    """⌈z · √(L·σd² + d̄²·σL²)⌉ pieces; demand per day. factor: z of the part's class."""
    variance = lead.mean * demand_sd**2 + demand_mean**2 * lead.sd**2
    return whole(factor * variance.sqrt())


def reorder_point(*, demand_mean: Decimal, lead: LeadTime, safety: int) -> Decimal:
    """d̄ · L + SS; compared as it is, shown rounded up."""
    return demand_mean * lead.mean + safety


def suggestion(
    position: Decimal, *, point: Decimal, target: Decimal, pack: Decimal, moq: Decimal = Decimal(0)
) -> Decimal:
    """How many to order, in whole packs and not below the smallest order; 0 above the reorder point or at the target."""
    if position > point or position >= target:
        return Decimal(0)
    return whole(max(target - position, moq) / pack) * pack

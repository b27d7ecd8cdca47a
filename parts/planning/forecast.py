"""What demand looks like and what a period will want: mean, deviation, pattern, Croston–SBA. Source: rules.md 3.9, C28."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from parts import sharing
from parts.sharing import Key

ADI_LIMIT = Decimal("1.32")  # periods between demands from which demand is called intermittent (Syntetos and Boylan)
CV2_LIMIT = Decimal("0.49")  # squared variation of its size from which it is called erratic or lumpy


class Pattern(StrEnum):
    """How demand comes."""

    NONE = "none"
    SMOOTH = "smooth"
    INTERMITTENT = "intermittent"
    ERRATIC = "erratic"
    LUMPY = "lumpy"


@dataclass(frozen=True, slots=True)
class Demand:
    """The figures of a history: adi in periods, cv2 of the sizes, mean and sd (of the population) per period."""

    adi: Decimal | None
    cv2: Decimal
    mean: Decimal
    sd: Decimal

    @property
    def pattern(self) -> Pattern:
        """The four classes, and none without any demand."""
        if self.adi is None:
            return Pattern.NONE
        uneven = self.cv2 >= CV2_LIMIT
        if self.adi >= ADI_LIMIT:
            return Pattern.LUMPY if uneven else Pattern.INTERMITTENT
        return Pattern.ERRATIC if uneven else Pattern.SMOOTH


def describe(history: Sequence[Decimal]) -> Demand:
    """What a history of demands per period, oldest first, looks like."""
    sizes = [qty for qty in history if qty]
    mean, variance = moments(history)
    if not sizes:
        return Demand(None, Decimal(0), mean, Decimal(0))
    size, spread = moments(sizes)
    return Demand(Decimal(len(history)) / len(sizes), spread / size**2, mean, variance.sqrt())


def moments(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """Mean and population variance; both 0 without values."""
    if not values:
        return Decimal(0), Decimal(0)
    mean = sum(values, Decimal(0)) / len(values)
    return mean, sum(((value - mean) ** 2 for value in values), Decimal(0)) / len(values)


def croston_sba(history: Sequence[Decimal], *, alpha: Decimal = Decimal("0.1")) -> Decimal:
    """The forecast per period, (1 − α/2) · z / p; 0 without any demand.

    z, the size, starts with the first demand; p, the interval, with the periods up to and including it. Both are smoothed in
    periods with demand only.
    """
    size = interval = Decimal(0)
    since = 0
    for qty in history:
        since += 1
        if not qty:
            continue
        if not size:
            size, interval = qty, Decimal(since)
        else:
            size += alpha * (qty - size)
            interval += alpha * (since - interval)
        since = 0
    return (1 - alpha / 2) * size / interval if size else Decimal(0)


def forecast(history: Sequence[Decimal], *, alpha: Decimal = Decimal("0.1")) -> Decimal:
    """What a coming period will want: Croston–SBA where demand is intermittent, else the mean."""
    found = describe(history)
    return croston_sba(history, alpha=alpha) if found.adi is not None and found.adi >= ADI_LIMIT else found.mean


def merged(histories: Mapping[Key, Sequence[Decimal]], links: Sequence[sharing.Link]) -> dict[Key, list[Decimal]]:
    """The histories, each added to what its part was superseded by at the end of the chain (a kit gets its pieces' numbers)."""
    found: dict[Key, list[Decimal]] = {}
    for part, history in histories.items():
        for end, ratio in sharing.ends(links, part).items():
            kept = found.setdefault(end, [Decimal(0)] * len(history))
            found[end] = [there + qty * ratio for there, qty in zip(kept, history, strict=True)]
    return found

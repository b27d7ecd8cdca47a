"""What a claim's lines are worth: claimed, allowed, and the rule behind each cut (rules.md 3.2, 3.16 C16-C20).

Here: arithmetic on facts that are already known. Not here: reading rates and prices (adjudication.py), tax (statement).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from portal.core.money import round_money

ZERO, ONE = Decimal("0.00"), Decimal(1)
PAYER_OF_KIND = {
    "diagnosis": "labor",
    "outside": "labor",
    "freight": "part",
    "other": "labor",
}  # coverage answers 3 kinds


@dataclass(frozen=True, slots=True)
class Settings:
    """The dated parameters of a price: uplift 0.10 is 10 %."""

    uplift: Decimal = Decimal("0.10")
    overlap_share: Decimal = Decimal("0.5")
    diagnosis_hours: Decimal = Decimal("0.5")
    travel_factor: Decimal = Decimal("1.3")
    outside_limit: Decimal = Decimal(500)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as claimed. claimed: the station's own amount where it may name one; else it follows from the facts."""

    id: str
    kind: str
    qty: Decimal = ONE
    claimed: Decimal | None = None
    net_price: Decimal = ZERO
    bom_ok: bool = True
    issued: bool = True
    op: str = ""
    hours: Decimal = ZERO
    flat_hours: Decimal = ZERO
    access_group: str = ""
    km: Decimal = ZERO
    amount: Decimal = ZERO
    actual: Decimal | None = None
    invoice: bool = False
    authorized: bool = False
    authorized_amount: Decimal | None = None  # of the grant, where one holds
    pays: bool | None = None  # of this very line, where the parts of a claim are covered differently
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Rates of the station on the repair day, the straight-line distance, and what the coverage pays and shares."""

    hourly_rate: Decimal
    km_rate: Decimal
    free_km: Decimal
    straight_km: Decimal | None = None
    pays: Mapping[str, bool] = field(default_factory=dict)
    share: Mapping[str, Decimal] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its claimed and allowed amount; the codes name the rules that cut it, in the order they did."""

    id: str
    claimed: Decimal
    allowed: Decimal
    codes: tuple[str, ...]

    @property
    def difference(self) -> Decimal:
        return self.claimed - self.allowed


@dataclass(frozen=True, slots=True)
class Price:
    """All lines and their sums; flags send the claim to a person."""

    lines: tuple[PricedLine, ...]
    claimed: Decimal
    allowed: Decimal
    flags: tuple[str, ...]

    @property
    def difference(self) -> Decimal:
        return self.claimed - self.allowed


def price_claim(lines: Sequence[Line], terms: Terms) -> Price:
    """Every line is priced, cut by its caps, then by cover and share; each is rounded, totals are sums of lines."""
    context = _Context(paid_in_full=_paid_in_full(lines), paid_trip=_paid_trip(lines))
    priced = tuple(_price_line(line, terms, context) for line in lines)
    return Price(
        lines=priced,
        claimed=sum((p.claimed for p in priced), ZERO),
        allowed=sum((p.allowed for p in priced), ZERO),
        flags=tuple(dict.fromkeys(_flags(lines, terms))),
    )


@dataclass(frozen=True, slots=True)
class _Context:
    paid_in_full: frozenset[str]
    paid_trip: str | None


def _price_line(line: Line, terms: Terms, context: _Context) -> PricedLine:
    worth, capped, codes = _PRICERS[line.kind](line, terms, context)
    claimed = round_money(worth if line.claimed is None else line.claimed)
    allowed = min(capped, claimed)
    if claimed > worth:
        codes = [*codes, "PRICE"]
    pays, share = _cover_of(line, terms)
    if not pays:
        return PricedLine(line.id, claimed, ZERO, ("NOT_COVERED",) if claimed else ())
    shared = round_money(allowed * share)
    if shared < allowed:
        codes = [*codes, "GOODWILL_SHARE"]
    return PricedLine(line.id, claimed, shared, tuple(codes))


def _cover_of(line: Line, terms: Terms) -> tuple[bool, Decimal]:
    """The line's own cover, else the claim's for its kind, else for the kind whose cover it shares."""
    kind = PAYER_OF_KIND.get(line.kind, line.kind)
    pays = terms.pays.get(line.kind, terms.pays.get(kind, True)) if line.pays is None else line.pays
    share = terms.share.get(line.kind, terms.share.get(kind, ONE)) if line.share is None else line.share
    return pays, share


def _part(line: Line, terms: Terms, context: _Context) -> tuple[Decimal, Decimal, list[str]]:
    worth = round_money(line.qty * line.net_price * (ONE + terms.settings.uplift))  # rounded once (C16)
    codes = [
        code for code, wrong in (("PART_NOT_IN_BOM", not line.bom_ok), ("PART_NOT_ISSUED", not line.issued)) if wrong
    ]
    return worth, ZERO if codes else worth, codes


def _labor(line: Line, terms: Terms, context: _Context) -> tuple[Decimal, Decimal, list[str]]:
    allowed_hours, codes = _allowed_hours(line), []
    if line.hours > allowed_hours:
        codes.append("ELH")
    factor = ONE
    if line.access_group and line.id not in context.paid_in_full:
        factor = terms.settings.overlap_share
        codes.append("OVERLAP")
    return round_money(line.hours * terms.hourly_rate), round_money(allowed_hours * terms.hourly_rate * factor), codes


def _diagnosis(line: Line, terms: Terms, context: _Context) -> tuple[Decimal, Decimal, list[str]]:
    allowed_hours = min(line.hours, terms.settings.diagnosis_hours)
    codes = ["ELH"] if line.hours > allowed_hours else []
    return round_money(line.hours * terms.hourly_rate), round_money(allowed_hours * terms.hourly_rate), codes


def _travel(line: Line, terms: Terms, context: _Context) -> tuple[Decimal, Decimal, list[str]]:
    worth = round_money(max(ZERO, line.km - terms.free_km) * terms.km_rate)
    if line.id == context.paid_trip or not worth:
        return worth, worth, []
    return worth, ZERO, ["ONE_TRIP"]


def _outside(line: Line, terms: Terms, context: _Context) -> tuple[Decimal, Decimal, list[str]]:
    worth, codes = round_money(line.amount), []
    if not line.invoice:
        codes.append("NO_INVOICE")
    if line.amount > terms.settings.outside_limit and not line.authorized:
        codes.append("NO_AUTHORIZATION")
    if codes:
        return worth, ZERO, codes
    if line.authorized_amount is not None and line.authorized_amount < worth > terms.settings.outside_limit:
        return worth, round_money(line.authorized_amount), ["ABOVE_AUTHORIZATION"]
    return worth, worth, codes


def _freight(line: Line, terms: Terms, context: _Context) -> tuple[Decimal, Decimal, list[str]]:
    worth = round_money(line.amount)
    actual = worth if line.actual is None else round_money(line.actual)
    return worth, min(worth, actual), ["FREIGHT_ACTUAL"] if worth > actual else []


def _other(line: Line, terms: Terms, context: _Context) -> tuple[Decimal, Decimal, list[str]]:
    worth = round_money(line.amount)
    return worth, worth, []


_PRICERS = {
    "part": _part,
    "labor": _labor,
    "diagnosis": _diagnosis,
    "travel": _travel,
    "outside": _outside,
    "freight": _freight,
    "other": _other,
}


def _allowed_hours(line: Line) -> Decimal:
    return min(line.hours, line.flat_hours * line.qty)


def _paid_in_full(lines: Iterable[Line]) -> frozenset[str]:
    """Of each access group the operation with the most allowed hours, of equals the lower code (C20)."""
    best: dict[str, Line] = {}
    for line in lines:
        if line.kind == "labor" and line.access_group:
            kept = best.get(line.access_group)
            if kept is None or (-_allowed_hours(line), line.op) < (-_allowed_hours(kept), kept.op):
                best[line.access_group] = line
    return frozenset(line.id for line in best.values())


def _paid_trip(lines: Iterable[Line]) -> str | None:
    """The longest trip of the job, the first of equals (C19)."""
    trips = [line for line in lines if line.kind == "travel"]
    return max(trips, key=lambda line: line.km).id if trips else None


def beyond_limit(km: Decimal, straight_km: Decimal, travel_factor: Decimal) -> bool:
    """The driven round trip is longer than the factor times twice the straight line."""
    return km > travel_factor * 2 * straight_km


def _flags(lines: Iterable[Line], terms: Terms) -> Iterable[str]:
    for line in lines:
        if line.kind == "part" and not line.bom_ok:
            yield "PART_NOT_IN_BOM"
        if line.kind == "part" and not line.issued:
            yield "PART_NOT_ISSUED"
        if line.kind == "travel" and line.km:
            yield from _travel_flags(line, terms)
        if line.kind == "other":
            yield "APPROVER_ONLY"


def _travel_flags(line: Line, terms: Terms) -> Iterable[str]:
    if terms.straight_km is None:
        yield "DISTANCE_UNKNOWN"
    elif beyond_limit(line.km, terms.straight_km, terms.settings.travel_factor):
        yield "TRAVEL_BEYOND_LIMIT"

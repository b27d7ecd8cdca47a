"""What a claim's lines say to the price rules, and what the cover of its parts adds to that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from portal.core.parameters import param
from warranty import coverage, facts, pricing
from warranty.assessment.case import Case
from warranty.assessment.inputs import LineInput
from warranty.models import ClaimLine, LineKind


def price_settings(on: date) -> pricing.Settings:
    """The parameters of a price in force that day."""
    return pricing.Settings(
        uplift=param("warranty.uplift", on),
        overlap_share=param("warranty.overlap_share", on),
        diagnosis_hours=param("warranty.diagnosis_hours", on),
        travel_factor=param("warranty.travel_factor", on),
        outside_limit=param("warranty.outside_limit", on),
    )


def terms_of(case: Case) -> pricing.Terms:
    """The station's rates and the distance; what is paid and shared follows from the cover."""
    return pricing.Terms(
        hourly_rate=case.rates.hourly_rate,
        km_rate=case.rates.km_rate,
        free_km=case.rates.free_km,
        straight_km=case.claim.straight_km,
        settings=price_settings(case.claim.repaired_on),
    )


def line_input(case: Case, line: ClaimLine) -> LineInput:
    """The line as claimed, on its unit and its job."""
    issued = line.issued_part
    said = pricing.Line(
        id=str(line.position),
        kind=line.kind,
        qty=line.qty,
        net_price=line.unit_price,
        bom_ok=line.part is None or facts.fits_unit(line.part, case.claim.product_model, case.claim.unit, case.links),
        issued=issued is not None and issued.work_order_id == case.claim.work_order_id and line.qty <= issued.qty,
        op=line.operation.code if line.operation else "",
        hours=line.hours,
        flat_hours=line.flat_hours,
        access_group=str(line.operation.access_group or "") if line.operation else "",
        km=line.km,
        amount=line.claimed_amount,
        invoice=bool(line.invoice_number),
        authorized=line.position in case.granted,
        authorized_amount=case.granted.get(line.position),
    )
    return LineInput(line.position, line.kind, said)


def with_cover(terms: pricing.Terms, verdicts: Mapping[int, coverage.Verdict]) -> pricing.Terms:
    """Labor and travel are paid if the cover of any part of the claim pays them, at the best share of those."""
    shares = {kind: [v.share[kind] for v in verdicts.values() if v.share and v.pays[kind]] for kind in coverage.KINDS}
    return replace(
        terms,
        pays={kind: bool(found) for kind, found in shares.items()},
        share={kind: max(found) for kind, found in shares.items() if found},
    )


def covered_lines(lines: Iterable[LineInput], verdicts: Mapping[int, coverage.Verdict]) -> list[pricing.Line]:
    """Every part line is paid by its own cover."""
    return [_covered(row, verdicts.get(row.position) if row.kind == LineKind.PART else None) for row in lines]


def _covered(row: LineInput, verdict: coverage.Verdict | None) -> pricing.Line:
    if verdict is None:
        return row.line
    return replace(row.line, pays=verdict.pays["part"], share=verdict.share["part"] if verdict.share else None)


def within_goodwill(
    price: pricing.Price, lines: Sequence[LineInput], verdicts: Mapping[int, coverage.Verdict], budget: Decimal | None
) -> pricing.Price:
    """What goodwill pays is cut at its budget, line by line; None for what was read before budgets bound a claim."""
    covered = {position: verdict for position, verdict in verdicts.items() if verdict.covered}
    by_goodwill = {position for position, verdict in covered.items() if verdict.by == "goodwill"}
    if budget is None or not by_goodwill:
        return price
    rest_too = by_goodwill == set(covered)
    left, cut = budget, []
    for row, line in zip(lines, price.lines, strict=True):
        paid = row.position in by_goodwill if row.kind == LineKind.PART else rest_too
        if paid and line.allowed > left:
            line = replace(line, allowed=left, codes=(*line.codes, "GOODWILL_BUDGET"))
        left -= line.allowed if paid else Decimal(0)
        cut.append(line)
    return replace(price, lines=tuple(cut), allowed=sum((line.allowed for line in cut), Decimal(0)))

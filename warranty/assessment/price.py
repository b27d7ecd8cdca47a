"""What a claim's lines and the cover of its parts say to the price rules."""

from collections.abc import Mapping
from datetime import date

from portal.core.parameters import param
from warranty import coverage, facts, pricing
from warranty.assessment.case import Case
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


def terms_of(case: Case, verdicts: Mapping[int, coverage.Verdict]) -> pricing.Terms:
    """Labor and travel are paid if the cover of any part of the claim pays them, at the best share of those."""
    shares = {kind: [v.share[kind] for v in verdicts.values() if v.share and v.pays[kind]] for kind in coverage.KINDS}
    return pricing.Terms(
        hourly_rate=case.rates.hourly_rate,
        km_rate=case.rates.km_rate,
        free_km=case.rates.free_km,
        straight_km=case.claim.straight_km,
        pays={kind: bool(found) for kind, found in shares.items()},
        share={kind: max(found) for kind, found in shares.items() if found},
        settings=price_settings(case.claim.repaired_on),
    )


def pricing_line(case: Case, line: ClaimLine, verdicts: Mapping[int, coverage.Verdict]) -> pricing.Line:
    verdict = verdicts.get(line.position) if line.kind == LineKind.PART else None
    issued = line.issued_part
    return pricing.Line(
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
        pays=verdict.pays["part"] if verdict else None,
        share=verdict.share["part"] if verdict and verdict.share else None,
    )

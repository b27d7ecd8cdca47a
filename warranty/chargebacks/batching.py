"""A supplier's open cases come together on one note."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from parts.models import Supplier
from portal.core import clock, events
from portal.core.money import total
from portal.core.numbering import take_number
from portal.core.states import move
from warranty.chargebacks.refusals import NothingToCharge
from warranty.evidence import evidence_of
from warranty.models import Chargeback, ChargebackLine, RecoveryCase
from warranty.recovery import Charge, charges_together, expect_anew
from warranty.settlement_rules import month_of
from warranty.settlement_states import RecoveryStatus


def open_cases_of(supplier: Supplier, *, on: date) -> Any:
    """Cases whose notice day has not passed and that are not on a note."""
    return (
        RecoveryCase.objects.filter(supplier=supplier, status=RecoveryStatus.OPEN, last_day__gte=on)
        .select_related("claim__station", "line", "part", "agreement__supplier")
        .order_by("last_day", "pk")
    )


@transaction.atomic
def batch_chargebacks(
    supplier: Supplier, *, actor: Any | None, at: datetime | None = None, cases: Sequence[RecoveryCase] | None = None
) -> Chargeback:
    """All open cases of a supplier (or the chosen ones) stand on one new note, not sent yet.

    Raises NothingToCharge. Writes the note, its lines, and one Event for each case on the claim's chain.
    """
    at = at or clock.now()
    chosen = {case.pk for case in cases} if cases is not None else None
    found = open_cases_of(supplier, on=clock.local_date(at))
    locked = [
        RecoveryCase.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
        for case in sorted(found, key=lambda row: row.pk)
        if chosen is None or case.pk in chosen
    ]
    charges = charges_together(case for case in locked if case.status == RecoveryStatus.OPEN)
    if not charges:
        raise NothingToCharge(supplier=supplier.name)
    note = Chargeback.objects.create(
        supplier=supplier,
        period=month_of(clock.local_date(at)),
        number=take_number("CB", at=at),
        batched_by=actor,
        batched_at=at,
        claimed=total(charge.amount.amount for _case, charge in charges),
    )
    ChargebackLine.objects.bulk_create(
        line_of(note, position, case, charge) for position, (case, charge) in enumerate(charges, start=1)
    )
    events.record(note, "chargeback.batched", actor=actor, at=at, data={"claimed": str(note.claimed)})
    for case in {case.pk: case for case, _charge in charges}.values():
        move(case, RecoveryStatus.CHARGED, actor=actor, at=at, data={"note": note.number})
    expect_anew({case.claim_id for case, _charge in charges})
    return note


def line_of(note: Chargeback, position: int, case: RecoveryCase, charge: Charge) -> ChargebackLine:
    claim, line = case.claim, charge.claim_line
    appeal = case.appeal.number if case.appeal else ""
    facts = {
        "claim": claim.number,
        "station": claim.station.code,
        "model": str(getattr(claim.product_model, "code", "") or ""),
        "serial": claim.serial_number,
        "part": case.part.number,
        "part_name": case.part.name,
        "part_name_en": case.part.name_en,
        "failed_on": claim.failed_on.isoformat(),
        "repaired_on": claim.repaired_on.isoformat(),
        "fault": claim.fault_code.code if claim.fault_code else "",
        "complaint": claim.complaint,
        "cause": claim.cause,
        "correction": claim.correction,
        "qty": str(charge.qty),
        "photos": evidence_of(claim),
        "tags": _tags(case),
        "appeal": appeal,
        "notice_by": case.last_day.isoformat() if case.last_day else "",
    }
    return ChargebackLine(
        chargeback=note,
        case=case,
        claim_line=line,
        position=position,
        kind=charge.amount.kind,
        text=" · ".join(filter(None, [line.description if line and line.description else case.part.name, appeal]))[
            :200
        ],
        is_supplement=case.appeal_id is not None,
        facts=facts,
        base=charge.amount.base,
        share=charge.share * 100,
        claimed=charge.amount.amount,
    )


def _tags(case: RecoveryCase) -> list[dict[str, str]]:
    found = []
    for piece in case.line.failed_parts.prefetch_related("appraisals").order_by("piece"):
        final = next((each for each in piece.appraisals.all() if each.is_final), None)
        found.append(
            {
                "number": piece.number,
                "serial": piece.removed_serial,
                "verdict": final.verdict if final else "",
                "findings": final.findings if final else "",
                "on": clock.local_date(final.at).isoformat() if final else "",
            }
        )
    return found

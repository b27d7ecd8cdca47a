"""Claims as far as old parts, statements and recovery need them: granted, with amounts a person can check by hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any
from unittest.mock import patch

from parts.models import Part, PartCategory, Supplier, SupplierPart
from portal.core import clock, events
from portal.core.states import lock, move
from service.models import Customer, InstalledUnit, LaborOperation, ServiceRequest, WorkOrder
from stations.models import Station
from tests.factories.stations import make_product_model, make_user
from warranty import settlement, settlement_jobs
from warranty.models import (
    Appeal,
    AppealLine,
    ClaimLine,
    Statement,
    SupplierAgreement,
    WarrantyClaim,
)
from warranty.settlement import payment
from warranty.settlement.preview import totals_of

LONG_AGO = date(2020, 1, 1)
_next = count(1)


def at(text: str) -> datetime:
    """An instant in Shanghai: '2025-06-30 23:59:59'."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


def make_old_part(**kw: Any) -> Part:
    """A spare part whose old piece nobody asks for but by its amount."""
    number = next(_next)
    category = PartCategory.objects.first() or PartCategory.objects.create(code="OLD", name="旧件类")
    defaults = {"number": f"OP-{number:04d}", "name": "电源模块", "name_en": "Power module", "category": category}
    return Part.objects.create(**defaults | {"part_class": "whole_unit"} | kw)


def make_agreement(
    supplier: Supplier, part: Part | None = None, *, contract_price: str | None = "120.00", **kw: Any
) -> Any:
    """The supplier delivers the part and agrees to pay 80 % of parts and half of labor; released long ago."""
    number = next(_next)
    if part is not None and contract_price is not None:
        SupplierPart.objects.get_or_create(
            supplier=supplier, part=part, valid_from=LONG_AGO, defaults={"contract_price": Decimal(contract_price)}
        )
    shares = {"part_share": 80, "labor_share": 50, "travel_share": 0, "notice_days": 60}
    named = {"supplier": supplier, "part": part, "number": f"AG-{number}", "valid_from": LONG_AGO}
    return _released(SupplierAgreement.objects.create(**named | shares | kw))


def _released(agreement: SupplierAgreement) -> SupplierAgreement:
    SupplierAgreement.objects.filter(pk=agreement.pk).update(status="released")
    return SupplierAgreement.objects.get(pk=agreement.pk)


def change_agreement(agreement: SupplierAgreement, **terms: Any) -> SupplierAgreement:
    """The same with other terms; the one before counts no more."""
    drop_agreements(SupplierAgreement.objects.filter(pk=agreement.pk))
    agreement.pk, agreement.status = None, "proposed"
    agreement._state.adding = True
    for name, value in terms.items():
        setattr(agreement, name, value)
    agreement.save()
    return _released(agreement)


def drop_agreements(rows: Any) -> None:
    """As if nobody had ever released them."""
    rows.update(status="withdrawn")


def make_job(station: Station, **kw: Any) -> WorkOrder:
    """A work order of the station, with its request and unit."""
    number = next(_next)
    now = clock.now()
    customer = Customer.objects.create(name="王秀英", phone="13800001234", created_at=now)
    unit = InstalledUnit.objects.create(
        product_model=make_product_model(),
        customer=customer,
        serial_number=f"SN{number:08d}",
        sold_on=date(2025, 1, 10),
    )
    request = ServiceRequest.objects.create(
        customer=customer,
        unit=unit,
        station=station,
        number=f"SR-T-{number:06d}",
        fault_text="无法开机",
        created_at=now,
        answer_due_at=now + timedelta(minutes=15),
    )
    values = {"request": request, "station": station, "number": f"WO-T-{number:06d}", "root_number": request.number}
    return WorkOrder.objects.create(**values | {"offered_at": now, "offer_ends_at": now} | kw)


def make_granted_claim(
    station: Station,
    *,
    part: Part | None = None,
    part_amount: str = "330.00",
    qty: Decimal | int = 2,
    labor: str = "96.00",
    travel: str = "39.00",
    decided_at: datetime | None = None,
    failed_on: date = date(2025, 5, 20),
    repaired_on: date = date(2025, 5, 21),
    beside: Sequence[tuple[Part, str]] = (),
    removed_serial: str = "",
    part_approved: str | None = None,
    approved_qty: str | None = None,
    rejected: bool = False,
    with_empty: bool = False,
) -> WarrantyClaim:
    """A claim approved in full, with a part line, a labor line and a travel line; a line of 0.00 only with_empty.

    beside: further parts, one piece each, with their amounts. part_approved, approved_qty: of the part line, where it was
    cut; rejected: nothing was approved.
    """
    decided_at = decided_at or clock.now()
    number = next(_next)
    job = make_job(station)
    author = make_user()
    claim = WarrantyClaim.objects.create(
        station=station,
        work_order=job,
        unit=job.request.unit,
        product_model=job.request.unit.product_model,
        created_by=author,
        root_number=job.root_number,
        serial_number=job.request.unit.serial_number,
        failed_on=failed_on,
        repaired_on=repaired_on,
        complaint="客户反映设备无法开机，指示灯不亮",
        cause="电源模块输出电压异常",
        correction="更换电源模块后恢复正常",
        drafted_at=decided_at,
    )
    part = part or make_old_part()
    _lines(claim, part, Decimal(part_amount), qty, Decimal(labor), Decimal(travel), beside, with_empty)
    claim.lines.filter(part=part).update(removed_serial=removed_serial)
    WarrantyClaim.objects.filter(pk=claim.pk).update(
        number=f"WC-T-{number:06d}", submitted_at=decided_at, submitted_by=author, decided_at=decided_at
    )
    ClaimLine.objects.filter(claim=claim).update(approved_amount=_claimed(), approved_qty=_qty())
    cut = {"approved_amount": part_approved, "approved_qty": approved_qty}
    claim.lines.filter(part=part).update(**{name: Decimal(text) for name, text in cut.items() if text is not None})
    if rejected:
        claim.lines.update(approved_amount=0, approved_qty=0)
    outcome = "rejected" if rejected else "approved" if part_approved is None else "partially_approved"
    claim.refresh_from_db()
    for status in ("submitted", "auto_checked", outcome):
        claim = move(claim, status, actor=None, at=decided_at)
    return WarrantyClaim.objects.get(pk=claim.pk)


def make_appeal(claim: WarrantyClaim, granted: str, *, line: ClaimLine | None = None, follow: bool = True) -> Appeal:
    """An appeal of the part line, or of another, granted just now. follow: what follows its decision has been done."""
    now, line = clock.now(), line or claim.lines.get(kind="part")
    filed = Appeal.objects.create(
        station=claim.station, claim=claim, filed_by=make_user(), number=f"AP-T-{next(_next):06d}", grounds="新证据见附件照片",
        filed_at=now, due_on=clock.local_date(now), asked_total=Decimal(granted),
    )  # fmt: skip
    AppealLine.objects.create(
        appeal=filed,
        line=line,
        asked_amount=Decimal(granted),
        granted_amount=Decimal(granted),
        reason="新证据成立，予以支持",
    )
    filed.decided_by, filed.decided_at, filed.granted_total = make_user(), now, Decimal(granted)
    filed.save()
    upheld = move(filed, "upheld", actor=filed.decided_by, at=now)
    if follow:
        settlement_jobs.follow_appeal(events.of_subject(upheld).get(kind="appeal.upheld"))
    return upheld


def _claimed() -> Any:
    from django.db.models import F

    return F("claimed_amount")


def _qty() -> Any:
    from django.db.models import F

    return F("qty")


def _lines(
    claim: WarrantyClaim,
    part: Part,
    amount: Decimal,
    qty: Decimal | int,
    labor: Decimal,
    travel: Decimal,
    beside: Sequence[tuple[Part, str]],
    with_empty: bool,
) -> None:
    operation = LaborOperation.objects.first() or LaborOperation.objects.create(
        code="OP-10", name="更换电源模块", flat_hours=Decimal("1.2")
    )
    parts = [(part, amount, qty), *((other, Decimal(text), 1) for other, text in beside)]
    wanted: list[dict[str, Any]] = [
        {
            "kind": "part",
            "part": each,
            "qty": number,
            "remedy": "replace",
            "claimed_amount": of_each,
            "description": each.name,
        }
        for each, of_each, number in parts
    ]
    wanted += [
        {"kind": "labor", "operation": operation, "claimed_amount": labor, "description": operation.name},
        {"kind": "travel", "claimed_amount": travel, "description": "上门"},
    ]
    kept = [values for values in wanted if values["claimed_amount"] or with_empty]
    for position, values in enumerate(kept, start=1):
        line = ClaimLine.objects.create(claim=claim, position=position, **values)
        ClaimLine.objects.filter(pk=line.pk).update(allowed_amount=line.claimed_amount)


@contextmanager
def gross_not_carried() -> Iterator[None]:
    """Statements are drawn up as before a tax that takes the gross below 0 was a reason to carry."""
    with patch("warranty.settlement.building.totals_of", partial(totals_of, carries_gross=False)):
        yield


def confirmed_below(draft: Statement, *, actor: Any) -> Statement:
    """The draft, drawn up as above with a gross below 0, was issued and confirmed in that time."""
    issued = settlement.issue_statement(draft, actor=actor)
    issued = move(lock(issued), "confirmed", actor=None)
    payment.post_to_dealer(issued, "statement", issued.gross, None, clock.now())
    return issued

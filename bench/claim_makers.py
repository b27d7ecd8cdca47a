"""Claims made by the product's own operations beside those of the volume; many alike are copies of the rows of one."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

AT_ONCE = 1_000


def bench_beside_the_volume() -> Any:
    """A station with policy, rates, part and operation, whose codes the volume does not have."""
    from tests.factories import claims, parts, stations

    for factory, counter in ((claims, "_next"), (stations, "_next"), (parts, "_serial")):
        setattr(factory, counter, count(9_000_001))
    return claims.make_bench()


def many_drafts(bench: Any, number: int, *, sold_on: date, failed_on: date) -> list[Any]:
    """So many drafts of finished jobs: the first by the operations, the others with the same rows under names of their own.

    tests/warranty/test_bench_drafts.py holds them against drafts that the operations made.
    """
    first = bench.draft(bench.unit(sold_on), failed_on=failed_on)
    return [first, *_alike(first, number - 1)]


def _alike(first: Any, number: int) -> list[Any]:
    """Customer, unit, registration, job and claim, each kind in one statement per thousand; states move as the tables allow."""
    from service.models import IssuedPart, WorkedHours, WorkOrder
    from tests.factories.claims import _next
    from warranty.models import UnitRegistration

    unit, job = first.unit, first.work_order
    names = [next(_next) for _each in range(number)]
    customers = copies(unit.customer, name=[f"王先生{n}" for n in names], phone=[f"138{n:08d}" for n in names])
    units = copies(unit, customer=customers, serial_number=[f"G3A29-{n:05d}" for n in names])
    sale = unit.registrations.get()
    filed = copies(sale, unit=units, status=["filed"] * number, decided_by=[None] * number, decided_at=[None] * number)
    _move(
        UnitRegistration, filed, [{"status": "approved", "decided_by": sale.decided_by, "decided_at": sale.decided_at}]
    )
    requests = copies(job.request, customer=customers, unit=units, number=[f"SR-{n:06d}" for n in names])
    roots = [request.number for request in requests]
    orders = copies(
        job,
        request=requests,
        number=[f"WO-{n:06d}" for n in names],
        root_number=roots,
        status=["offered"] * number,
    )
    _move(WorkOrder, orders, [{"status": status} for status in ("accepted", "on_site", "completed")])
    issued = {row.pk: copies(row, work_order=orders) for row in IssuedPart.objects.filter(work_order=job)}
    for row in WorkedHours.objects.filter(work_order=job):
        copies(row, work_order=orders)
    _pictures(job, orders, names)
    claims = _claims(first, orders, units, roots, issued)
    for before, after in ((sale, filed), (unit, units), (job, orders), (first, claims)):
        _events(before, after, sale, filed)
    return claims


def copies(row: Any, **columns: Sequence[Any]) -> list[Any]:
    """As many rows like this one as each column has values, stored; whatever is not named is the same."""
    return list(type(row)._base_manager.bulk_create(like(row, **columns), batch_size=AT_ONCE))


def like(row: Any, **columns: Sequence[Any]) -> list[Any]:
    """The same, not stored yet."""
    model = type(row)
    kept = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.generated or field.name in columns)
    }
    return [model(**kept, **dict(zip(columns, values, strict=True))) for values in zip(*columns.values(), strict=True)]


def _move(model: Any, rows: Sequence[Any], steps: Sequence[dict[str, Any]]) -> None:
    """The rows go from state to state, all at once; the guards of the database look at each."""
    for step in steps:
        model._base_manager.filter(pk__in=[row.pk for row in rows]).update(**step)
        for row in rows:
            for name, value in step.items():
                setattr(row, name, value)


def _pictures(job: Any, orders: Sequence[Any], names: Sequence[int]) -> None:
    """The pictures of each job are like no others, as their hashes say; the files are those of the first."""
    from portal.core.models import Attachment

    for at, row in enumerate(
        Attachment.objects.filter(subject_type="service.workorder", subject_id=job.pk).order_by("pk")
    ):
        hashes = [hashlib.sha256(f"{name} {at}".encode()).hexdigest() for name in names]
        bands = {f"band_{each + 1}": [text[each * 4 : each * 4 + 4] for text in hashes] for each in range(4)}
        looks = [text[:16] for text in hashes]
        copies(row, subject_id=[order.pk for order in orders], sha256=hashes, perceptual_hash=looks, **bands)


def _claims(first: Any, orders: Sequence[Any], units: Sequence[Any], roots: Sequence[str], issued: Any) -> list[Any]:
    """The drafts with their lines, whose sums the database adds up, and what the checks found."""
    from portal.core.bulk import update_rows
    from warranty.models import ClaimLine, WarrantyClaim

    zero = [0] * len(orders)
    claims = copies(
        first,
        work_order=orders,
        unit=units,
        root_number=roots,
        serial_number=[unit.serial_number for unit in units],
        claimed_total=zero,
        allowed_total=zero,
        explanation=[{} for _order in orders],
    )
    by_position = []
    for line in first.lines.order_by("position"):
        parts = {"issued_part": issued[line.issued_part_id]} if line.issued_part_id else {}
        by_position.append(like(line, claim=claims, **parts))
    rows = [
        line for lines in zip(*by_position, strict=True) for line in lines
    ]  # a claim's lines in one statement: one sum
    ClaimLine.objects.bulk_create(rows, batch_size=AT_ONCE // len(by_position) * len(by_position))
    told = json.dumps(first.explanation)
    for claim, unit in zip(claims, units, strict=True):
        claim.explanation = json.loads(told.replace(first.serial_number, unit.serial_number))
    for at in range(0, len(claims), AT_ONCE):
        update_rows(claims[at : at + AT_ONCE], ["explanation"])
    return list(WarrantyClaim.objects.filter(pk__in=[claim.pk for claim in claims]).order_by("pk"))


def _events(before: Any, after: Sequence[Any], sale: Any, filed: Sequence[Any]) -> None:
    """What the timeline of each tells."""
    from portal.core.models import Event

    for event in Event.objects.filter(subject_type=before._meta.label_lower, subject_id=before.pk).order_by("pk"):
        numbers = [str(getattr(row, "number", "") or "") if event.subject_number else "" for row in after]
        if event.subject_number == getattr(before, "serial_number", None):
            numbers = [row.serial_number for row in after]
        copies(
            event,
            subject_id=[row.pk for row in after],
            subject_number=numbers,
            root=[getattr(row, "root_number", "") or number for row, number in zip(after, numbers, strict=True)],
            data=[json.loads(json.dumps(event.data).replace(f'"{sale.number}"', f'"{each.number}"')) for each in filed],
        )

"""Which part a line of a draft may mean: found by number, name or pinyin, what the job issued and what fits the unit first."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, IntegerField, Value, When

from parts import fitting
from parts.models import Part
from warranty import facts
from warranty.models import WarrantyClaim

MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """A part that is offered, and why it stands where it does."""

    part: Part
    was_issued: bool
    fits: bool


def part_choices(claim: WarrantyClaim, text: str, user: Any) -> list[Choice]:
    """The first parts that match what is typed; before anything is typed, what the job issued and what fits the unit.

    A part that supersedes one of the unit's bill of materials, or is superseded by it, fits as well (rules.md 3.16 C17).
    """
    issued = set(claim.work_order.issued_parts.filter(returned_at=None).values_list("part", flat=True))
    fits = _fitting(claim)
    rank = Case(
        When(pk__in=issued, then=Value(0)),
        When(pk__in=fits, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = Part.objects.visible_to(user)
    found = rows.matching(text) if text else rows.filter(pk__in=issued | fits)
    return [Choice(part, part.pk in issued, part.pk in fits) for part in found.order_by(rank, "number")[:MOST]]


def _fitting(claim: WarrantyClaim) -> set[int]:
    if claim.product_model is None:
        return set()
    known: dict[str, Any] = {"serial": claim.serial_number}
    if claim.unit is not None:
        known["produced_on"] = claim.unit.produced_on
    keys = {row.part_id for row in fitting.fitting(claim.product_model, **known)}
    numbers = set(Part.objects.filter(pk__in=keys).values_list("number", flat=True))
    linked = {number for link in facts.supersession_links(numbers) for number in link}
    return keys | set(Part.objects.filter(number__in=linked - numbers).values_list("pk", flat=True))

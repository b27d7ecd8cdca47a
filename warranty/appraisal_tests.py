"""What is measured on a piece: the steps of its part or class, and the values as an appraisal keeps them.

Frozen with the verdict: a step that is changed later changes no report.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from parts.models import Part
from portal.core.errors import Refusal
from warranty.models import AppraisalTest


class UnknownStep(Refusal):
    """A value for a step that this part does not have."""

    message = _("This part has no such test step.")
    code = "unknown_step"


def steps_for(part: Part) -> list[AppraisalTest]:
    """The part's own steps in order; those of its class where it has none."""
    steps = AppraisalTest.objects.filter(is_active=True).order_by("position")
    return list(steps.filter(part=part)) or list(steps.filter(part=None, part_class=part.part_class))


def is_within(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool | None:
    """Whether the value passes, its limits included; None where there is no limit."""
    if low is None and high is None:
        return None
    return (low is None or value >= low) and (high is None or value <= high)


def frozen_measurements(part: Part, values: Mapping[int, Decimal]) -> list[dict[str, Any]]:
    """The values by step, with label, unit and limits as they are today; steps without a value are left out.

    values: by key of the step. Raises UnknownStep. JSON only: numbers as texts.
    """
    steps: Sequence[AppraisalTest] = steps_for(part)
    if set(values) - {step.pk for step in steps}:
        raise UnknownStep(field="measurements")
    return [
        {
            "label": step.label,
            "label_en": step.label_en,
            "unit": step.unit,
            "limits": step.limits,
            "value": f"{values[step.pk]:f}",
            "within": is_within(values[step.pk], step.low, step.high),
        }
        for step in steps
        if values.get(step.pk) is not None
    ]

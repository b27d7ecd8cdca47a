"""What was read about a claim as JSON and back, so that a stored decision can be judged again as it was."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from cattrs.preconf.json import JsonConverter, make_converter

from warranty.assessment.inputs import Inputs


def dump(inputs: Inputs) -> dict[str, Any]:
    """Plain values for a JSON column; amounts as text, defaults too: they may change one day."""
    stored: dict[str, Any] = _converter().unstructure(inputs)
    return stored


def load(stored: dict[str, Any]) -> Inputs:
    """The inputs as they were."""
    return _converter().structure(stored, Inputs)


@cache
def _converter() -> JsonConverter:
    converter = make_converter()
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda text, _type: Decimal(text))
    converter.register_unstructure_hook(date, lambda day: day.isoformat())
    converter.register_structure_hook(date, lambda text, _type: date.fromisoformat(text))
    converter.register_unstructure_hook(datetime, lambda moment: moment.isoformat())
    converter.register_structure_hook(datetime, lambda text, _type: datetime.fromisoformat(text))
    return converter

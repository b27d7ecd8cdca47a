"""The vectors: input → expected pairs for every rule that computes something; one adapter a function.

An adapter tests/vectors/test_<function>.py is collected only if the folder holds <function>.json: tests/vectors/data, or
the one that VECTORS_DIR names, which may hold only some of the files.

    @pytest.mark.parametrize("vector", vectors("capitals"))
    def test_capitals(vector: Vector) -> None:
        check(vector, {"text": capitals(vector.input["amount"])})
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("VECTORS_DIR") or Path(__file__).parent / "data")


@dataclass(frozen=True)
class Vector:
    """One pair, as its file says it."""

    id: str
    title: str
    input: dict[str, Any]
    expected: dict[str, Any]


def vectors(function: str, *, waiting: Mapping[str, str] | None = None) -> list[Any]:
    """Test parameters, one per vector under its id; none if the folder lacks the file.

    waiting: id → the rule that is not built yet; the vector must fail until it is (xfail, strict).
    """
    path = FOLDER / f"{function}.json"
    if not path.exists():
        return []
    reasons = waiting or {}
    found = json.loads(path.read_text(encoding="utf-8"))["vectors"]
    return [
        pytest.param(
            Vector(row["id"], row["title"], row["input"], row["expected"]),
            id=row["id"],
            marks=[pytest.mark.xfail(reason=reasons[row["id"]], strict=True)] if row["id"] in reasons else [],
        )
        for row in found
    ]


def check(vector: Vector, answer: Mapping[str, Any]) -> None:
    """Every key that the answer has equals the expected one; days, instants and amounts are compared as texts."""
    assert {key: plain(value) for key, value in answer.items()} == {key: vector.expected.get(key) for key in answer}


def plain(value: Any) -> Any:
    """A value as the vector files write it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def days(texts: list[str]) -> frozenset[date]:
    """A list of days as a set."""
    return frozenset(date.fromisoformat(text) for text in texts)

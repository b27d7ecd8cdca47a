"""rules.md 3.9, C28, C29, C41: forecast, classes, safety stock and suggestion; demand merged along supersession."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from parts.planning import classes, forecast, levels
from tests.vectors.cases import Vector, check, vectors
from tests.vectors.parts_answers import links, pieces

FACTORS = {"A": Decimal("1.645"), "B": Decimal("1.282"), "C": Decimal("1.036")}


def amounts(values: Sequence[Any]) -> list[Decimal]:
    return [Decimal(str(value)) for value in values]


def four(value: Decimal | None) -> str:
    return f"{value:.4f}" if value is not None else ""


@pytest.mark.parametrize("vector", vectors("croston"))
def test_croston(vector: Vector) -> None:
    history = amounts(vector.input["demand"])
    found = forecast.describe(history)

    sba = forecast.croston_sba(history, alpha=Decimal(vector.input["alpha"]))

    check(vector, {"adi": four(found.adi), "cv2": four(found.cv2), "pattern": str(found.pattern), "sba": four(sba)})


@pytest.mark.parametrize("vector", vectors("safety_stock"))
def test_safety_stock(vector: Vector) -> None:
    given = vector.input
    lead = levels.LeadTime(Decimal(given["lead_mean"]), Decimal(given["lead_sd"]))
    mean, sd = Decimal(given["demand_mean"]), Decimal(given["demand_sd"])

    safety = levels.safety_stock(factor=FACTORS[given["abc"]], demand_mean=mean, demand_sd=sd, lead=lead)
    point = levels.reorder_point(demand_mean=mean, lead=lead, safety=safety)

    check(vector, {"ss": safety, "rop": four(point), "rop_shown": levels.whole(point)})


@pytest.mark.parametrize("vector", vectors("reorder"))
def test_reorder(vector: Vector) -> None:
    given = {name: Decimal(str(value)) for name, value in vector.input.items()}
    position = levels.Position(given["on_hand"], given["on_order"], given["reserved"], given["backorder"]).total

    suggested = levels.suggestion(
        position, point=given["rop"], target=given["target"], pack=given["pack"], moq=given.get("moq", Decimal(0))
    )

    check(vector, {"position": pieces(position), "suggest": int(suggested)})


@pytest.mark.parametrize("vector", vectors("abc_xyz"))
def test_abc_xyz(vector: Vector) -> None:
    parts = vector.input["parts"]
    letters = classes.abc({part["id"]: Decimal(part["value"]) for part in parts})

    check(vector, {part["id"]: letters[part["id"]] + classes.xyz(amounts(part["monthly"])) for part in parts})


@pytest.mark.parametrize("vector", vectors("demand_merge"))
def test_demand_merge(vector: Vector) -> None:
    histories = {part: amounts(history) for part, history in vector.input["history"].items()}

    merged = forecast.merged(histories, links(vector.input["edges"]))

    check(vector, {part: [pieces(qty) for qty in history] for part, history in merged.items()})

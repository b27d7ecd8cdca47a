"""rules.md 3.3 through coverage.judge; the list of tests made is informative and compared by what each found."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.vectors.cases import Vector, check, vectors
from warranty import coverage


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def facts(given: dict[str, Any]) -> coverage.Facts:
    registration, piece, goodwill = given["registration"], given["piece"], given["goodwill"]
    return coverage.Facts(
        serial=coverage.Serial(**given["serial"]),
        failure_day=date.fromisoformat(given["failure_day"]),
        repair_day=date.fromisoformat(given["repair_day"]),
        part_class=given["part_class"],
        remedy=given["remedy"],
        cause=given["cause"],
        op_code=given["op_code"],
        campaigns=[
            coverage.CampaignFact(
                row["id"],
                date.fromisoformat(row["from"]),
                day(row["to"]),
                row["in_scope"],
                tuple(row["op_codes"]),
                row["used"],
            )
            for row in given["campaigns"]
        ],
        registration=coverage.RegistrationFact(
            date.fromisoformat(registration["sale_date"]),
            date.fromisoformat(registration["filed_on"]),
            registration["approved"],
        )
        if registration
        else None,
        invoice_date=day(given["invoice_date"]),
        ship_date=day(given["ship_date"]),
        policies=[
            coverage.PolicyFact(
                row["id"],
                row["level"],
                date.fromisoformat(row["from"]),
                day(row["to"]),
                row["months"],
                Decimal(row["usage_limit"]) if row["usage_limit"] else None,
            )
            for row in given["policies"]
        ],
        repairs=[
            coverage.RepairFact(date.fromisoformat(row["part_requested"]), day(row["handed_back"]))
            for row in given["repairs"]
        ],
        usage=Decimal(given["usage"]) if given["usage"] is not None else None,
        earlier_usage=[Decimal(reading) for reading in given["earlier_usage"]],
        piece=coverage.PieceFact(
            piece["source"], piece["paid"], date.fromisoformat(piece["on"]), piece["own_months"], piece["labor_flag"]
        )
        if piece
        else None,
        goodwill=coverage.GoodwillFact(
            date.fromisoformat(goodwill["expires_on"]),
            {kind: Decimal(share) for kind, share in goodwill["shares"].items()},
        )
        if goodwill
        else None,
    )


@pytest.mark.parametrize("vector", vectors("coverage"))
def test_coverage(vector: Vector) -> None:
    found = coverage.judge(facts(vector.input))

    check(
        vector,
        {
            "verdict": found.verdict,
            "code": found.code,
            "by": found.by,
            "start": found.start,
            "start_source": found.start_source,
            "policy": found.policy,
            "base_end": found.base_end,
            "repair_days": found.repair_days,
            "first_uncovered": found.first_uncovered,
            "piece_first_uncovered": found.piece_first_uncovered,
            "pays": found.pays,
            "share": found.share,
            "flags": found.flags,
            "return_required": found.return_required,
        },
    )


@pytest.mark.parametrize("vector", vectors("coverage"))
def test_coverage_lists_every_test(vector: Vector) -> None:
    found = coverage.judge(facts(vector.input))

    assert {(test.n, test.test): test.ok for test in found.tests} == {
        (test["n"], test["test"]): test["ok"] for test in vector.expected["tests"]
    }

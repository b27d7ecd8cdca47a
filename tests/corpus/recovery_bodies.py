"""What a program may send to acts on disputes, months and costs; see tests/corpus/bodies.py."""

from collections.abc import Callable
from typing import Any, Final

from parts.models import Supplier
from tests.corpus.body_values import Body, today
from tests.factories.settlement import make_agreement
from tests.permissions.warranty_settlement import inspected, statement
from warranty.models import Chargeback

WHY: Final = "协议第三条已明确包含工时费用"
DECIDED: Final[Body] = {"lines": [1], "outcome": "written_off", "note": WHY}


def another(_cast: Any, pk: int) -> Body:
    """A second supplier who delivers the part of the note's first line."""
    line = Chargeback.objects.get(pk=pk).lines.earliest("position")
    other = Supplier.objects.create(code="SZ", name="温州电源厂")
    make_agreement(other, line.case.part)
    return {"line": line.position, "supplier": other.code, "reason": WHY, "until": None}


def in_doubt(_cast: Any, pk: int) -> Body:
    """The line of the note that its supplier accepted before it was cleared."""
    line = Chargeback.objects.get(pk=pk).lines.in_doubt().earliest("position")
    return {"line": line.position, "outcome": "credit", "reason": WHY}


def drafted(cast: Any, *_at: Any) -> Body:
    """A draft of this month and the month."""
    draft = statement(cast)
    return {"period": f"{draft.period:%Y-%m}", "statements": [draft.pk]}


def chargeable(cast: Any, *_at: Any) -> Body:
    """A supplier with something to charge."""
    inspected(cast)
    return {"supplier": cast.supplier_x_co.code, "period": today()[:7], "without": []}


RECOVERY: Final[dict[str, Body | Callable[..., Body]]] = {
    "api_chargeback_disputes": DECIDED,
    "api_chargeback_preview": DECIDED,
    "api_chargeback_reroute": another,
    "api_chargeback_doubt": in_doubt,
    "api_chargeback_test": {"line": 1, "reason": WHY},
    "api_chargebacks": chargeable,
    "api_statements_build": lambda _cast, *_at: {"period": today(days=-31)[:7], "station": None},
    "api_statements_month_issue": drafted,
    "api_cost_reports": lambda _cast, *_at: {"language": "zh-hans", "since": "2025-01", "until": today()[:7]},
}

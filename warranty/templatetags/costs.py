"""Charts of the cost report, drawn from its frozen facts: {% load costs %}."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from portal.core.charts import bar_chart, line_chart, pareto_chart

register = template.Library()


@register.simple_tag
def cost_chart(table: dict[str, Any]) -> SafeString:
    """Bars in the order of the table, or the largest first with their cumulative share."""
    points = [(row["label"], Decimal(row["amount"])) for row in table["rows"]]
    if table["drawing"] == "bars":
        return bar_chart(table["heading"], points, unit=gettext("CNY"))
    return pareto_chart(table["heading"], [point for point in points if point[1] > 0], unit=gettext("CNY"))


@register.simple_tag
def accrual_chart(months: list[dict[str, Any]]) -> SafeString:
    """Expected against actual cost, month by month; a month without an expectation is a gap."""
    expected = [Decimal(row["expected"]) if row["expected"] else None for row in months]
    actual = [Decimal(row["actual"]) for row in months]
    series: list[tuple[str, Any]] = [(pgettext("cost", "Expected"), expected), (gettext("Actual"), actual)]
    return line_chart(gettext("Expected and actual"), [row["label"] for row in months], series, unit=gettext("CNY"))


@register.filter
def accrual_tables(accrual: dict[str, Any]) -> Any:
    """Expected and actual by model and by region; reports of before 2026-12 have the models only, without their total."""
    return accrual.get("tables") or [{"heading": gettext("Model"), "rows": accrual["rows"], "sum": {}}]

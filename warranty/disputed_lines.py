"""Statement lines that a station disputed: which still wait for headquarters, and what was said of an item. Reads only.

A disputed line leaves its statement and waits for the next month (settlement.answering). Until it stands on an issued statement
again, headquarters looks into it: what was wrong is reversed, appealed or taken back by the operations for it.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from portal.core import show
from portal.core.registries import WorkItem, Worklist
from warranty.models import ClaimStatus, ItemKind, SettlementItem, StatementLine, WarrantyClaim
from warranty.settlement_states import StatementStatus


def lines_to_look_into(user: Any) -> QuerySet[StatementLine]:
    """Disputed lines whose item stands on no issued statement since, and whose claim was not reversed; the oldest first."""
    issued = StatementLine.objects.filter(item=OuterRef("item"), is_live=True).exclude(
        statement__status=StatementStatus.DRAFT
    )
    rows: QuerySet[StatementLine] = StatementLine.objects.visible_to(user).filter(
        ~Exists(issued), item__was_disputed=True, is_live=False
    )
    rows = rows.exclude(dispute_reason="").exclude(item__claim__status=ClaimStatus.REVERSED)
    return rows.select_related("statement__station", "item__claim").order_by("pk")


def said_of(items: Collection[int]) -> dict[int, str]:
    """By item: the statement on which it was disputed, and why; none of those that nobody disputed. One query."""
    rows = StatementLine.objects.filter(item__among=list(items)).exclude(dispute_reason="").order_by("pk")
    found = rows.values_list("item", "statement__number", "dispute_reason")
    return {item: f"{number} · {reason}" for item, number, reason in found if item is not None}


def month_of_claim(claim: WarrantyClaim) -> date | None:
    """The month for which a granted claim waits because its line was disputed; None where it was not. One query."""
    item = SettlementItem.objects.filter(claim=claim, kind=ItemKind.CLAIM, was_disputed=True).order_by("-pk").first()
    return item.period if item else None


def disputed_work(user: Any) -> Worklist:
    """What finance finds of them among its work."""
    label = gettext_lazy("Disputed statement lines")
    return Worklist("disputed_lines", label, lines_to_look_into(user), _item, reverse("statement_list"), tone="bad")


def _item(row: StatementLine) -> WorkItem:
    return WorkItem(
        row.statement.number, row.dispute_reason, row.statement.get_absolute_url(), tone="bad",
        detail=f"{row.statement.station} · {show.money(row.amount)}", action=gettext_lazy("Look into it"),
    )  # fmt: skip

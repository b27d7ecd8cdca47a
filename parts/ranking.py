"""A kept allocation run in words: what started it, and why each line got all, a part or nothing. Reads only."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parts.models import AllocationRun, OrderKind
from portal.core import show

MOST_RANKS: Final = 3
CAUSES: Final = {
    "schedule": _("On schedule"),
    "manual": _("Started by hand"),
    "not_picked": _("Stock not picked in time"),
}


@dataclass(frozen=True)
class Rank:
    """One line of the ranking as people read it."""

    row: dict[str, Any]
    kind: str
    is_urgent: bool
    why: str


def cause_words(cause: str) -> str:
    """What started a run; the number of an order, a case or a receipt stands for itself."""
    return str(CAUSES.get(cause, cause))


def explained(run: AllocationRun) -> list[Rank]:
    """The ranking in its order, each line with its reason."""
    takers: dict[str, list[int]] = defaultdict(list)
    kinds: dict[str, Any] = dict(OrderKind.choices)
    found = []
    for rank, row in enumerate(run.ranking, 1):
        why = _why(row, takers[row["part"]])
        found.append(Rank(row, str(kinds.get(row["kind"], row["kind"])), row["kind"] == OrderKind.MACHINE_DOWN, why))
        if Decimal(row["got"]):
            takers[row["part"]].append(rank)
    return found


def _given(row: dict[str, Any]) -> str:
    """The warehouses that gave and how many pieces each; empty where only the central one was asked."""
    return ", ".join(f"{code} {show.quantity(Decimal(qty))}" for code, qty in row.get("from", ()))


def _why(row: dict[str, Any], before: list[int]) -> str:
    """takers before: ranks that were served with the same part."""
    wanted, got = Decimal(row["wanted"]), Decimal(row["got"])
    given = _given(row)
    if got >= wanted:
        return str(_("Got everything, from %(places)s.") % {"places": given}) if given else str(_("Got everything."))
    if row.get("no_partial") and not got:
        text = _("Complete only: fewer than %(wanted)s were free, so nothing was set aside.")
        said = str(text) % {"wanted": show.quantity(wanted)}
    elif before:
        ranks = ", ".join(str(rank) for rank in before[:MOST_RANKS]) + (" …" if len(before) > MOST_RANKS else "")
        said = str(_("The stock was used up; ranks served before: %(ranks)s.")) % {"ranks": ranks}
    elif got and given:
        said = str(_("All that was free: %(places)s.")) % {"places": given}
    elif got:
        said = str(_("All that was free."))
    else:
        said = str(_("Nothing was free."))
    frozen = Decimal(row.get("frozen", "0"))
    if frozen:
        said += " " + str(_("%(qty)s lie in bins that are being counted.")) % {"qty": show.quantity(frozen)}
    kept = Decimal(row.get("kept", "0"))
    if kept:
        said += " " + str(_("%(qty)s are kept for stopped machines.")) % {"qty": show.quantity(kept)}
    return said

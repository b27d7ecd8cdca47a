"""What both sides say about a disputed line is kept, entry by entry. Not here: what follows from it (answering, disputes)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from warranty.models import ChargebackLine, DisputeAct, DisputeEntry


def entry_of(line: ChargebackLine, act: DisputeAct, *, text: str, actor: Any | None, at: datetime) -> DisputeEntry:
    """The entry, not written yet, with the line's amounts and day as they are now."""
    return DisputeEntry(
        line=line, actor=actor, round=line.rounds, act=act, text=text.strip()[:300], at=at,
        accepted=line.accepted or 0, disputed=line.disputed or 0, answer_by=line.answer_by,
    )  # fmt: skip


def threads_of(lines: Iterable[ChargebackLine]) -> dict[int, list[DisputeEntry]]:
    """What was said, by line, the oldest first; one query."""
    found: dict[int, list[DisputeEntry]] = {}
    keys = [line.pk for line in lines]
    for entry in DisputeEntry.objects.filter(line__in=keys).select_related("actor").order_by("line", "pk"):
        found.setdefault(entry.line_id, []).append(entry)
    return found

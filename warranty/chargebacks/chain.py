"""What happens to a note shows on the chain of every claim it charges for."""

from datetime import datetime
from typing import Any

from portal.core import events
from warranty.models import Chargeback


def record_on_every_chain(note: Chargeback, kind: str, actor: Any | None, at: datetime, data: dict[str, Any]) -> None:
    """One event for each case of the note, so that each claim's chain shows what became of its money."""
    seen = set()
    for line in note.lines.filter(is_live=True).select_related("case__claim"):
        if line.case_id not in seen:
            seen.add(line.case_id)
            events.record(line.case, kind, actor=actor, at=at, data=data)

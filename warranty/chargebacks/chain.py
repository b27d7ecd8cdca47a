"""What happens to a note shows on the chain of every claim it charges for."""

from datetime import datetime
from itertools import batched
from typing import Any, Final

from portal.core import events
from warranty.models import Chargeback, RecoveryCase

CHUNK: Final = 2_000


def record_on_every_chain(note: Chargeback, kind: str, actor: Any | None, at: datetime, data: dict[str, Any]) -> None:
    """One event for each case of the note, so that each claim's chain shows what became of its money."""
    cases = RecoveryCase.objects.filter(charged__chargeback=note, charged__is_live=True).distinct()
    keys = list(cases.order_by("pk").values_list("pk", flat=True))
    for some in batched(keys, CHUNK):
        rows = RecoveryCase.objects.filter(pk__in=some).select_related("claim").order_by("pk")
        events.record_all(events.drafted(case, kind, actor=actor, at=at, data=data) for case in rows)

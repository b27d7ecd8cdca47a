"""What further tests found that a station bears, as it and the supplier may read it. Not here: the tests (chargebacks.testing)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from warranty.failed_parts_rules import VERDICTS
from warranty.models import ChargebackLine, DisputeAct, DisputeEntry, FurtherTest

RETESTED: Final = "retested"  # why a line that its supplier disputed is the station's
LONGEST: Final = 200


def borne_by_station(lines: Sequence[ChargebackLine]) -> dict[int, str]:
    """By line: what its further tests found, scrubbed of names, where every verdict is the station's. Two queries at most."""
    payers: dict[int, set[str]] = defaultdict(set)
    done = FurtherTest.objects.filter(line__in=lines).exclude(done_at=None).order_by("pk")
    for line, verdict in done.values_list("line", "verdict"):
        payers[line].add(VERDICTS[verdict].payer)
    found = [line for line, said in payers.items() if said == {"station"}]
    if not found:
        return {}
    entries = DisputeEntry.objects.filter(line__in=found, act=DisputeAct.TESTED).order_by("pk")
    return dict(entries.values_list("line", "text"))


def with_findings(texts: Iterable[str]) -> str:
    """The line's text and what was found, as long as a line may be."""
    return " · ".join(text for text in texts if text)[:LONGEST]

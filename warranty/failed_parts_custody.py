"""The custody log of an old part: each entry carries the hash of the one before, so that a changed one shows."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.core import clock, statements
from warranty.models import CustodyEntry, FailedPart


def _hash(part_number: str, entry: CustodyEntry) -> str:
    facts = [
        part_number,
        entry.sequence,
        entry.act,
        entry.giver,
        entry.taker,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.note,
        entry.previous_hash,
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def named(user: Any) -> str:
    """How a person is written in the log; the system has no name."""
    return (getattr(user, "display_name", "") or getattr(user, "username", "")) if user else ""


def log_custody(
    part: FailedPart, act: str, *, giver: str = "", taker: str = "", at: datetime | None = None, note: str = ""
) -> CustodyEntry:
    """One entry more, chained to the last. The caller holds the lock of the part."""
    last = CustodyEntry.objects.filter(failed_part=part).order_by("-sequence").first()
    entry = CustodyEntry(
        failed_part=part,
        sequence=last.sequence + 1 if last else 1,
        act=act,
        giver=giver,
        taker=taker,
        at=at or clock.now(),
        note=note,
        previous_hash=last.hash if last else "",
    )
    entry.hash = _hash(part.number, entry)
    return statements.insert(entry)


def custody_faults(part: FailedPart) -> list[str]:
    """Every break of the chain, in words; empty: the log is whole."""
    faults, before = [], ""
    entries = CustodyEntry.objects.filter(failed_part=part).order_by("sequence")
    for expected, entry in enumerate(entries, start=1):
        where = {"number": part.number, "sequence": entry.sequence}
        if entry.sequence != expected:
            faults.append(_("%(number)s: an entry is missing before %(sequence)s") % where)
        if entry.previous_hash != before:
            faults.append(_("%(number)s: entry %(sequence)s does not follow the one before") % where)
        if entry.hash != _hash(part.number, entry):
            faults.append(_("%(number)s: entry %(sequence)s was changed") % where)
        before = entry.hash
    return faults

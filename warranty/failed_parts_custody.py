"""The custody log of an old part: each entry carries the hash of the one before, so that a changed one shows."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core import clock, statements
from warranty.models import CustodyEntry, FailedPart


def _hash(part_number: str, entry: Any) -> str:
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
    if entry.place or entry.signed:  # entries from before places were kept keep the hash they were made with
        facts += [entry.place, entry.signed]
    if entry.signature:  # as are those that nobody signed by hand or by a confirmed name
        facts.append(entry.signature)
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


FACTORY, BENCH = "factory", "bench"
PLACES = (FACTORY, BENCH)  # have words in each language; other places are written as people call them


def by_login(user: Any) -> str:
    """Who confirms by acting in their own name: the login; nobody for the system."""
    return getattr(user, "username", "") if user else ""


def holder_of(part: FailedPart) -> str:
    """Who took the piece last; empty before the first entry."""
    last = CustodyEntry.objects.filter(failed_part=part).order_by("-sequence").first()
    return last.taker if last else ""


def named(user: Any) -> str:
    """How a person is written in the log; the system has no name."""
    return (getattr(user, "display_name", "") or getattr(user, "username", "")) if user else ""


def told(part: FailedPart) -> QuerySet[Any]:
    """The log in its order as people read it: confirmed_by is who confirmed an entry, by the name they bear today.

    The entry itself, and its hash, keep the login: a name may change, and two people may bear the same.
    """
    names = User.objects.filter(username=OuterRef("signed")).annotate(name=NullIf("display_name", Value("")))
    return part.custody.order_by("sequence").annotate(
        confirmed_by=Coalesce(Subquery(names.values("name")[:1]), "signed")
    )


def log_custody(
    part: FailedPart,
    act: str,
    *,
    giver: str = "",
    taker: str = "",
    at: datetime | None = None,
    note: str = "",
    place: str = "",
    signed: str = "",
    signature: str = "",
) -> CustodyEntry:
    """One entry more, chained to the last. The caller holds the lock of the part.

    place: a station's code, one of PLACES, or a shelf as people call it; signed: who confirmed to have taken the piece,
    by their own login or by the name they gave; signature: the seal of what they signed (signatures.Kept).
    """
    last = CustodyEntry.objects.filter(failed_part=part).order_by("-sequence").first()
    entry = CustodyEntry(
        failed_part=part,
        sequence=last.sequence + 1 if last else 1,
        act=act,
        giver=giver,
        taker=taker,
        at=at or clock.now(),
        note=note,
        place=place[:60],
        signed=signed[:120],
        signature=signature,
        previous_hash=last.hash if last else "",
    )
    entry.hash = _hash(part.number, entry)
    return statements.insert(entry)


def custody_faults(part: FailedPart) -> list[str]:
    """Every break of the chain, in words; empty: the log is whole."""
    return faults_in(part.number, CustodyEntry.objects.filter(failed_part=part).order_by("sequence"))


def all_custody_faults() -> Iterator[str]:
    """The breaks of every piece's chain, the pieces in the order of their keys; one ordered pass over all entries."""
    entries = CustodyEntry.objects.order_by("failed_part", "sequence").values_list(
        *("failed_part__number", "sequence", "act", "giver", "taker", "at", "note", "place", "signed", "signature"),
        *("previous_hash", "hash"),
        named=True,
    )
    for number, of_part in groupby(entries.iterator(chunk_size=2_000), key=attrgetter("failed_part__number")):
        yield from faults_in(number, of_part)


def faults_in(number: str, entries: Iterable[Any]) -> list[str]:
    """Every break of this chain. entries: of one piece, in their order, as rows of the model or read with their fields only."""
    faults, before = [], ""
    for expected, entry in enumerate(entries, start=1):
        where = {"number": number, "sequence": entry.sequence}
        if entry.sequence != expected:
            faults.append(_("%(number)s: an entry is missing before %(sequence)s") % where)
        if entry.previous_hash != before:
            faults.append(_("%(number)s: entry %(sequence)s does not follow the one before") % where)
        if entry.hash != _hash(number, entry):
            faults.append(_("%(number)s: entry %(sequence)s was changed") % where)
        before = entry.hash
    return faults

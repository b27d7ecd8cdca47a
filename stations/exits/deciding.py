"""A station's way out, item by item: opened at termination, decided by people or by what is found, completed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.attachments import attach
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.show import listed
from portal.core.states import lock, move
from stations.exits.registry import ExitKind, Finding, exit_kinds, kind_of
from stations.models import ExitItem, ExitItemStatus, ExitStatus, Station, StationExit
from stations.wording import in_both

LAST_STATEMENT = "last_statement"
SHORTEST_REASON = 4


class ItemStillOpen(Refusal):
    """The books say otherwise."""

    message = _("This cannot be confirmed yet: %(found)s")
    code = "exit_item_still_open"


class WaiverUnexplained(Refusal):
    """Whoever lets something go says why."""

    message = _("Say why it is waived, in at least %(least)s characters.")
    code = "reason_missing"


class ItemsPending(Refusal):
    """An exit is complete when nothing is left to do."""

    message = _("Still to do: %(items)s.")
    code = "exit_items_pending"


@transaction.atomic
def open_exit(station: Station, *, reason: str, actor: Any | None, at: datetime) -> StationExit:
    """The terminated station has its checklist; what needs nothing is done at once. Writes StationExit, its items, Events."""
    today = clock.local_date(at)
    found = StationExit.objects.create(
        station=station, terminated_by=actor, reason=reason[:300], terminated_at=at,
        held_until=today + timedelta(days=param("stations.statement_hold_days", at)), number=take_number("EX", at=at),
    )  # fmt: skip
    ExitItem.objects.bulk_create([ExitItem(exit=found, key=kind.key) for kind in exit_kinds()])
    events.record(found, "stationexit.opened", actor=actor, at=at, note=reason, root=station.code)
    settle_found(found, at=at)
    return found


@transaction.atomic
def settle_found(found: StationExit, *, at: datetime | None = None) -> list[ExitItem]:
    """Pending items of which nothing is left are done, by the system; which. Run daily and whenever a person asks."""
    at = at or clock.now()
    done = []
    for item in found.items.filter(status=ExitItemStatus.PENDING).order_by("pk"):
        finding = look(item, clock.local_date(at))
        if finding is not None and finding.is_settled:
            done.append(_decide(lock(item), ExitItemStatus.DONE, actor=None, at=at, kept=_kept(item, at)))
    return done


def settle_exits(*, at: datetime | None = None) -> int:
    """settle_found() for every exit under way; how many items were done."""
    return sum(len(settle_found(each, at=at)) for each in StationExit.objects.filter(status=ExitStatus.OPEN))


def look(item: ExitItem, on: date) -> Finding | None:
    """What the app of the item finds on the day; None when its app is gone."""
    kind = kind_of(item.key)
    return kind.find(item.exit.station, on) if kind else None


@transaction.atomic
def confirm_item(
    item: ExitItem,
    *,
    actor: Any,
    note: str = "",
    evidence: str = "",
    upload: Any = None,
    at: datetime | None = None,
) -> ExitItem:
    """The item is done, with who, when and what proves it; what confirming means (a buy-back) has happened.

    Raises ItemStillOpen, TransitionNotAllowed, BadFile. Writes ExitItem, perhaps Attachment, one Event.
    """
    at = at or clock.now()
    item = lock(item)
    kind, finding, kept = kind_of(item.key), look(item, clock.local_date(at)), _kept(item, at)
    if item.status == ExitItemStatus.PENDING and kind and finding and not finding.is_settled:
        if kind.settle is not None:
            kind.settle(item, actor, at)
        elif not kind.by_hand:
            raise ItemStillOpen(found=finding.text)
    if upload:
        attach(item, upload, kind="exit_evidence", actor=actor, field="upload")
    return _decide(item, ExitItemStatus.DONE, note=note, evidence=evidence, actor=actor, at=at, kept=kept)


@transaction.atomic
def waive_item(item: ExitItem, *, reason: str, actor: Any, at: datetime | None = None) -> ExitItem:
    """Nobody waits for the item any more, by an approver's word. Raises WaiverUnexplained, TransitionNotAllowed. One Event."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise WaiverUnexplained(field="reason", least=SHORTEST_REASON)
    at = at or clock.now()
    item = lock(item)
    return _decide(item, ExitItemStatus.WAIVED, note=reason.strip(), actor=actor, at=at, kept=_kept(item, at))


@dataclass(frozen=True)
class Kept:
    """What was found on the day of a decision, in both languages, as it stands on record."""

    found: dict[str, Any]
    amount: Decimal | None


def _kept(item: ExitItem, at: datetime) -> Kept:
    on = clock.local_date(at)
    finding = look(item, on)
    if finding is None:
        return Kept({}, None)
    texts = in_both("text", lambda: getattr(look(item, on), "text", ""))
    return Kept(texts | {"lines": list(finding.lines)}, finding.amount)


def _decide(
    item: ExitItem,
    to: ExitItemStatus,
    *,
    actor: Any | None,
    at: datetime,
    kept: Kept,
    note: str = "",
    evidence: str = "",
) -> ExitItem:
    if item.status == ExitItemStatus.PENDING:
        item.decided_by, item.decided_at, item.note, item.evidence = actor, at, note[:300], evidence[:120]
        item.found, item.amount = kept.found, kept.amount
        item.save(update_fields=["decided_by", "decided_at", "note", "evidence", "found", "amount"])
    item = move(item, to, actor=actor, at=at, note=note)
    data = {"item": item.key, "status": str(to)}
    events.record(item.exit, "stationexit.item_decided", actor=actor, at=at, note=note, data=data)
    return item


@transaction.atomic
def complete_exit(found: StationExit, *, actor: Any, at: datetime | None = None) -> StationExit:
    """The station is out, and its exit record stands as a document. Raises ItemsPending, TransitionNotAllowed.

    Writes one Event and the document.
    """
    from stations.documents import issue_exit_record

    at = at or clock.now()
    found = lock(found)
    settle_found(found, at=at)
    pending = [label_of(item) for item in found.items.filter(status=ExitItemStatus.PENDING).order_by("pk")]
    if pending:
        raise ItemsPending(items=listed(pending))
    if found.status == ExitStatus.OPEN:
        found.completed_by, found.completed_at = actor, at
        found.save(update_fields=["completed_by", "completed_at"])
    found = move(found, ExitStatus.COMPLETED, actor=actor, at=at)
    issue_exit_record(found, actor=actor)
    return found


def label_of(item: ExitItem) -> str:
    """What the item is called."""
    kind = kind_of(item.key)
    return str(kind.label) if kind else item.key


def items_with_kinds(found: StationExit, on: date) -> Sequence[tuple[ExitItem, ExitKind | None, Finding | None]]:
    """The checklist in its order, each item with what is found today or, once decided, was found then."""
    order = {kind.key: kind.order for kind in exit_kinds()}
    items = sorted(found.items.select_related("decided_by"), key=lambda item: (order.get(item.key, 999), item.pk))
    shown = []
    for item in items:
        item.exit = found
        text = item.found.get("text_en" if translation.get_language() == "en" else "text", "")
        kept = Finding(True, text, item.found.get("lines", ()), item.amount)
        is_pending = item.status == ExitItemStatus.PENDING
        shown.append((item, kind_of(item.key), look(item, on) if is_pending else kept))
    return shown


def statement_hold(station: Station, on: date | None = None, *, period: date | None = None) -> date | None:
    """Until which day (the first free one) the last statement of a station that left is held; None if it is not.

    period: the first day of the statement's month; months before the one in which the station left are not held.
    Source: rules.md 3.10: held 90 days D; an approver's waiver frees it.
    """
    on = on or clock.today()
    found = StationExit.objects.filter(station=station, held_until__gt=on).first()
    if found is None:
        return None
    if period is not None and period < clock.local_date(found.terminated_at).replace(day=1):
        return None
    waived = found.items.filter(key=LAST_STATEMENT, status=ExitItemStatus.WAIVED).exists()
    return None if waived else found.held_until

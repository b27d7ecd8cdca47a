"""What becomes of an appraised piece: kept for a time, scrapped, made ready for stock again, or set aside to be sent on.

Sending it (failed_parts.onward) and the verdict (appraisal) are not here. Source: rules.md 3.6.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import PartSerial
from portal.core import clock, events, show, statements
from portal.core.attachments import attach
from portal.core.errors import Refusal
from portal.core.states import lock, move, require_move
from warranty.appraisal_documents import issue_certificate
from warranty.failed_parts_custody import FACTORY, by_login, log_custody, named
from warranty.failed_parts_keeping import in_dispute, keep_until
from warranty.failed_parts_rules import VERDICTS
from warranty.models import FailedPart, Verdict
from warranty.settlement_states import FailedPartStatus
from warranty.settlement_words import DISPOSITIONS
from warranty.signatures import Kept, Signature, keep_witnesses

BENCH_PHOTO: Final = "bench_photo"
SCRAP_PHOTO: Final = "scrap_photo"
REFURBISH: Final = "refurbish"  # the kind of the posting; its source is the piece's number
LONGEST_HOLD: Final = 365


class DispositionNotAllowed(Refusal):
    """Each verdict allows some dispositions only."""

    message = _("Got “%(got)s”, but the verdict allows: %(expected)s.")
    code = "disposition_not_allowed"


class WitnessesMissing(Refusal):
    """A piece is scrapped before two witnesses, neither of them the one who scraps it."""

    message = _("Witnesses other than yourself: got %(got)s, expected two who see the piece scrapped.")
    code = "witnesses_missing"


class PhotoMissing(Refusal):
    """What is scrapped is pictured."""

    message = _("Take a picture of the piece as it is scrapped.")
    code = "photo_missing"


class KeptUntil(Refusal):
    """A piece is kept after the settlement of its claim."""

    message = _("%(number)s is kept until %(day)s; it may be scrapped from that day on.")
    code = "kept_until"


class KeptForNow(Refusal):
    """Its claim is not settled, or its supplier disputes the charge."""

    message = _("%(number)s is kept: its claim is not settled yet.")
    code = "kept_for_now"


class KeptForDispute(KeptForNow):
    """Evidence of an open dispute stays."""

    message = _("%(number)s is kept: the supplier disputes the charge, and nobody has decided that yet.")
    code = "kept_for_dispute"


class DayMissing(Refusal):
    """Whoever keeps a piece says until when."""

    message = _("Say until which day it is kept: after today, at most %(days)s days from now.")
    code = "day_missing"


class DayOutOfReach(DayMissing):
    """A piece is kept for a time, not for ever."""

    message = _("Got %(got)s, expected a day from %(first)s to %(last)s.")
    code = "day_out_of_reach"


def final_verdict(piece: FailedPart) -> str:
    """The verdict that counts; empty while there is none."""
    found = piece.appraisals.filter(is_final=True).first()
    return found.verdict if found else ""


@transaction.atomic
def dispose(
    piece: FailedPart,
    *,
    disposition: str,
    actor: Any,
    note: str = "",
    witnesses: Iterable[Any] = (),
    photos: Sequence[Any] = (),
    signatures: Sequence[Signature] = (),
    until: date | None = None,
    at: datetime | None = None,
) -> FailedPart:
    """The piece's way has ended as its verdict allows, or it is kept until a day, from which it is disposed of anew.

    Scrapping has two witnesses, who sign for it, and a picture and leaves a certificate, not before the piece was kept
    long enough; refurbishing puts it on the shelf of class B through the ledger, once. Raises DispositionNotAllowed,
    WitnessesMissing, SignatureMissing, NotAWitness, PhotoMissing, BadFile, KeptUntil, KeptForNow, KeptForDispute,
    DayMissing, TransitionNotAllowed. Source: rules.md 3.6.
    """
    at = at or clock.now()
    piece = lock(piece, "station", "part", "claim")
    verdict = final_verdict(piece)
    allowed = VERDICTS[Verdict(verdict)].dispositions if verdict else tuple(DISPOSITIONS)
    if disposition not in allowed:
        expected = show.listed(str(DISPOSITIONS[each]) for each in allowed)
        got = DISPOSITIONS.get(disposition, disposition)
        raise DispositionNotAllowed(got=got, expected=expected, field="disposition")
    if piece.further_tests.waiting().exists():
        raise KeptForDispute(number=piece.number, field="disposition")
    if disposition == "hold":
        return _keep(piece, until=until, actor=actor, note=note, at=at)
    require_move(piece, FailedPartStatus.DISPOSITIONED)
    witnesses = [user for user in witnesses if user != actor]
    seen_by = [named(user) for user in witnesses]
    signed: list[Kept] = []
    if disposition == "scrap":
        _may_be_scrapped(piece, seen_by, photos, at)
        signed = keep_witnesses(piece, signatures, seen_by, actor=actor, at=at)
    kept = [attach(piece, each, kind=SCRAP_PHOTO, actor=actor, field="photos") for each in photos]
    piece.disposition, piece.disposed_at = disposition, at
    statements.update(piece, ["disposition", "disposed_at"])
    data = {"disposition": disposition, "witnesses": seen_by}
    if disposition == "scrap":
        data["witness_ids"] = [user.pk for user in witnesses]
    piece = move(piece, FailedPartStatus.DISPOSITIONED, actor=actor, at=at, note=note, data=data)
    piece.held_until = None  # only what is kept has a day
    statements.update(piece, ["held_until"])
    told = show.listed(each for each in (*seen_by, note) if each)
    log_custody(
        piece, "dispositioned", giver=named(actor), taker=disposition, at=at, note=told[:300],
        place=FACTORY, signed=by_login(actor),
    )  # fmt: skip
    for each in signed:
        log_custody(
            piece, "witnessed", giver=named(actor), taker=each.name, at=at, place=FACTORY, signed=each.name,
            signature=each.seal,
        )  # fmt: skip
    if disposition == "refurbish":
        _put_on_the_shelf(piece, actor=actor, at=at)
    if disposition == "scrap":
        issue_certificate(
            piece, verdict=verdict, by=named(actor), witnesses=seen_by, note=note, photos=kept, signed=signed,
            actor=actor, at=at,
        )  # fmt: skip
    return piece


def first_and_last_hold(today: date) -> tuple[date, date]:
    """Between which days the day lies until which a piece is kept, seen from today."""
    return today + timedelta(days=1), today + timedelta(days=LONGEST_HOLD)


def _keep(piece: FailedPart, *, until: date | None, actor: Any, note: str, at: datetime) -> FailedPart:
    """Kept until the day; once more where it is kept already."""
    today = clock.local_date(at)
    if until is None:
        raise DayMissing(days=LONGEST_HOLD, field="until")
    first, last = first_and_last_hold(today)
    if not first <= until <= last:
        raise DayOutOfReach(got=until.isoformat(), first=first.isoformat(), last=last.isoformat(), field="until")
    piece.disposition, piece.held_until = "hold", until
    if piece.status == FailedPartStatus.HELD:
        statements.update(piece, ["held_until"])
        events.record(piece, "failedpart.kept_longer", actor=actor, at=at, note=note, data={"until": until.isoformat()})
        return piece
    require_move(piece, FailedPartStatus.HELD)
    statements.update(piece, ["disposition", "held_until"])
    piece = move(piece, FailedPartStatus.HELD, actor=actor, at=at, note=note, data={"until": until.isoformat()})
    log_custody(
        piece, "held", giver=named(actor), taker=named(actor), at=at, note=f"{until.isoformat()} {note}".strip()[:300],
        place=FACTORY, signed=by_login(actor),
    )  # fmt: skip
    return piece


def _may_be_scrapped(piece: FailedPart, seen_by: Sequence[str], photos: Sequence[Any], at: datetime) -> None:
    if len(seen_by) < 2:
        raise WitnessesMissing(got=len(seen_by), field="witnesses")
    if not photos:
        raise PhotoMissing(field="photos")
    if in_dispute(piece):
        raise KeptForDispute(number=piece.number, field="disposition")
    day = keep_until(piece, at)
    if day is None:
        raise KeptForNow(number=piece.number, field="disposition")
    if clock.local_date(at) < day:
        raise KeptUntil(number=piece.number, day=day.isoformat(), field="disposition")


def _put_on_the_shelf(piece: FailedPart, *, actor: Any, at: datetime) -> None:
    """One piece more of class B, worth nothing until somebody values it; a known serial number stands there too."""
    shelf = stock.refurbished()
    moves = [
        stock.Move(stock.world().pk, piece.part_id, qty=Decimal(-1), unit_cost=Decimal(0)),
        stock.Move(shelf.pk, piece.part_id, qty=Decimal(1)),
    ]
    if stock.post(kind=REFURBISH, source=piece.number, moves=moves, at=at, actor=actor) and piece.removed_serial:
        outside = PartSerial.objects.filter(part=piece.part_id, serial=piece.removed_serial, location=None)
        outside.update(location=shelf)

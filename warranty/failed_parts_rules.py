"""Rules of old parts: which must come back, by when, what a missing one costs, what a verdict means.

Pure: no database, no clock. Operations are in failed_parts.py and appraisal.py. Source: rules.md 3.6, C24.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from portal.core.money import round_money

RETURN_DAYS = 15
REMINDER_DAYS = 3
RETURN_ABOVE = Decimal("300.00")
NOT_RETURNED = "PNR"


@dataclass(frozen=True)
class ReturnFacts:
    """What decides whether a replaced piece must come back; line_amount is the approved amount, CNY, tax excluded."""

    line_amount: Decimal
    is_core: bool = False
    part_flag: bool = False
    contract: bool = False
    quality_hold: bool = False
    random_hit: bool = False


def return_reasons(facts: ReturnFacts, *, from_amount: Decimal = RETURN_ABOVE) -> tuple[str, ...]:
    """Every reason why the piece must come back; empty: it need not."""
    asked = {
        "core": facts.is_core,
        "part_flag": facts.part_flag,
        "line_amount": facts.line_amount >= from_amount,
        "contract": facts.contract,
        "quality_hold": facts.quality_hold,
        "random": facts.random_hit,
    }
    return tuple(reason for reason, holds in asked.items() if holds)


@dataclass(frozen=True)
class ReturnSchedule:
    """The days of one return: it is late on debit_on, which is the day after due_on."""

    due_on: dt.date
    reminder_on: dt.date
    debit_on: dt.date


def return_schedule(
    requested_on: dt.date,
    *,
    return_days: int = RETURN_DAYS,
    extension_days: int = 0,
    reminder_days: int = REMINDER_DAYS,
) -> ReturnSchedule:
    """The last day, the reminder and the debit day; an extension moves all three."""
    due_on = requested_on + dt.timedelta(days=return_days + extension_days)
    return ReturnSchedule(due_on, due_on - dt.timedelta(days=reminder_days), due_on + dt.timedelta(days=1))


@dataclass(frozen=True)
class ReturnPost:
    """One movement of money that a return causes; a debit is negative."""

    on: dt.date
    amount: Decimal
    reason: str


def return_effect(
    schedule: ReturnSchedule,
    *,
    amount: Decimal,
    as_of: dt.date,
    received_on: dt.date | None = None,
    accepted_on: dt.date | None = None,
) -> tuple[ReturnPost, ...]:
    """What has been debited and credited by the end of a day.

    Arrival (the receipt scan at the factory) on or before the due day costs nothing; a late piece is debited on the
    debit day and credited back on the day its verdict accepts it. Days are local.
    """
    if as_of < schedule.debit_on or (received_on is not None and received_on <= schedule.due_on):
        return ()
    posts = [ReturnPost(schedule.debit_on, -amount, NOT_RETURNED)]
    if accepted_on is not None and accepted_on <= as_of:
        posts.append(ReturnPost(accepted_on, amount, NOT_RETURNED))
    return tuple(posts)


def piece_amounts(line_amount: Decimal, pieces: int) -> tuple[Decimal, ...]:
    """A line's approved amount spread over its pieces to the cent; the last piece takes the remainder."""
    if pieces < 1:
        return ()
    share = round_money(line_amount / pieces)
    return (*[share] * (pieces - 1), line_amount - share * (pieces - 1))


@dataclass(frozen=True)
class VerdictMeaning:
    """What one appraisal verdict fixes.

    accepts: the station keeps its money; payer: who bears the cost in the end; recoverable: a supplier may be charged;
    dispositions: what may be done with the piece; reason: the code of the debit when it does not accept.
    """

    accepts: bool
    payer: str
    recoverable: bool
    dispositions: tuple[str, ...]
    reason: str = ""


VERDICTS: dict[str, VerdictMeaning] = {
    "supplier_defect": VerdictMeaning(True, "supplier", True, ("to_supplier", "scrap", "hold")),
    "design": VerdictMeaning(True, "factory", False, ("scrap", "hold", "refurbish")),
    "transport": VerdictMeaning(False, "carrier", False, ("scrap", "to_station", "hold"), "TRD"),
    "workmanship": VerdictMeaning(False, "station", False, ("to_station", "scrap"), "WMS"),
    "user": VerdictMeaning(False, "customer", False, ("to_station", "scrap"), "EXC"),
    "no_fault_found": VerdictMeaning(False, "station", False, ("refurbish", "to_station", "scrap"), "NDF"),
    "non_genuine": VerdictMeaning(False, "station", False, ("to_station", "hold"), "URF"),
    "wrong_part": VerdictMeaning(False, "station", False, ("to_station", "hold"), "CDR"),
    "undetermined": VerdictMeaning(True, "factory", False, ("scrap", "hold")),
}


CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_character(text: str) -> str:
    """ISO 7064 mod 37,36 over digits and capital letters; other characters are passed over."""
    product = 36
    for character in text.upper():
        value = CHECK_ALPHABET.find(character)
        if value < 0:
            continue
        total = (product + value) % 36 or 36
        product = total * 2 % 37
    return CHECK_ALPHABET[(37 - product) % 36]


def tag_text(*, number: str, claim: str, line: int, piece: int, station: str) -> str:
    """The text of a piece's QR code: number, claim, line, piece, station and a check character, parted by '/'."""
    body = f"{number}/{claim}/{line}/{piece}/{station}"
    return f"{body}/{check_character(body)}"


def read_tag(scanned: str) -> str | None:
    """The tag number in a scanned or typed text; None when its check character is wrong.

    Accepts the whole QR text, or the printed number alone, in any case and with blanks around.
    """
    text = scanned.strip().upper()
    if "/" not in text:
        return text or None
    body, _, check = text.rpartition("/")
    return body.split("/", 1)[0] if check_character(body) == check else None

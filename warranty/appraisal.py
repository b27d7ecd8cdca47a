"""The verdict on a received old part and what it sets off. Not here: receiving (failed_parts), charging (recovery)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, statements
from portal.core.attachments import attach
from portal.core.errors import Refusal
from portal.core.models.attachments import Attachment
from portal.core.parameters import param
from portal.core.states import TransitionNotAllowed, lock, move
from warranty import recovery
from warranty import settlement_posting as posting
from warranty.appraisal_documents import issue_report
from warranty.appraisal_tests import frozen_measurements
from warranty.desk.releasing import piece_decided
from warranty.disposing import BENCH_PHOTO, DispositionNotAllowed, WitnessesMissing, dispose, final_verdict
from warranty.failed_parts_custody import BENCH, by_login, holder_of, log_custody, named
from warranty.failed_parts_rules import VERDICTS
from warranty.four_eyes import words_missing
from warranty.models import Appraisal, FailedPart
from warranty.settlement_states import FailedPartStatus
from warranty.stakes import stake_anew

__all__ = [
    "BENCH_PHOTO",
    "DispositionNotAllowed",
    "FindingsMissing",
    "JudgedAlready",
    "OwnPiece",
    "UnknownVerdict",
    "WitnessesMissing",
    "appraise",
    "conclude",
    "dispose",
    "final_verdict",
    "had_a_hand",
    "take_over",
    "take_to_bench",
]


SECOND_NEEDED, VERDICTS_DIFFER = "failedpart.second_verdict_needed", "failedpart.verdicts_differ"


class OwnPiece(Refusal):
    """Nobody appraises a piece of a claim they had a hand in."""

    message = _("You had a hand in claim %(claim)s, so somebody else appraises its old part.")
    code = "own_piece"


class JudgedAlready(Refusal):
    """The second verdict comes from a second person."""

    message = _("You have judged %(number)s already; somebody else gives the next verdict.")
    code = "judged_already"


class FindingsMissing(Refusal):
    """A verdict against the station needs words."""

    message = _("A verdict against the station needs findings of at least %(least)s characters.")
    code = "findings_missing"


class UnknownVerdict(Refusal):
    """A verdict that is not in the list."""

    message = _("Choose one of the nine verdicts.")
    code = "unknown_verdict"


def had_a_hand(user: Any, piece: FailedPart) -> bool:
    """Whether the user made, submitted or decided the piece's claim."""
    claim = piece.claim
    names = ("created_by_id", "submitted_by_id", "decided_by_id")
    return any(getattr(claim, name, None) == user.pk for name in names)


@transaction.atomic
def take_to_bench(piece: FailedPart, *, actor: Any, at: datetime | None = None) -> FailedPart:
    """A received piece lies before this appraiser, who took it from whoever held it; taking it twice writes nothing.

    Writes one custody entry. Source: L5, rules.md 3.6.
    """
    piece = lock(piece, "station")
    if piece.status == FailedPartStatus.RECEIVED:
        take_over(piece, actor, at or clock.now())
    return piece


def take_over(piece: FailedPart, actor: Any, at: datetime) -> None:
    """The locked piece is with this appraiser, by one custody entry unless it was already."""
    holder = holder_of(piece)
    if holder != named(actor):
        signed = by_login(actor)
        log_custody(piece, "taken_over", giver=holder, taker=named(actor), at=at, place=BENCH, signed=signed)


@transaction.atomic
def appraise(
    piece: FailedPart,
    *,
    verdict: str,
    actor: Any,
    findings: str = "",
    measurements: Mapping[int, Decimal] | None = None,
    photos: Sequence[Any] = (),
    at: datetime | None = None,
) -> Appraisal:
    """The piece has a verdict; it is inspected when that is final, and money and recovery follow at once.

    A refusal of more than 1,000 D is final only when a second appraiser gives the same verdict; where two refuse for
    different reasons, a third decides, or an approver (ruling.py). measurements: values by step of the part's tests;
    photos: uploads from the bench.
    Raises OwnPiece, JudgedAlready, FindingsMissing, UnknownVerdict, UnknownStep, BadFile, TransitionNotAllowed.
    Source: rules.md 3.6.
    """
    at = at or clock.now()
    posting.hold_station(piece.station_id)
    piece = lock(piece, "claim", "station")
    _check(piece, verdict, actor, findings, at)
    stake_anew(piece)
    final = _is_final(piece, verdict, at)
    take_over(piece, actor, at)
    row = statements.insert(
        Appraisal(
            failed_part=piece, appraiser=actor, verdict=verdict, findings=findings.strip(), is_final=final, at=at,
            measurements=frozen_measurements(piece.part, measurements or {}),
            photos=[_frozen(attach(piece, each, kind=BENCH_PHOTO, actor=actor, field="photos")) for each in photos],
        )
    )  # fmt: skip
    log_custody(
        piece, "appraised", giver=named(actor), taker=named(actor), at=at, note=verdict,
        place=BENCH, signed=by_login(actor),
    )  # fmt: skip
    if not final:
        events.record(piece, _waits_for(piece), actor=actor, at=at, data={"verdict": verdict})
        return row
    return conclude(piece, row, actor=actor, at=at)


def conclude(piece: FailedPart, final: Appraisal, *, actor: Any, at: datetime) -> Appraisal:
    """The locked piece is inspected by its final verdict: report, money, recovery and the held line of its claim follow."""
    data = {"verdict": final.verdict}
    piece = move(piece, FailedPartStatus.INSPECTED, actor=actor, at=at, note=final.findings, data=data)
    issue_report(piece, actor=actor)
    posting.settle_verdict(piece, final.verdict, at=at)
    recovery.note_decided_piece(piece, actor=actor, at=at)
    piece_decided(piece, actor=actor, at=at)
    return final


def _waits_for(piece: FailedPart) -> str:
    """The event of a verdict that is not final: a second one is needed, or two differ."""
    return VERDICTS_DIFFER if piece.appraisals.count() > 1 else SECOND_NEEDED


def _frozen(photo: Attachment) -> dict[str, Any]:
    return {"id": photo.pk, "kind": photo.kind, "sha256": photo.sha256}


def _check(piece: FailedPart, verdict: str, actor: Any, findings: str, at: datetime) -> None:
    if verdict not in VERDICTS:
        raise UnknownVerdict(field="verdict")
    if piece.status != FailedPartStatus.RECEIVED:
        raise TransitionNotAllowed(
            record=piece.number,
            before=FailedPartStatus(piece.status).label,
            after=FailedPartStatus.INSPECTED.label,
        )
    if had_a_hand(actor, piece):
        raise OwnPiece(claim=piece.claim.number)
    if piece.appraisals.filter(appraiser=actor).exists():
        raise JudgedAlready(number=piece.number)
    if not VERDICTS[verdict].accepts and (least := words_missing(findings, at)):
        raise FindingsMissing(least=least, field="findings")


def _is_final(piece: FailedPart, verdict: str, at: datetime) -> bool:
    if VERDICTS[verdict].accepts or piece.amount <= param("warranty.second_appraiser_above", at):
        return True
    given = list(piece.appraisals.values_list("verdict", flat=True))
    return verdict in given or len(given) >= 2  # two who refuse for different reasons: the third decides

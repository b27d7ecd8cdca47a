"""A disputed line waits for its old parts to be tested again; the new verdicts decide it. Source: rules.md 3.7.

Not here: the first verdict and its effect on the station (appraisal), which stand.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock, events
from portal.core.attachments import attach
from portal.core.states import lock
from warranty import settlement_posting as posting
from warranty.appraisal import FindingsMissing, JudgedAlready, OwnPiece, UnknownVerdict, had_a_hand, take_over
from warranty.appraisal_tests import frozen_measurements
from warranty.chargebacks.disputes import open_dispute, resolve_dispute, send_back
from warranty.chargebacks.doubts import raise_doubts
from warranty.chargebacks.refusals import AlreadyTestedAgain, NoTestAwaited, NothingToTest, PieceGone
from warranty.chargebacks.replies import replies_of
from warranty.chargebacks.rounds import entry_of
from warranty.disposing import BENCH_PHOTO
from warranty.failed_parts_custody import BENCH, by_login, log_custody, named
from warranty.failed_parts_rules import VERDICTS
from warranty.four_eyes import require_words, words_missing
from warranty.further_test_documents import issue_retest_order
from warranty.models import ChargebackLine, DisputeAct, FailedPart, FurtherTest, Verdict
from warranty.scrubbing import Names, names_of, scrub
from warranty.settlement_states import FailedPartStatus

OF_ORDER = ("station", "part", "claim__product_model", "claim__decided_by")  # what its order says of a piece
AT_HAND = (FailedPartStatus.INSPECTED, FailedPartStatus.HELD)
DEFECT = Verdict.SUPPLIER_DEFECT


@transaction.atomic
def ask_further_test(line: ChargebackLine, *, reason: str, actor: Any, at: datetime | None = None) -> list[FurtherTest]:
    """The old parts for which the line charges are on the bench again; until their verdicts the line waits for these.

    Once a line, and only while every piece is at hand. Raises OwnNote, NotDisputed, WithSupplier, TextTooShort,
    UnderTest, AlreadyTestedAgain, NothingToTest, PieceGone. Writes FurtherTests, an order on paper for each, a
    DisputeEntry and Events.
    """
    at = at or clock.now()
    header, line = open_dispute(line, actor, clock.local_date(at))
    require_words(reason, "reason", at)
    if line.further_tests.exists():
        raise AlreadyTestedAgain(position=line.position)
    pieces = [lock(piece, *OF_ORDER) for piece in pieces_to_test(line)]
    if not pieces:
        raise NothingToTest(position=line.position)
    gone = [piece for piece in pieces if piece.status not in AT_HAND]
    if gone:
        raise PieceGone(number=gone[0].number, status=gone[0].get_status_display())
    made = [FurtherTest(line=line, piece=piece, asked_by=actor, reason=reason.strip(), asked_at=at) for piece in pieces]
    FurtherTest.objects.bulk_create(made)
    line.tested_since, line.answer_by = at, None
    line.save(update_fields=["tested_since", "answer_by"])
    entry_of(line, DisputeAct.TEST_ASKED, text=reason, actor=actor, at=at).save()
    data = {"position": line.position, "pieces": [piece.number for piece in pieces]}
    events.record(header, "chargeback.test_asked", actor=actor, at=at, note=reason.strip(), data=data)
    replies = [kept.name for kept in replies_of(header)]
    for test in made:
        issue_retest_order(test, replies=replies, actor=actor, at=at)
    return made


def pieces_to_test(line: ChargebackLine) -> list[FailedPart]:
    """The old parts of the line's claim line that were found to be the supplier's, the first one first."""
    found = FailedPart.objects.filter(line=line.case.line_id, appraisals__is_final=True, appraisals__verdict=DEFECT)
    return list(found.order_by("pk"))


@transaction.atomic
def judge_again(
    test: FurtherTest,
    *,
    verdict: str,
    findings: str,
    actor: Any,
    measurements: Mapping[int, Decimal] | None = None,
    photos: Sequence[Any] = (),
    at: datetime | None = None,
) -> FurtherTest:
    """The piece has a second verdict, by somebody who did not give the first; with the last one the line is decided.

    All of them the supplier's: his dispute is denied. All the station's: it bears the amount. None the supplier's or the
    station's: it is given up. Verdicts that differ leave the line to whoever decides disputes. Where none is the supplier's,
    what he accepted for the piece is in doubt. Raises NoTestAwaited,
    UnknownVerdict, FindingsMissing, OwnPiece, JudgedAlready, UnknownStep, BadFile.
    """
    at = at or clock.now()
    posting.hold_station(test.piece.station_id)  # it may have to bear the amount, and stations come before notes
    lock(test.line.chargeback)
    line = lock(test.line)
    test = lock(test, "piece__claim", "piece__part", "piece__station", "line")
    _check(test, line, verdict, findings, actor, at)
    piece = lock(test.piece, "part", "station")
    kept = [attach(piece, each, kind=BENCH_PHOTO, actor=actor, field="photos") for each in photos]
    test.verdict, test.findings, test.appraiser, test.done_at = verdict, findings.strip()[:500], actor, at
    test.measurements = frozen_measurements(piece.part, measurements or {})
    test.photos = [{"id": each.pk, "kind": each.kind, "sha256": each.sha256} for each in kept]
    test.save(update_fields=["verdict", "findings", "appraiser", "done_at", "measurements", "photos"])
    take_over(piece, actor, at)
    log_custody(
        piece, "tested_again", giver=named(actor), taker=named(actor), at=at, note=verdict,
        place=BENCH, signed=by_login(actor),
    )  # fmt: skip
    events.record(piece, "failedpart.tested_again", actor=actor, at=at, note=test.findings, data={"verdict": verdict})
    if not line.further_tests.filter(done_at=None).exists():
        _conclude_tests(line, actor, at)
    return test


def _check(test: FurtherTest, line: ChargebackLine, verdict: str, findings: str, actor: Any, at: datetime) -> None:
    if test.done_at or line.tested_since is None:
        raise NoTestAwaited(number=test.piece.number)
    if verdict not in VERDICTS:
        raise UnknownVerdict(field="verdict")
    if least := words_missing(findings, at):
        raise FindingsMissing(least=least, field="findings")
    if had_a_hand(actor, test.piece):
        raise OwnPiece(claim=test.piece.claim.number)
    if test.piece.appraisals.filter(appraiser=actor).exists():
        raise JudgedAlready(number=test.piece.number)


def _conclude_tests(line: ChargebackLine, actor: Any, at: datetime) -> None:
    """What the verdicts make of the locked line."""
    tests = list(line.further_tests.order_by("pk"))
    payers = {VERDICTS[test.verdict].payer for test in tests}
    names = _names(line.case.claim)
    told = "; ".join(f"{test.get_verdict_display()}: {scrub(test.findings, names)}" for test in tests)[:300]
    line.tested_since = None
    line.save(update_fields=["tested_since"])
    entry_of(line, DisputeAct.TESTED, text=told, actor=actor, at=at).save()
    data = {"position": line.position, "verdicts": [test.verdict for test in tests]}
    events.record(line.chargeback, "chargeback.tested_again", actor=actor, at=at, note=told, data=data)
    if payers == {"supplier"}:
        answer = _("The old part was tested again: %(told)s") % {"told": told}
        send_back(lock(line.chargeback), [line], answer=answer[:300], actor=actor, at=at)
    elif payers == {"station"}:
        bears = "station" if line.claim_line_id else "written_off"  # a handling fee no station received
        resolve_dispute(line, outcome=bears, note=told, actor=actor, at=at)
    elif not payers & {"supplier", "station"}:
        resolve_dispute(line, outcome="written_off", note=told, actor=actor, at=at)
    if "supplier" not in payers:
        raise_doubts(line, told=told, actor=actor, at=at)


def _names(claim: Any) -> Names:
    """Whoever a finding may name that the supplier is not told: customers and the station."""
    customers = [getattr(claim.unit, "customer", None), claim.work_order.request.customer]
    people = [text for each in customers if each for text in (each.name, each.phone, each.address)]
    return names_of(people, (claim.station.name, claim.station.name_en), claim.station.code)

"""The letter of a claim that waits for its station: what is missing, until when, and what happens then.

Issued with a question and with a hold until the appraisal. Frozen facts; the PDF is made on view. Not here: decisions (letters).
"""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock, show
from portal.core.documents import issue_document
from portal.core.models import Document
from warranty.models import ClaimQuestion, FailedPart, WarrantyClaim

KIND: Final = "claim_request"
QUESTION: Final = gettext_lazy("Headquarters asks")
HOLD: Final = gettext_lazy("Old parts are needed before the decision")


def issue_question_letter(claim: WarrantyClaim, asked: ClaimQuestion) -> Document:
    """Headquarters' question stands on paper. Writes one Document."""
    with translation.override(language_of(claim)):
        day = clock.local_date(asked.due_at)
        then = _(
            "Answer by the end of %(day)s on the page of the claim; the claim is then submitted again as its next version."
            " Without an answer it is rejected on the day after, with the right to appeal."
        )
        named = [asked.reason_code.in_words] if asked.reason_code and not asked.reason_code.is_other else []
        facts = _facts(claim, str(QUESTION), asked.asked_by, asked.asked_at) | {
            "missing": [*named, asked.question], "until": show.day(day), "then": then % {"day": show.day(day)},
        }  # fmt: skip
    return _issue(claim, f"{claim.number}-Q{asked.round}", facts, asked.asked_by)


def issue_hold_letter(
    claim: WarrantyClaim, pieces: Sequence[FailedPart], *, lines: Sequence[int], reason: str, actor: Any, at: Any
) -> Document:
    """What has to come back before the lines are decided stands on paper. Writes one Document."""
    with translation.override(language_of(claim)):
        day = show.day(last_day(pieces))
        then = _(
            "Send the old parts so that they arrive by %(day)s. The claim stays in review until they were appraised, and"
            " nothing is paid for it before; the verdict is part of the decision."
        )
        missing = [
            _("Old part %(number)s: %(part)s") % {"number": piece.number, "part": piece.part} for piece in pieces
        ]
        facts = _facts(claim, str(HOLD), actor, at) | {
            "missing": [*missing, reason], "until": day, "then": then % {"day": day},
        }  # fmt: skip
    held = "-".join(str(position) for position in lines)
    return _issue(claim, f"{claim.number}-H{held}-{clock.local_date(at):%y%m%d}-{pieces[0].pk}", facts, actor)


def subject_said(frozen: str) -> str:
    """What a letter is about, frozen in its station's language, in the reader's."""
    for subject in (QUESTION, HOLD):
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found = str(subject) == frozen
            if found:
                return str(subject)
    return frozen


def last_day(pieces: Sequence[FailedPart]) -> Any:
    """The first of the last days of arrival."""
    return min(piece.due_on for piece in pieces)


def language_of(claim: WarrantyClaim) -> str:
    """The language of whoever submitted the claim."""
    return getattr(claim.submitted_by, "language", "") or "zh-hans"


def _issue(claim: WarrantyClaim, number: str, facts: dict[str, Any], actor: Any) -> Document:
    return issue_document(KIND, subject=claim, number=number, facts=facts, actor=actor, language=language_of(claim))


def _facts(claim: WarrantyClaim, what: str, actor: Any, at: Any) -> dict[str, Any]:
    return {
        "claim": claim.number,
        "what": what,
        "asked_on": show.day(clock.local_date(at)),
        "asked_by": str(actor),
        "station": claim.station.name,
        "station_code": claim.station.code,
        "serial_number": claim.serial_number,
        "model": str(claim.product_model or ""),
        "work_order": claim.work_order.number,
        "claimed": show.amount(claim.claimed_total),
    }

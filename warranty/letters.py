"""The decision letter: what was decided line by line, why, and how to appeal. Frozen facts; the PDF is made on view."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from portal.core import clock, show
from portal.core.calendar import last_day
from portal.core.documents import issue_document
from portal.core.parameters import param
from warranty.models import ClaimDecision, ClaimLine, WarrantyClaim
from warranty.wording import say, say_cut, say_verdict

KIND = "claim_decision"


def issue_letter(decided: ClaimDecision, lines: Sequence[ClaimLine]) -> None:
    """The decision's letter stands under its number, in the language of whoever submitted. Writes one Document."""
    claim = decided.claim
    language = getattr(claim.submitted_by, "language", "") or "zh-hans"
    with translation.override(language):
        facts = letter_facts(claim, decided, lines)
    issue_document(
        KIND, subject=claim, number=decided.letter_number, facts=facts, actor=decided.decided_by, language=language
    )


def letter_facts(claim: WarrantyClaim, decided: ClaimDecision, lines: Sequence[ClaimLine]) -> dict[str, Any]:
    """Everything the letter says, as texts in the active language; customers are not named."""
    decided_on = clock.local_date(decided.decided_at)
    appeal_until = last_day(decided_on, param("warranty.appeal_days", decided_on))
    station = claim.station
    return {
        "claim": claim.number,
        "version": decided.version,
        "decided_on": decided_on.isoformat(),
        "decided_by": str(decided.decided_by or _("the system")),
        "outcome": str(decided.get_outcome_display()),
        "outcome_code": decided.outcome,
        "station": station.name,
        "station_code": station.code,
        "dealer": station.dealer.name,
        "serial_number": claim.serial_number,
        "model": str(claim.product_model or ""),
        "work_order": claim.work_order.number,
        "failed_on": claim.failed_on.isoformat(),
        "repaired_on": claim.repaired_on.isoformat(),
        "cover": say_verdict(claim.explanation.get("coverage", {})),
        "cover_start": claim.explanation.get("coverage", {}).get("start") or "",
        "cover_end": claim.explanation.get("coverage", {}).get("first_uncovered") or "",
        "reason": say(decided.reason) if decided.decided_by is None else decided.reason,
        "lines": list(_lines(claim, lines)),
        "claimed": show.amount(claim.claimed_total),
        "approved": show.amount(claim.approved_total),
        "appeal_until": appeal_until.isoformat(),
    }


def _lines(claim: WarrantyClaim, lines: Sequence[ClaimLine]) -> Any:
    priced = {line["position"]: line for line in claim.explanation.get("lines", [])}
    for line in lines:
        reason = str(line.reason_code or "") if line.cut else ""
        yield {
            "position": line.position,
            "kind": str(line.get_kind_display()),
            "what": line.what,
            "qty": show.quantity(
                line.km if line.kind == "travel" else line.hours if line.kind == "labor" else line.qty
            ),
            "claimed": show.amount(line.claimed_amount),
            "approved": show.amount(line.approved_amount),
            "reason": reason,
            "note": line.note or (say_cut(priced[line.position]) if line.cut and line.position in priced else ""),
        }

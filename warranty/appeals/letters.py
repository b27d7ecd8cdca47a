"""The letter that ends an appeal: what was asked for, granted and why, line by line. Frozen facts; the PDF is made on view."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils import translation

from portal.core import clock, show
from portal.core.documents import issue_document
from warranty.models import Appeal, AppealLine

KIND: Final = "appeal_decision"


def issue_letter(appeal: Appeal, lines: Sequence[AppealLine]) -> None:
    """The decision stands under the appeal's number, in the language of whoever filed it. Writes one Document."""
    language = appeal.filed_by.language or "zh-hans"
    with translation.override(language):
        facts = letter_facts(appeal, lines)
    issue_document(KIND, subject=appeal, number=appeal.number, facts=facts, actor=appeal.decided_by, language=language)


def letter_facts(appeal: Appeal, lines: Sequence[AppealLine]) -> dict[str, Any]:
    """Everything the letter says, as texts in the active language; customers are not named."""
    claim, station = appeal.claim, appeal.station
    return {
        "number": appeal.number,
        "claim": claim.number,
        "filed_on": clock.local_date(appeal.filed_at).isoformat(),
        "decided_on": clock.local_date(appeal.decided_at or clock.now()).isoformat(),
        "decided_by": str(appeal.decided_by),
        "outcome": str(appeal.get_status_display()),
        "outcome_code": appeal.status,
        "station": station.name,
        "station_code": station.code,
        "dealer": station.dealer.name,
        "serial_number": claim.serial_number,
        "model": str(claim.product_model or ""),
        "work_order": claim.work_order.number,
        "grounds": appeal.grounds,
        "remark": appeal.reason,
        "lines": [
            {
                "position": row.line.position,
                "kind": str(row.line.get_kind_display()),
                "what": row.line.what,
                "claimed": show.amount(row.line.claimed_amount),
                "approved": show.amount(row.line.approved_amount),
                "asked": show.amount(row.asked_amount),
                "granted": show.amount(row.granted_amount),
                "because": str(row.reason_code or ""),
                "reason": row.reason,
            }
            for row in lines
        ],
        "asked": show.amount(appeal.asked_total),
        "granted": show.amount(appeal.granted_total),
    }

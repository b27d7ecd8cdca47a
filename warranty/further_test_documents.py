"""The retest order: what the bench tests once more of a disputed line's old part, and who must not do it.

For headquarters; the supplier reads in the portal that its line waits. Not here: the test itself (chargebacks.testing).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from portal.core import clock
from portal.core.documents import Standing, document_kind, documents_of, issue_document
from portal.core.models.documents import Document
from portal.core.numbering import take_number
from warranty.appraisal_telling import told_outside
from warranty.appraisal_tests import steps_for
from warranty.failed_parts_custody import named
from warranty.models import Appraisal, ChargebackLine, FailedPart, FurtherTest

RETEST_ORDER: Final = "retest_order"


def register() -> None:
    """Retest orders can be issued. Called in AppConfig.ready()."""
    document_kind(
        RETEST_ORDER,
        template="pdf/retest_order.html",
        title=_("Retest order of an old part"),
        public=(("number", _("Number")), ("piece", _("Old part")), ("asked_on", _("Ordered on"))),
        bilingual=True,
        standing=order_today,
    )


def issue_retest_order(test: FurtherTest, *, replies: Iterable[str], actor: Any, at: datetime) -> Document:
    """The order's document row, with a number of its own and the facts as the test was asked for.

    replies: the names of the supplier's 8D replies, which are to be read first.
    """
    number = take_number("RT", at=at)
    facts = _facts(test, number, list(replies))
    return issue_document(RETEST_ORDER, subject=test, number=number, facts=facts, actor=actor)


def order_of(test: FurtherTest) -> Document | None:
    """The order on paper; None for tests asked for before there were any."""
    return documents_of(test, RETEST_ORDER).first()


def orders_of(lines: Iterable[ChargebackLine]) -> list[Document]:
    """The orders of all further tests of these lines, in their order; one query."""
    tests = FurtherTest.objects.filter(line__in=[line.pk for line in lines])
    found = Document.objects.filter(
        kind=RETEST_ORDER, subject_type=FurtherTest._meta.label_lower, subject_id__in=tests.values("pk")
    )
    return list(found.order_by("pk"))


def order_today(row: Document) -> Standing | None:
    """Whether the bench still waits for the piece."""
    test = FurtherTest.objects.select_related("line").filter(pk=row.subject_id).first()
    if test is None:
        return None
    if test.done_at is not None:
        return Standing("good", pgettext("retest", "Tested"), _("The second verdict has been given."))
    if test.line.tested_since is None:
        return Standing("bad", pgettext("retest", "Not awaited"), _("The dispute was decided without this test."))
    return Standing("wait", pgettext("retest", "Waiting"), _("The second verdict is still to come."))


def _facts(test: FurtherTest, number: str, replies: list[str]) -> dict[str, Any]:
    piece, line = test.piece, test.line
    claim, note = piece.claim, line.chargeback
    appraisals = list(piece.appraisals.select_related("appraiser").order_by("pk"))
    return {
        "number": number,
        "piece": piece.number,
        "claim": claim.number,
        "station_code": piece.station.code,
        "part": piece.part.number,
        "part_name": piece.part.name,
        "part_name_en": piece.part.name_en,
        "piece_serial": piece.removed_serial,
        "unit_serial": claim.serial_number,
        "model": claim.product_model.code if claim.product_model else "",
        "supplier": note.supplier.name,
        "supplier_en": note.supplier.name_en,
        "note": note.number,
        "position": str(line.position),
        "disputed": f"{line.disputed:.2f}",
        "said": line.answer_reason,
        "replies": replies,
        "reason": test.reason,
        "asked_by": named(test.asked_by),
        "asked_on": clock.local_date(test.asked_at).isoformat(),
        "appraisals": [
            {
                "by": str(each.appraiser),
                "verdict": each.verdict,
                "findings": each.findings,
                "on": clock.local_date(each.at).isoformat(),
                "final": each.is_final,
            }
            for each in told_outside(appraisals)
        ],
        "steps": _steps(piece, appraisals),
        "not_by": _not_by(piece, appraisals),
    }


def _steps(piece: FailedPart, appraisals: Iterable[Appraisal]) -> list[dict[str, str]]:
    """What is measured on such a part, and what was measured the first time."""
    before = {row["label"]: row["value"] for each in appraisals for row in each.measurements}
    return [
        {
            "label": step.label,
            "label_en": step.label_en,
            "unit": step.unit,
            "limits": step.limits,
            "value": before.get(step.label, ""),
        }
        for step in steps_for(piece.part)
    ]


def _not_by(piece: FailedPart, appraisals: Iterable[Appraisal]) -> list[str]:
    """Who must not test it: whoever judged the piece, or had the claim in hand at headquarters."""
    judges = [str(each.appraiser) for each in appraisals]
    decided = [str(piece.claim.decided_by)] if piece.claim.decided_by else []
    return list(dict.fromkeys([*judges, *decided]))

"""A chargeback note on paper, with its evidence: stations by code, customers not at all."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock
from portal.core.documents import issue_document
from portal.core.linetable import LineColumn
from portal.core.models.documents import Document
from portal.core.money import capitals, total
from warranty.models import Chargeback, ChargebackLine, LineKind
from warranty.supplier_reports import REPORTS, freeze_reports

NOTE_COLUMNS = (
    LineColumn(_("No."), "position", 6),
    LineColumn(_("Claim"), "claim", 18),
    LineColumn(_("Part number"), "part", 14),
    LineColumn(_("Part name"), "part_name", 20),
    LineColumn(_("Kind"), "kind", 12, words={**dict(LineKind.choices), "handling": _("Handling fee")}),
    LineColumn(_("Price base"), "base", 11, total=True),
    LineColumn(_("Share (%)"), "share", 8),
    LineColumn(pgettext_lazy("chargeback", "Claimed"), "claimed", 11, total=True),
)


def note_facts(note: Chargeback) -> dict[str, Any]:
    """What the note says as sent."""
    lines = list(note.lines.filter(is_live=True).order_by("position"))
    return {
        "number": note.number,
        "supplier_code": note.supplier.code,
        "supplier": note.supplier.name,
        "supplier_en": note.supplier.name_en,
        "period": f"{note.period:%Y-%m}",
        "answer_by": note.answer_by.isoformat() if note.answer_by else "",
        "claimed": f"{note.claimed:.2f}",
        "capitals": capitals(note.claimed),
        "lines": [
            {
                "position": line.position,
                "kind": line.kind,
                "text": line.text,
                "base": f"{line.base:.2f}",
                "share": f"{line.share:.2f}",
                "claimed": f"{line.claimed:.2f}",
                **line.facts,
            }
            for line in lines
        ],
        "pieces": _pieces(lines),
    }


def _pieces(lines: Sequence[ChargebackLine]) -> list[dict[str, Any]]:
    """The old parts of the note, each once, with what their appraisal found."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        named = {name: line.facts.get(name, "") for name in ("claim", "part", "part_name", "part_name_en")}
        for tag in line.facts.get("tags", ()):
            found.setdefault(tag["number"], {**named, **tag})
    return list(found.values())


def issue_credit_note(
    note: Chargeback,
    lines: Sequence[ChargebackLine],
    *,
    number: str,
    reason: str,
    owed_back: Decimal,
    actor: Any | None,
    at: datetime,
) -> Document:
    """The credit note's document row: the lines of a note that the supplier no longer owes."""
    amount = total(line.claimed for line in lines)
    facts = {
        "number": number,
        "note": note.number,
        "reason": reason,
        "issued_on": clock.local_date(at).isoformat(),
        "supplier_code": note.supplier.code,
        "supplier": note.supplier.name,
        "supplier_en": note.supplier.name_en,
        "amount": f"{amount:.2f}",
        "owed_back": f"{owed_back:.2f}",
        "capitals": capitals(amount),
        "lines": [
            {
                "position": line.position,
                "kind": line.kind,
                "claim": line.facts.get("claim", ""),
                "part": line.facts.get("part", ""),
                "part_name": line.facts.get("part_name", ""),
                "part_name_en": line.facts.get("part_name_en", ""),
                "amount": f"{line.claimed:.2f}",
            }
            for line in lines
        ],
    }
    return issue_document("credit_note", subject=note, number=number, facts=facts, actor=actor)


def issue_note(note: Chargeback, *, actor: Any | None) -> Document:
    """The note's document row, with facts as sent, in the supplier's language; the reports on its old parts lie beside it."""
    reports = freeze_reports(note.lines.filter(is_live=True).order_by("position"))
    facts, language = note_facts(note) | {REPORTS: reports}, note.supplier.language
    return issue_document("chargeback", subject=note, number=note.number, facts=facts, actor=actor, language=language)

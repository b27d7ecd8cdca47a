"""A statement on paper and as rows: frozen facts, PDF, CSV. Not here: building it (settlement)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.documents import issue_document
from portal.core.linetable import LineColumn
from portal.core.models.documents import Document
from portal.core.money import capitals, total
from portal.core.show import percent
from stations.grading import grade_on
from stations.models import Station
from warranty.models import ClaimLine, FailedPart, ItemKind, Statement, StatementLine, StationFine
from warranty.settlement_lines import words_of
from warranty.settlement_queries import FINES, SEPARATOR, english_names, worded
from warranty.settlement_rules import next_month

GRANTS = (ItemKind.CLAIM, ItemKind.APPEAL, ItemKind.REVERSAL)


def masked_account(account: str) -> str:
    """A bank account with its middle hidden."""
    bare = account.replace(" ", "")
    return f"{bare[:4]} **** **** {bare[-4:]}" if len(bare) > 8 else bare


def frozen_header(station: Station, period: date) -> dict[str, Any]:
    """Names, bank and grade as they are now; the statement keeps them."""
    dealer = station.dealer
    last_day = date.fromordinal(next_month(period).toordinal() - 1)
    return {
        "station_code": station.code,
        "station": station.name,
        "station_en": station.name_en,
        "grade": str(grade_on(station, last_day)),
        "dealer": dealer.name,
        "dealer_en": dealer.name_en,
        "license_number": dealer.license_number,
        "taxpayer_type": dealer.taxpayer_type,
        "bank": dealer.bank_name,
        "bank_account": masked_account(dealer.bank_account),
        "first_day": period.isoformat(),
        "last_day": last_day.isoformat(),
    }


def _cents(amount: Decimal) -> str:
    return f"{amount:.2f}"


def statement_facts(statement: Statement, *, lines: Sequence[Any] | None = None, totals: Any = None) -> dict[str, Any]:
    """The canonical facts of a statement, the only input of its fingerprint and its paper.

    lines and totals: others than those stored, to compare a rebuild.
    """
    lines = list(statement.lines.order_by("position")) if lines is None else lines
    groups = list(statement.tax_groups.order_by("tax_rate")) if totals is None else totals.groups
    foot = statement if totals is None else totals
    return {
        "header": statement.header,
        "lines": [_line_facts(line) for line in lines],
        "groups": [
            {
                "tax_rate": f"{group.tax_rate:.4f}",
                "brought_forward": _cents(group.brought_forward),
                "net": _cents(group.net),
                "tax": _cents(group.tax),
            }
            for group in groups
        ],
        "net": _cents(foot.net),
        "tax": _cents(foot.tax),
        "gross": _cents(foot.gross),
        "payable": _cents(foot.payable),
    }


def _line_facts(line: Any) -> dict[str, str]:
    if hasattr(line, "amounts"):
        parts, labor, travel, other = line.amounts
    else:
        parts, labor, travel, other = line.parts_amount, line.labor_amount, line.travel_amount, line.other_amount
    return {
        "kind": line.kind,
        "source": line.source,
        "text": line.text,
        "reason": line.reason,
        "parts": _cents(parts),
        "labor": _cents(labor),
        "travel": _cents(travel),
        "other": _cents(other),
        "amount": _cents(line.amount),
        "tax_rate": f"{line.tax_rate:.4f}",
    }


def rate_written(rate: str) -> str:
    """0.0600 as 6%; what is no rate stays as it is."""
    try:
        return percent(Decimal(rate) * 100)
    except InvalidOperation:
        return rate


STATEMENT_COLUMNS = (
    LineColumn(_("Claim or document"), "source", 14, said=lambda line: words_of(line).document),
    LineColumn(pgettext_lazy("statement line", "What it is for"), "kind", 18, said=lambda line: words_of(line).why),
    LineColumn(_("Product / part"), "text", 20),
    LineColumn(_("Tax rate"), "tax_rate", 6, written=rate_written),
    LineColumn(_("Parts"), "parts", 9, total=True),
    LineColumn(_("Labor"), "labor", 9, total=True),
    LineColumn(_("Travel"), "travel", 7, total=True),
    LineColumn(_("Other"), "other", 7, total=True),
    LineColumn(_("Total"), "amount", 10, total=True),
)


def subtotals(lines: Sequence[Any]) -> list[tuple[str, Decimal]]:
    """The sum of each kind of line, in the order of first appearance."""
    kinds = list(dict.fromkeys(line.kind for line in lines))
    return [(kind, total(line.amount for line in lines if line.kind == kind)) for kind in kinds]


def paper_facts(
    statement: Statement, lines: Sequence[StatementLine] | None = None, facts: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What the PDF shows: the canonical facts, subtotals, capitals, the old parts of the month's claims.

    lines, facts: its own lines in their order and what statement_facts() says of them, where the caller has them.
    """
    lines = list(statement.lines.order_by("position")) if lines is None else lines
    facts = statement_facts(statement, lines=lines) if facts is None else facts
    english = english_texts(statement)
    return facts | {
        "lines": [row | {"text_en": english.get(line.pk, "")} for line, row in zip(lines, facts["lines"], strict=True)],
        "number": statement.number,
        "revision": statement.revision,
        "fingerprint": statement.fingerprint,
        "answer_by": statement.answer_by.isoformat() if statement.answer_by else "",
        "capitals": capitals(statement.payable),
        "subtotals": [{"kind": kind, "amount": _cents(amount)} for kind, amount in subtotals(lines)],
        "old_parts": _old_parts(statement),
    }


def english_texts(statement: Statement) -> dict[int, str]:
    """What the lines are for in English, by line, where every part named has an English name; no part of the fingerprint."""
    rows = statement.lines.filter(item__isnull=False).values_list(
        *("pk", "item__kind", "item__failed_part", "item__failed_part__part__name_en"),
        *("item__claim", "item__claim__unit__product_model__code"),
    )
    lines = list(rows)
    of_claim: dict[int, list[str]] = defaultdict(list)
    parts = ClaimLine.objects.filter(
        claim__among={line[4] for line in lines if line[4]}, kind="part", part__isnull=False
    )
    for claim, name_en in parts.order_by("pk").values_list("claim", "part__name_en"):
        of_claim[claim].append(name_en)
    found = {}
    for key, kind, piece, name_en, claim, model in lines:
        names = of_claim.get(claim, [])[:2]
        if piece is not None:
            found[key] = name_en
        elif claim is None or kind not in GRANTS or not all(names):
            found[key] = ""
        else:
            found[key] = " / ".join([model or "", *names])[:200]
    found |= _fines_in_english(statement, [line[0] for line in lines if line[1] in FINES])
    return found | _borne_in_english(statement, [line[0] for line in lines if line[1] == ItemKind.REROUTE])


def _fines_in_english(statement: Statement, keys: Collection[int]) -> dict[int, str]:
    """The reasons of these lines' fines; nothing is asked for none."""
    if not keys:
        return {}
    sources = dict(statement.lines.filter(pk__in=keys).values_list("pk", "source"))
    fines = StationFine.objects.filter(number__in=sources.values()).select_related("reason_code")
    said = {each.number: (each.reason_code.name_en, each.document_number) for each in fines}
    return {
        key: SEPARATOR.join(said[source])[:200] if source in said and said[source][0] else ""
        for key, source in sources.items()
    }


def _borne_in_english(statement: Statement, keys: Collection[int]) -> dict[int, str]:
    """What the station bears instead of a supplier: the part or operation of each line; nothing is asked for none."""
    if not keys:
        return {}
    texts = dict(statement.lines.filter(pk__in=keys).values_list("pk", "text"))
    names = english_names(texts.values(), operations=True)
    return {key: said[:200] if (said := worded(text, names)) != text else "" for key, text in texts.items()}


def _old_parts(statement: Statement) -> list[dict[str, str]]:
    pieces = FailedPart.objects.filter(claim__settlement_items__lines__statement=statement).distinct()
    return [
        {
            "number": piece.number,
            "claim": piece.claim.number,
            "part": f"{piece.part.number} {piece.part.name}",
            "part_en": f"{piece.part.number} {piece.part.name_en}" if piece.part.name_en else "",
            "due_on": piece.due_on.isoformat(),
            "status": piece.status,
            "amount": _cents(piece.amount),
        }
        for piece in pieces.select_related("claim", "part").order_by("number")
    ]


def issue_paper(
    statement: Statement, lines: Sequence[StatementLine], facts: dict[str, Any], *, actor: Any | None
) -> Document:
    """The statement's document row, with facts as issued; its PDF is made from it whenever it is wanted."""
    paper = paper_facts(statement, lines, facts)
    return issue_document("statement", subject=statement, number=statement.number, facts=paper, actor=actor)


AMOUNT_COLUMNS = ("parts", "labor", "travel", "other", "amount", "tax_rate")
CSV_COLUMNS = {
    "position": _("No."),
    "kind": _("Kind"),
    "source": _("Claim or document"),
    "text": _("Product / part"),
    "reason": _("Reason code"),
    "parts": _("Parts"),
    "labor": _("Labor"),
    "travel": _("Travel"),
    "other": _("Other"),
    "amount": _("Amount (CNY, tax excluded)"),
    "tax_rate": _("Tax rate (%)"),
    "why": pgettext_lazy("statement line", "What it is for"),
}
FOOT = {"tax_group": _("Tax"), "net": _("Net"), "tax": _("Tax in total"), "gross": _("Gross payable")}
FOOT |= {"carried": _("Carried to the next statement")}


def csv_rows(statement: Statement) -> list[dict[str, Any]]:
    """The same lines and totals as on paper, a line per row, then tax per group, net, tax and what is paid or carried."""
    facts = statement_facts(statement)
    rows = [{"position": number} | line for number, line in enumerate(facts["lines"], start=1)]
    rows += [{"kind": "tax_group", "amount": group["tax"], "tax_rate": group["tax_rate"]} for group in facts["groups"]]
    rows += [{"kind": name, "amount": facts[name]} for name in ("net", "tax")]
    rows.append({"kind": "gross" if facts["payable"] == facts["gross"] else "carried", "amount": facts["gross"]})
    return [{column: _typed(column, row.get(column, "")) for column in CSV_COLUMNS} for row in rows]


def _typed(column: str, value: Any) -> Any:
    """Amounts as numbers, so that no minus sign is taken for a formula; a rate in per cent, as people say it."""
    if column == "tax_rate" and value:
        return (Decimal(value) * 100).quantize(Decimal("0.01"))
    return Decimal(value) if column in AMOUNT_COLUMNS and value else value

"""What a line of a statement is for, in words: its document by the number people know, and why the amount stands there.

One place for preview, page, paper and table. The facts of a line (kind, source, reason, amount) stay as they were frozen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from warranty.failed_parts_rules import VERDICTS
from warranty.further_test_findings import RETESTED
from warranty.models import ItemKind, LineKind, Verdict

HANDLING: Final = "handling"
REVERSED: Final = "reversal"
OF_APPEALS: Final = "AP"  # how the numbers of appeals begin
VERDICT_OF: Final = {meaning.reason: verdict for verdict, meaning in VERDICTS.items() if meaning.reason}

type Words = str | Promise
WHY: Final[Mapping[str, Words]] = {
    ItemKind.CLAIM: gettext_lazy("Approved claim"),
    ItemKind.APPEAL: gettext_lazy("Your appeal was granted, in whole or in part"),
    ItemKind.FREIGHT: gettext_lazy("Freight you paid for a box of old parts, as far as it was allowed"),
    ItemKind.INCENTIVE: gettext_lazy("Incentive for an improvement of yours"),
    ItemKind.NOT_RETURNED: gettext_lazy("The old part had not arrived by its last day"),
    ItemKind.RETURNED_LATE: gettext_lazy("Given back: the late old part was accepted, or need not come any more"),
    ItemKind.FINE: gettext_lazy("Fine; its reason and the document it rests on stand beside it"),
    ItemKind.FINE_BACK: gettext_lazy("Given back: the fine was taken back"),
    ItemKind.BROUGHT_FORWARD: gettext_lazy("Balance of an earlier month that was below 0"),
}
FREIGHT_BACK: Final = gettext_lazy("Freight of old parts that were sent back to you")
TAKEN_BACK: Final[Mapping[str, Words]] = {
    ItemKind.CLAIM: gettext_lazy("The claim was reversed: what it was credited is taken back"),
    ItemKind.APPEAL: gettext_lazy("The claim was reversed: what its appeal was granted is taken back"),
    ItemKind.NOT_RETURNED: gettext_lazy("The claim was reversed: the debit for its late old part is given back"),
    ItemKind.RETURNED_LATE: gettext_lazy("The claim was reversed: what was given back for its old part is taken back"),
    ItemKind.APPRAISAL: gettext_lazy("The claim was reversed: the debit after its appraisal is given back"),
    ItemKind.REROUTE: gettext_lazy("The claim was reversed: the debit after its supplier's dispute is given back"),
}


@dataclass(frozen=True)
class Document:
    """Whose line it is: the document's number and, of a reversal, what kind of item is taken back."""

    number: str
    reversed_kind: str = ""


def document_of(kind: str, source: str) -> Document:
    """The document behind a line, by the number under which its pages know it."""
    if kind == ItemKind.CLAIM:
        return Document(source.rsplit("/", 1)[0])
    if kind == ItemKind.REROUTE:
        return Document(source.split("/", 1)[0])
    if kind == ItemKind.BROUGHT_FORWARD:
        return Document(source.rpartition("/")[0] or source)
    if kind == ItemKind.REVERSAL:
        return _reversed(source.removesuffix(f"/{REVERSED}"))
    return Document(source)


def _reversed(source: str) -> Document:
    """What a reversal takes back: "FP-1/pnr" names the item's kind; of a claim or an appeal it is the number alone."""
    number, _slash, kind = source.rpartition("/")
    if kind in TAKEN_BACK and number:
        return Document(document_of(kind, number).number, kind)
    return Document(source, ItemKind.APPEAL if source.startswith(OF_APPEALS) else ItemKind.CLAIM)


def why_of(kind: str, source: str, reason: str, amount: Decimal) -> str:
    """Why the amount stands on the statement, as the station reads it."""
    if kind == ItemKind.REVERSAL:
        return str(TAKEN_BACK[document_of(kind, source).reversed_kind])
    if kind == ItemKind.REROUTE:
        return _charged_to_the_station(source, tested=reason == RETESTED)
    if kind == ItemKind.APPRAISAL:
        verdict = dict(Verdict.choices).get(VERDICT_OF.get(reason, ""), reason)
        return _("Refused at the appraisal of the old part: %(verdict)s") % {"verdict": verdict}
    if kind == ItemKind.FREIGHT and amount < 0:
        return str(FREIGHT_BACK)
    return str(WHY.get(kind, ""))


def _charged_to_the_station(source: str, *, tested: bool) -> str:
    """ "WC-1/2/labor/17": the line of the claim, what cost, the line of the note that its supplier disputed."""
    parts = source.split("/")
    cost = parts[-2] if len(parts) > 2 else ""
    said = {"position": parts[1].split("-")[0] if len(parts) > 1 else "", "cost": cost_word(cost)}
    if tested:
        return _("Line %(position)s (%(cost)s): its old part was tested again, and you bear what was found") % said
    return (
        _(
            "Its supplier did not accept the charge for line %(position)s (%(cost)s), and it was decided that you bear it"
        )
        % said
    )


def cost_word(kind: str) -> str:
    """What a charged line is for."""
    return str(_("Handling fee") if kind == HANDLING else dict(LineKind.choices).get(kind, kind))


@dataclass(frozen=True)
class LineWords:
    """What the reader sees of a line beside its amounts."""

    document: str
    why: str


def words_of(line: Any) -> LineWords:
    """Of a line as stored, as drafted, or as frozen facts say it; facts may lack a reason."""
    is_row = hasattr(line, "kind")
    kind, source, reason, amount = (
        str(getattr(line, name) if is_row else line.get(name, "")) for name in ("kind", "source", "reason", "amount")
    )
    return LineWords(document_of(kind, source).number, why_of(kind, source, reason, Decimal(amount)))

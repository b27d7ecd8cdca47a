"""Words for the codes on statements and notes, whose frozen facts hold codes only: {% load settlement %}."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import get_language, gettext

from stations.models import GradeLetter
from warranty.evidence import address_of
from warranty.models import Condition, ItemKind, LineKind, Verdict
from warranty.models.appraisal_tests import plain
from warranty.settlement_documents import rate_written
from warranty.settlement_lines import LineWords, words_of
from warranty.settlement_queries import worded
from warranty.settlement_states import FailedPartStatus
from warranty.settlement_words import ACTS, DISPOSITIONS, PAYERS, PLACES, SIGNED

register = template.Library()


def _word(choices: Iterable[tuple[str, Any]], code: str) -> str:
    return str(dict(choices).get(code, code))


@register.filter
def part_name(facts: dict[str, Any]) -> str:
    """The part of a frozen line in the reader's language; lines frozen before 2026-11 know the Chinese name only."""
    return str((get_language() == "en" and facts.get("part_name_en")) or facts.get("part_name", ""))


@register.filter
def station_name(facts: dict[str, Any]) -> str:
    """The station of a frozen paper in the reader's language."""
    return str((get_language() == "en" and facts.get("station_en")) or facts.get("station", ""))


@register.filter
def measured_label(row: dict[str, Any]) -> str:
    """What was measured, in the reader's language."""
    return str((get_language() == "en" and row.get("label_en")) or row.get("label", ""))


@register.filter
def plain_number(text: str) -> str:
    """A frozen number without the zeros that say nothing."""
    return plain(Decimal(text))


@register.filter
def custody_place(code: str) -> str:
    """Where a hand-over was: a word of ours, or the place as people call it."""
    return str(PLACES.get(code, code))


@register.filter
def custody_taker(taker: str) -> str:
    """Who took the piece; one that leaves our hands says where it went."""
    return str(DISPOSITIONS.get(taker, taker))


@register.filter
def address_in(photo: dict[str, Any], pictures: Mapping[str, bytes]) -> bool:
    """Whether the paper carries this picture; of hundreds it names the rest."""
    return address_of(photo) in pictures


@register.filter
def tags_of_lines(lines: Iterable[Any]) -> list[dict[str, str]]:
    """The old parts of all lines of a claim, each once: lines of one claim may be for parts of their own."""
    facts = (getattr(line, "facts", line) for line in lines)
    return list({tag["number"]: tag for each in facts for tag in each.get("tags", ())}.values())


@register.filter
def drawn_among(seal: str, pictures: Mapping[str, Any]) -> Any:
    """The drawing of this hash, where the reader may see it."""
    return pictures.get(seal)


@register.filter
def signed_for(kind: str) -> str:
    """What was signed."""
    return str(SIGNED.get(kind.removeprefix("signature_"), kind))


@register.filter(name="worded")
def line_words(text: str, names: Mapping[str, str] | str) -> str:
    """A statement line's frozen text with its parts named in the reader's language."""
    return worded(text, names) if isinstance(names, Mapping) else text


@register.filter
def item_kind(code: str) -> str:
    """What a statement line is for."""
    return _word(ItemKind.choices, code)


@register.filter
def line_kind(code: str) -> str:
    """What a charged line is for."""
    return gettext("Handling fee") if code == "handling" else _word(LineKind.choices, code)


@register.filter
def piece_status(code: str) -> str:
    """Where an old part stood."""
    return _word(FailedPartStatus.choices, code)


@register.filter
def verdict_word(code: str) -> str:
    """An appraiser's verdict."""
    return _word(Verdict.choices, code)


@register.filter
def as_percent(rate: str) -> str:
    """0.0600 → 6%."""
    return rate_written(rate)


@register.filter
def custody_act(code: str) -> str:
    """An act of the custody log."""
    return str(ACTS.get(code, code))


@register.filter
def condition_word(code: str) -> str:
    """What the receipt scan found; – before."""
    return _word(Condition.choices, code) or "–"


@register.filter
def grade_word(code: str) -> str:
    """A station's grade with its noun."""
    if code == GradeLetter.PROBATION:
        return str(GradeLetter.PROBATION.label)
    return gettext("grade %(grade)s") % {"grade": code}


@register.filter
def payer_word(code: str) -> str:
    """Who bears the cost."""
    return str(PAYERS.get(code, code))


@register.filter
def disposition_word(code: str) -> str:
    """What becomes of a piece."""
    return str(DISPOSITIONS.get(code, code))


@register.simple_tag(name="line_words")
def words_of_line(line: Any) -> LineWords:
    """The document of a statement's line and why it stands there; a line stored, drafted or frozen."""
    return words_of(line)


@register.simple_tag
def line_amounts(line: Any) -> Sequence[Decimal]:
    """Parts, labor, travel and other of a line, stored or only drafted."""
    if hasattr(line, "amounts"):
        return line.amounts  # type: ignore[no-any-return]
    return (line.parts_amount, line.labor_amount, line.travel_amount, line.other_amount)

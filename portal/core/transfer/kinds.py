"""What can be imported: columns with types, the target, and the app's own checks; registered in AppConfig.ready()."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.phones import is_phone

if TYPE_CHECKING:
    from portal.core.models.transfer import ImportBatch

type Text = str | Promise
type CellKind = Literal["text", "integer", "decimal", "date", "boolean", "choice", "phone"]

DIGITS: Final = re.compile(r"-?[0-9]{1,18}")
PLAIN: Final = re.compile(r"-?[0-9]{1,14}(\.[0-9]+)?")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
GROUPED: Final = re.compile(r"[¥￥]?\s*-?[0-9]{1,3}([,，][0-9]{3}){0,4}(\.[0-9]+)?|[¥￥]\s*-?[0-9]{1,14}(\.[0-9]+)?")
EXPORTED_DAY: Final = re.compile(r"([0-9]{4})(?:([0-9]{2})([0-9]{2})|[/.]([0-9]{1,2})[/.]([0-9]{1,2}))")
SCIENTIFIC: Final = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
YES: Final = frozenset({"true", "yes", "y", "1", "是", "有"})
NO: Final = frozenset({"false", "no", "n", "0", "否", "无"})
SHOWN_CHOICES: Final = 12
_CONTENTS: Final[Mapping[str, Text]] = {
    "text": _("text of at most %(length)s characters"),
    "integer": _("a whole number, like 12"),
    "decimal": _("a number with at most %(places)s decimals"),
    "date": _("a day, like 2026-11-22"),
    "boolean": _("yes or no"),
    "phone": _("a phone number, like 13800001234 or 0755-26001234"),
}
NEUTRALIZED: Final = re.compile(r"'(?=\s*[=+\-@＝＋－＠])")


class BadCell(ValueError):
    """Says what was expected instead: a text, and the facts for its %(name)s places."""

    def __init__(self, expected: Text, **facts: Any) -> None:
        super().__init__(str(expected))
        self.expected, self.facts = expected, facts


class Formula(str):
    """A workbook's formula whose value the file does not hold."""

    __slots__ = ()


@dataclass(frozen=True)
class Column:
    """One column of a file.

    name: the field it fills; headings: further names the file may use for it. key: part of the natural key; part_of_key: the
    same for a column that may be empty or absent.
    references: (model, field) whose value the cell must be; the row then gets that record. also: further fields of that model
    by which a cell may name its record, if only one has that name. low, high: inclusive.
    places: decimals allowed. choices: accepted text → stored value. as_exported: a number may stand with thousands separators
    and a currency, a day as 20261031 or 2026/10/31, as banks write them.
    """

    name: str
    label: Text
    kind: CellKind = "text"
    required: bool = False
    key: bool = False
    max_length: int = 200
    low: Decimal | int | None = None
    high: Decimal | int | None = None
    places: int = 2
    choices: Mapping[str, str] = field(default_factory=dict)
    references: tuple[type[models.Model], str] | None = None
    headings: Sequence[str] = ()
    help: Text = ""
    part_of_key: bool = False
    also: Sequence[str] = ()
    as_exported: bool = False

    def names(self) -> set[str]:
        """Everything a heading may say for this column, folded."""
        return {fold(text) for text in (self.name, str(self.label), *_all_languages(self.label), *self.headings)}

    @property
    def content(self) -> str:
        """What belongs into its cells, for who fills the file in."""
        if self.help:
            return str(self.help)
        if self.references:
            return gettext("a %(record)s that is on file") % {"record": self.references[0]._meta.verbose_name}
        if self.kind == "choice":
            return gettext("one of: %(choices)s") % {"choices": ", ".join(list(self.choices)[:SHOWN_CHOICES])}
        facts = {"places": self.places, "length": self.max_length}
        return str(_CONTENTS[self.kind]) % facts

    def canonical(self, raw: str) -> str:
        """The cell's text as staged: typed values in one spelling, empty for none. Raises BadCell."""
        if isinstance(raw, Formula):
            raise BadCell(_("This is a formula: paste it as a value."))
        text = tidy(raw, strict=self.key)
        if not text:
            if self.required or self.key:
                raise BadCell(_("a value"))
            return ""
        return _CANONICAL[self.kind](self, text)

    def value(self, text: str) -> Any:
        """The typed value of a staged text; None for an empty cell that is not a text."""
        if self.kind in ("text", "phone") or (self.kind == "choice" and text):
            return text
        if not text:
            return None
        return _VALUES[self.kind](text)


@dataclass(frozen=True)
class StagedRow:
    """A sound row on its way into the tables: typed values by column name, records for references."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """What an app's own check has against a row. facts: for the %(name)s places of what is expected."""

    line: int
    column: str
    got: str
    expected: Text
    facts: Mapping[str, Any] = field(default_factory=dict)


type Apply = Callable[["ImportBatch", Iterator[StagedRow], Any], None]
type Inspect = Callable[["ImportBatch", Iterable[StagedRow]], Iterable[Finding]]
type Same = Callable[["ImportBatch", Iterable[StagedRow]], Iterable[int]]
type Present = Callable[[Any], Iterable[Mapping[str, Any]]]
type Beside = Callable[[Sequence[StagedRow]], Mapping[int, Sequence[tuple[str, str]]]]
type Warn = Callable[[Iterable[StagedRow]], Iterable[tuple[Text, Mapping[str, Any]]]]
type Made = Callable[["ImportBatch"], tuple[Text, Text, str] | None]
type Derive = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class ImportKind:
    """A kind of import.

    model: its rows are inserted or updated by the key columns, `derive(values)` adding computed fields; or
    apply(batch, rows, actor): the app's own operations, called once inside the transaction.
    present(user): what the user has of it already, as rows of the very columns, to change and upload again.
    same(batch, rows): the lines that change nothing, where no single table tells. inspect(batch, rows): further findings over
    all sound rows. skips_errors: wrong rows are reported and left out
    instead of stopping the whole file. made(batch): what came of an applied file, where it is more than rows: a sentence, the
    words of a link and its address. beside(rows): by line, what the preview shows after the file's own cells, under beside_labels:
    text and tone. warn(rows): sentences with their facts, read before applying. permission: asked before upload and before applying.
    """

    key: str
    title: Text
    permission: str
    columns: Sequence[Column]
    model: type[models.Model] | None = None
    apply: Apply | None = None
    inspect: Inspect | None = None
    derive: Derive | None = None
    present: Present | None = None
    same: Same | None = None
    made: Made | None = None
    beside: Beside | None = None
    beside_labels: Sequence[Text] = ()
    warn: Warn | None = None
    skips_errors: bool = False
    help: Text = ""

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def keys(self) -> list[Column]:
        """The columns of the natural key."""
        return [column for column in self.columns if column.key]

    @property
    def identifying(self) -> list[Column]:
        """The columns that together stand once in a file."""
        return [column for column in self.columns if column.key or column.part_of_key]


_kinds: dict[str, ImportKind] = {}


def import_kind(kind: ImportKind) -> ImportKind:
    """Files of this kind can be imported. Called in AppConfig.ready()."""
    _kinds[kind.key] = kind
    return kind


def kind_of(key: str) -> ImportKind:
    """The kind by its key. Raises KeyError."""
    return _kinds[key]


def kinds_for(user: Any) -> list[ImportKind]:
    """What the user may import."""
    return [kind for kind in _kinds.values() if user.has_perm(kind.permission)]


def fold(text: str) -> str:
    """A heading without case, spaces and underscores, full-width signs made narrow."""
    return re.sub(r"[\s_*（）()]+", "", unicodedata.normalize("NFKC", text)).casefold()


def tidy(raw: str, *, strict: bool) -> str:
    """Trimmed, composed, the export's leading apostrophe gone; a key has single spaces. Raises BadCell.

    Invisible signs are refused in a key (two part numbers must not look alike) and dropped elsewhere.
    """
    text = NEUTRALIZED.sub("", unicodedata.normalize("NFC", raw).strip(" \t\r\n\u00a0\u3000\ufeff"), count=1)
    hidden = [sign for sign in text if unicodedata.category(sign) in {"Cf", "Cc", "Co", "Cs"} and sign not in "\n\t"]
    if hidden and strict:
        raise BadCell(_("no invisible characters"))
    if hidden:
        joiners = {"\u200d", "\ufe0f"}  # inside an emoji they are legal
        text = "".join(sign for sign in text if sign not in hidden or sign in joiners)
    return re.sub(r"\s+", " ", text) if strict else text


def _all_languages(label: Text) -> list[str]:
    from django.conf import settings
    from django.utils import translation

    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(str(label))
    return found


def _text(column: Column, text: str) -> str:
    if len(text) > column.max_length:
        raise BadCell(_("at most %(count)s characters"), count=column.max_length)
    if column.key and SCIENTIFIC.fullmatch(text):
        raise BadCell(_("a text: the spreadsheet has turned it into a rounded number"))
    return text


def _phone(column: Column, text: str) -> str:
    if not is_phone(_text(column, text)):
        raise BadCell(_CONTENTS["phone"])
    return text


def _integer(column: Column, text: str) -> str:
    if not DIGITS.fullmatch(text):
        raise BadCell(_("a whole number, digits only"))
    return str(_bounded(column, int(text)))


def _decimal(column: Column, text: str) -> str:
    if column.as_exported and GROUPED.fullmatch(text):
        text = text.lstrip("¥￥ ").replace(",", "").replace("，", "")
    if not PLAIN.fullmatch(text):
        raise BadCell(_("a number like 1234.50, without separators"))
    if len(text.partition(".")[2].rstrip("0")) > column.places:
        raise BadCell(_("at most %(count)s decimals"), count=column.places)
    return f"{_bounded(column, Decimal(text)):.{column.places}f}"


def _bounded[N: (int, Decimal)](column: Column, number: N) -> N:
    if (column.low is not None and number < column.low) or (column.high is not None and number > column.high):
        if column.high is None:
            raise BadCell(_("%(low)s or more"), low=column.low)
        if column.low is None:
            raise BadCell(_("%(high)s or less"), high=column.high)
        raise BadCell(_("%(low)s to %(high)s"), low=column.low, high=column.high)
    return number


def _date(column: Column, text: str) -> str:
    if column.as_exported and (parts := EXPORTED_DAY.fullmatch(text)):
        text = "-".join(part.zfill(2) for part in parts.groups() if part)
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise BadCell(_("a day like 2026-10-31"))


def _boolean(column: Column, text: str) -> str:
    folded = text.casefold()
    if folded in YES or folded in NO:
        return "true" if folded in YES else "false"
    raise BadCell(_("yes or no"))


def _choice(column: Column, text: str) -> str:
    known = {fold(accepted): value for accepted, value in column.choices.items()}
    if fold(text) in known:
        return known[fold(text)]
    raise BadCell(_("one of %(choices)s"), choices=list(column.choices))


_CANONICAL: Final[dict[str, Callable[[Column, str], str]]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "boolean": _boolean,
    "choice": _choice,
    "phone": _phone,
}
_VALUES: Final[dict[str, Callable[[str], Any]]] = {
    "integer": int,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "boolean": lambda text: text == "true",
    "choice": str,
}

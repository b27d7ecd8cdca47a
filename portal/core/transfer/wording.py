"""What is wrong with a row, kept as its English text and facts and said in the language of whoever reads it.

A person may check a file that a colleague uploaded in another language. Not here: what is wrong (kinds, staging).
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, pgettext

from portal.core import show

type Kept = str | list["Kept"] | dict[str, Any]

MISSING: Final = gettext_noop("a value")
FORMULA: Final = gettext_noop("This is a formula: paste it as a value.")


def kept(text: Any, facts: Mapping[str, Any] | None = None) -> Kept:
    """What JSON keeps of a text: a lazy translation as its English text and context, with its facts; anything else as it reads."""
    if isinstance(text, list | tuple):
        return [kept(each) for each in text]
    if not isinstance(text, Promise):
        return {"text": str(text), "facts": _facts(facts)} if facts else str(text)
    *context, english = text._args  # type: ignore[attr-defined]  # what gettext_lazy and pgettext_lazy were called with
    found: dict[str, Any] = {"text": english}
    if context:
        found["context"] = context[0]
    if facts:
        found["facts"] = _facts(facts)
    return found


def _facts(facts: Mapping[str, Any] | None) -> dict[str, Kept]:
    return {name: kept(value) for name, value in (facts or {}).items()}


def said(told: Any) -> str:
    """The text in the reader's language; what was kept as a plain text reads as it is."""
    if isinstance(told, list):
        return show.listed(said(each) for each in told)
    if not isinstance(told, dict):
        return str(told)
    text = pgettext(told["context"], told["text"]) if "context" in told else gettext(told["text"])
    facts = {name: said(value) for name, value in told.get("facts", {}).items()}
    return text % facts if facts else text


def sentence(error: Mapping[str, Any]) -> str:
    """What stood in the cell and what belongs there."""
    expected = error["expected"]
    if isinstance(expected, dict) and expected.get("text") == FORMULA:
        return gettext(FORMULA)
    if not error["got"]:
        if isinstance(expected, dict) and expected.get("text") == MISSING:
            return gettext("must be filled in")
        return gettext("empty, expected %(expected)s") % {"expected": said(expected)}
    return gettext("found “%(got)s”, expected %(expected)s") % {"got": error["got"], "expected": said(expected)}

"""Pure rules of the catalog: pinyin initials, clean numbers. Not here: importing (imports), searching (models)."""

import unicodedata

from pypinyin import Style, lazy_pinyin

INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)


def pinyin_initials(name: str) -> str:
    """The first letters of a Chinese name, lower case: 智能网关主板 is znwgzb; Latin letters and digits stay."""
    initials = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda rest: rest)
    return "".join(char for char in "".join(initials).lower() if char.isalnum())[:250]


def clean_number(text: str) -> str:
    """A part number as it is kept: full-width letters narrow, no invisible signs, single spaces, none at the ends."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(INVISIBLE)).split())

"""What free text tells a supplier: the fault, never who the customer or the station is.

Known names, phones and addresses of the claim's customer and station are struck out, and whatever looks like a mobile
number, a number plate, an identity number or a mail address. Source: rules.md 3.7, 3.15; T17.
"""

import re
from collections.abc import Iterable
from typing import Final

STRUCK: Final = "***"
MAIL: Final = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
NUMBERS: Final = (
    r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])"  # identity card
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"  # mobile
    r"|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)"  # fixed line
    rf"|[{PROVINCES}][A-HJ-NP-Z][·・. -]?"
    r"[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳](?![A-Za-z0-9])"  # number plate
)
PATTERNS: Final = re.compile(f"{MAIL}|{NUMBERS}")
WITHOUT_MAIL: Final = re.compile(NUMBERS)
MAY_MATCH: Final = re.compile(rf"[@\d{PROVINCES}]")  # every pattern holds one of these signs: most texts hold none
SHORTEST_NAME: Final = 2

type Names = tuple[tuple[str, str], ...]
"""What is struck out, the longest first, and what stands in its place."""


def names_of(people: Iterable[str | None], station: Iterable[str], code: str) -> Names:
    """people: names, phones and addresses of customers; station: what it is called, for which its code stands."""
    told = {value: STRUCK for value in people if value} | dict.fromkeys(station, code)
    known = {value.strip(): instead for value, instead in told.items() if len(value.strip()) >= SHORTEST_NAME}
    return tuple(sorted(known.items(), key=lambda each: -len(each[0])))


def scrub(text: str, names: Names = ()) -> str:
    """The text without names and numbers of people."""
    for name, instead in names:
        text = text.replace(name, instead)
    if not MAY_MATCH.search(text):
        return text
    return (PATTERNS if "@" in text else WITHOUT_MAIL).sub(STRUCK, text)

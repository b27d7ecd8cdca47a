"""What free text tells a supplier: the fault, never who the customer or the station is.

Known names, phones and addresses of the claim's customer and station are struck out, and whatever looks like a mobile
number, a number plate, an identity number or a mail address. Source: rules.md 3.7, 3.15; T17.
"""

import re
from typing import Any, Final

STRUCK: Final = "***"
PATTERNS: Final = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # mail
    r"|(?<!\d)\d{17}[\dXx](?![\dA-Za-z])"  # identity card
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"  # mobile
    r"|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)"  # fixed line
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·・. -]?"
    r"[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳](?![A-Za-z0-9])"  # number plate
)
SHORTEST_NAME: Final = 2

type Names = tuple[tuple[str, str], ...]
"""What is struck out, the longest first, and what stands in its place."""


def names_of(claim: Any) -> Names:
    """Names of the claim's customers and station; unit, job and station must be loaded."""
    request = claim.work_order.request if claim.work_order else None
    people = [getattr(claim.unit, "customer", None), getattr(request, "customer", None)]
    told = {value: STRUCK for who in people if who for value in (who.name, who.phone, who.address)}
    told |= dict.fromkeys((claim.station.name, claim.station.name_en), claim.station.code)
    known = {value.strip(): instead for value, instead in told.items() if len(value.strip()) >= SHORTEST_NAME}
    return tuple(sorted(known.items(), key=lambda each: -len(each[0])))


def scrub(text: str, names: Names = ()) -> str:
    """The text without names and numbers of people."""
    for name, instead in names:
        text = text.replace(name, instead)
    return PATTERNS.sub(STRUCK, text)

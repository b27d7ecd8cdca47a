"""What is a telephone number, for everybody who writes one down. Not here: how numbers are shown (show) or matched (service)."""

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal

SEPARATORS: Final = re.compile(r"[\s()./-]")
LANDLINE: Final = (
    r"(?:10|2\d)\d{8}|[3-9]\d{2}\d{7,8}"  # Beijing and the 02x cities have 8 digits after 2, the others 7 or 8
)
WITHIN: Final = re.compile(rf"0?1[3-9]\d{{9}}|0(?:{LANDLINE})|[48]00\d{{7}}", re.ASCII)
FROM_ABROAD: Final = re.compile(rf"1[3-9]\d{{9}}|0?(?:{LANDLINE})|[48]00\d{{7}}", re.ASCII)
FOREIGN: Final = re.compile(r"(?:\+|00)(?!86)[1-9]\d{6,14}", re.ASCII)
EXTENSION: Final = re.compile(
    r"(0[\d\s()-]{9,15}?|[48]00[\d\s-]{7,10}?)\s*(?:-|转|ext\.?|x|#)\s*\d{1,6}", re.ASCII | re.I
)
EXTENDED: Final = re.compile(rf"0(?:{LANDLINE})|[48]00\d{{7}}", re.ASCII)


class PhoneNotANumber(Refusal):
    """Nobody could dial it."""

    message = _(
        "“%(given)s” is not a phone number; expected a mobile number of 11 digits like 13800001234, a landline with area"
        " code like 0755-26001234 (extension after a hyphen), a 400 or 800 number, or + and country code."
    )
    code = "phone_not_a_number"


def is_phone(text: str) -> bool:
    """Whether somebody could dial it, however it is grouped."""
    text = text.strip()
    extended = EXTENSION.fullmatch(text)
    if extended and EXTENDED.fullmatch(SEPARATORS.sub("", extended[1])):
        return True
    compact = SEPARATORS.sub("", text)
    for prefix in ("+86", "0086", "86"):
        if compact.startswith(prefix) and FROM_ABROAD.fullmatch(compact.removeprefix(prefix)):
            return True
    return bool(WITHIN.fullmatch(compact) or FOREIGN.fullmatch(compact))


def check_phone(text: str, *, field: str = "phone") -> None:
    """Nothing, or a number. Raises PhoneNotANumber at the field."""
    if text and text.strip() and not is_phone(text):
        raise PhoneNotANumber(given=text.strip(), field=field)


def phone_number(text: str) -> None:
    """The same for forms: raises ValidationError."""
    try:
        check_phone(text)
    except PhoneNotANumber as refusal:
        raise ValidationError(str(refusal)) from refusal

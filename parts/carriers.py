"""Which carrier a text names, and the page that says where a parcel is. Not here: the parcels."""

import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import quote

from django.utils.translation import get_language

from parts.models import Carrier, Parcel
from parts.models.packing import NUMBER

TRADE: Final = re.compile("(速运|快递|速递|快运|物流|特快|邮政)+.*$")  # 顺丰速运, 顺丰快递 and 顺丰 are one carrier


def known_carriers() -> list[Carrier]:
    """All carriers, those that are no longer used as well: their old parcels keep their links. One query."""
    return list(Carrier.objects.order_by("code"))


def carrier_named(text: str, known: Sequence[Carrier] | None = None) -> Carrier | None:
    """The carrier with this code or name, else the one whose short name or code it begins with (顺丰特快 is 顺丰速运)."""
    asked = text.strip().casefold()
    if not asked:
        return None
    rows = known_carriers() if known is None else known
    for row in rows:
        if asked in {row.code.casefold(), row.name.casefold(), row.name_en.casefold()}:
            return row
    for row in rows:
        short = TRADE.sub("", row.name.casefold())
        begins = asked.startswith((short, row.code.casefold())) or (len(asked) > 1 and short.startswith(asked))
        if short and begins:
            return row
    return None


def in_words(text: str, known: Sequence[Carrier] | None = None) -> str:
    """The carrier's name for an English reader, if it is one we know; else what was written."""
    if get_language() != "en" or text.isascii():
        return text
    found = carrier_named(text, known)
    return found.local_name if found else text


def tracking_url(carrier: str, number: str, known: Sequence[Carrier] | None = None) -> str:
    """The carrier's page about this parcel; empty without a number, or for a carrier without such a page."""
    if not number.strip():
        return ""
    found = carrier_named(carrier, known)
    return found.tracking_url.replace(NUMBER, quote(number.strip(), safe="")) if found else ""


def link_parcels(carried: Iterable[tuple[str, Parcel]]) -> None:
    """Each parcel, given with its carrier, has that carrier's page about it as `url`. At most one query."""
    found = [(carrier, parcel) for carrier, parcel in carried if parcel.tracking_number]
    known = known_carriers() if found else []
    for carrier, parcel in found:
        parcel.url = tracking_url(carrier, parcel.tracking_number, known)  # type: ignore[attr-defined]

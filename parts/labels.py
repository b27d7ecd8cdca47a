"""Labels to stick on parts, parcels and bins: what stands on them, and the sheets. They carry no number of their own, so
they are drawn when wanted and kept by nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parts import stock
from parts.models import GoodsReceipt, LabelHabit, Location, Part, Shipment, StockCount
from portal.core.documents import qr_svg
from portal.core.errors import Refusal
from portal.core.registries import Wording

MOST_LABELS: Final = 480  # twenty A4 sheets
FORMATS: Final[dict[str, Wording]] = {
    "a4": gettext_lazy("A4 sheet, 3 × 8 labels of 70 × 37 mm"),
    "60x40": gettext_lazy("Label printer, 60 × 40 mm"),
    "50x30": gettext_lazy("Label printer, 50 × 30 mm"),
}
SEPARATOR: Final = ";"


class TooManyLabels(Refusal):
    """More than a printer should get at once."""

    message = gettext_lazy("At most %(most)s labels at once; these would be %(got)s.")
    code = "too_many_labels"


@dataclass(frozen=True)
class Label:
    """code: what the QR code and the line under it say; head in large letters; lines below it."""

    code: str
    head: str
    lines: tuple[str, ...] = ()

    @property
    def qr(self) -> Any:
        """The code as a drawing."""
        return qr_svg(self.code, scale=2)


def code_of(part: Part, mark: str = "") -> str:
    """The part number, then batch or serial number: scanners of ours read the part number before the semicolon."""
    return f"{part.number}{SEPARATOR}{mark}" if mark else part.number


def part_label(part: Part, *, batch: str = "", serial: str = "", shelf: str = "") -> Label:
    """Number, name in both languages, batch or serial number, bin."""
    marks = [
        _("Serial number %(serial)s") % {"serial": serial} if serial else "",
        _("Batch %(batch)s") % {"batch": batch} if batch else "",
        _("Bin %(bin)s") % {"bin": shelf} if shelf else "",
    ]
    names = (part.name, part.name_en)
    return Label(
        code_of(part, serial or batch), part.number, tuple(filter(None, (*names, " · ".join(filter(None, marks)))))
    )


def labels_of_part(part: Part, copies: int) -> list[Label]:
    """The same label so many times."""
    return [part_label(part)] * copies


def labels_of_receipt(receipt: GoodsReceipt, copies: int) -> list[Label]:
    """One label a piece, times copies, with its serial number, else batch, and bin. Raises TooManyLabels."""
    return _limited(label for label in _of_receipt(receipt) for _copy in range(copies))


def _of_receipt(receipt: GoodsReceipt) -> Iterator[Label]:
    for line in receipt.lines.select_related("part").prefetch_related("serials").order_by("pk"):
        serials = [piece.serial for piece in line.serials.all()]
        for serial in serials:
            yield part_label(line.part, batch=line.batch, serial=serial, shelf=line.shelf)
        for _piece in range(int(line.qty.to_integral_value(rounding=ROUND_CEILING)) - len(serials)):
            yield part_label(line.part, batch=line.batch, shelf=line.shelf)


def labels_of_shipment(shipment: Shipment, copies: int) -> list[Label]:
    """One label a parcel: where it goes, the order, which parcel of how many."""
    station, parcels = shipment.station, list(shipment.parcels.order_by("position"))
    found = []
    for parcel in parcels:
        which = _("Parcel %(position)s of %(count)s") % {"position": parcel.position, "count": len(parcels)}
        weight = f"{stock.plain(parcel.weight_kg)} kg" if parcel.weight_kg else ""
        lines = (
            f"{station.code} {station.phone}".strip(),
            station.address,
            shipment.order.number,
            " · ".join(filter(None, (which, weight))),
        )
        found += [Label(shipment.number, station.name, tuple(filter(None, lines)))] * copies
    return _limited(iter(found))


def labels_of_place(place: Location, copies: int) -> list[Label]:
    """One label a bin of the place; a place without bins, or a bin, has its own."""
    bins = list(place.bins.filter(is_active=True).order_by("pick_order", "code")) or [place]
    return _limited(Label(row.code, row.code, (row.name,)) for row in bins for _copy in range(copies))


def labels_of_count(count: StockCount, copies: int) -> list[Label]:
    """One label a bin that is counted; before the count begins, those of its place."""
    bins = Location.objects.filter(count_lines__count=count).distinct().order_by("pick_order", "code")
    found = list(bins)
    if not found:
        return labels_of_place(count.location, copies)
    return _limited(Label(row.code, row.code, (row.name,)) for row in found for _copy in range(copies))


def _limited(labels: Iterator[Label]) -> list[Label]:
    found = list(labels)
    if len(found) > MOST_LABELS:
        raise TooManyLabels(most=MOST_LABELS, got=len(found))
    return found


def remember_format(user: Any, form: str) -> None:
    """The user prints in this format until another is chosen."""
    LabelHabit.objects.update_or_create(user=user, defaults={"form": form})


def format_of(user: Any) -> str:
    """The format that the user printed with last, at first A4."""
    return LabelHabit.objects.filter(user=user).values_list("form", flat=True).first() or "a4"


def labels_page(labels: Sequence[Label], form: str) -> str:
    """The sheets, to be drawn. form: a key of FORMATS."""
    return render_to_string("pdf/labels.html", {"labels": labels, "form": form, "number": ""})

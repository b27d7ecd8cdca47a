"""Tags and box lists on paper. They carry no number of their own, so they are drawn when wanted and kept by nobody."""

from collections.abc import Sequence

from portal.core.documents import qr_svg, render_pdf
from warranty.failed_parts import qr_of
from warranty.models import FailedPart, PartBox

ROWS_ON_A_SHEET = 12


def tags_pdf(pieces: Sequence[FailedPart]) -> bytes:
    """An A4 sheet with a tag per piece; one printed more than once is marked as a copy."""
    tags = [
        {"piece": piece, "qr": qr_svg(qr_of(piece), scale=2), "copy": piece.printed_count > 1, "text": qr_of(piece)}
        for piece in pieces
    ]
    return render_pdf("pdf/failed_part_tags.html", {"tags": tags, "number": pieces[0].number})


def packing_list_pdf(box: PartBox) -> bytes:
    """What lies in a box, with a code to scan for each piece."""
    pieces = list(box.pieces.select_related("claim", "part", "station", "line").order_by("pk"))
    rows = [{"piece": piece, "qr": qr_svg(qr_of(piece), scale=1)} for piece in pieces]
    context = {"box": box, "rows": rows, "number": box.number, "qr": qr_svg(box.number)}
    return render_pdf("pdf/packing_list.html", context)

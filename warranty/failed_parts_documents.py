"""Tags and box lists on paper. They carry no number of their own, so they are drawn when wanted and kept by nobody."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from portal.core.attachments import attachments_of
from portal.core.documents import html_to_pdf, qr_svg
from portal.core.models.attachments import Attachment
from warranty.evidence import evidence_pictures
from warranty.failed_parts import qr_of
from warranty.models import CustodyEntry, FailedPart, PartBox
from warranty.signatures import PREFIX, SHIPPING, TYPED

ROWS_ON_A_SHEET = 12


def tags_pdf(pieces: Sequence[FailedPart], form: str = "a4") -> bytes:
    """The sheets of tags as PDF."""
    return html_to_pdf(tags_page(pieces, form))


def tags_page(pieces: Sequence[FailedPart], form: str = "a4") -> str:
    """A tag per piece, on A4 sheets or each a label of its own; one printed more than once is marked as a copy.

    form: a key of parts.labels.FORMATS.
    """
    tags = [
        {"piece": piece, "qr": qr_svg(qr_of(piece), scale=2), "copy": piece.printed_count > 1, "text": qr_of(piece)}
        for piece in pieces
    ]
    return render_to_string("pdf/failed_part_tags.html", {"tags": tags, "form": form, "number": ""})


def packing_list_pdf(box: PartBox) -> bytes:
    """The list of a box as PDF."""
    return html_to_pdf(packing_list_page(box, pieces_in(box)), packing_list_pictures(box))


def packing_list_pictures(box: PartBox) -> dict[str, bytes]:
    """What the driver drew, by the address that the list names it by."""
    photos = [{"id": row.pk, "sha256": row.sha256} for row in _drawn(box)]
    return evidence_pictures({"lines": [{"photos": photos}]})


def _drawn(box: PartBox) -> list[Attachment]:
    return list(attachments_of(box, f"{PREFIX}{SHIPPING}"))


def pieces_in(box: PartBox) -> list[FailedPart]:
    """What lies in it, as its list names it."""
    return list(box.pieces.select_related("claim", "part", "station", "line").order_by("pk"))


def packing_list_page(box: PartBox, pieces: Sequence[FailedPart]) -> str:
    """What lies in a box, with a code to scan for each piece."""
    rows = [{"piece": piece, "qr": qr_svg(qr_of(piece), scale=1)} for piece in pieces]
    typed = CustodyEntry.objects.filter(failed_part__box=box, act="shipped", signature=TYPED).exists()
    context = {
        "box": box,
        "rows": rows,
        "number": box.number,
        "qr": qr_svg(box.number),
        "drawn": _drawn(box),
        "typed": typed,
    }
    return render_to_string("pdf/packing_list.html", context)

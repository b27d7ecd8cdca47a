"""The tag of an old part: its QR code, its printing, and the piece that a scan names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.core import clock, events, statements
from portal.core.states import lock, move
from warranty.failed_parts.refusals import BadTag, TagNotNeeded, UnknownTag
from warranty.failed_parts_custody import by_login, log_custody, named
from warranty.failed_parts_rules import read_tag, tag_text
from warranty.models import FailedPart
from warranty.settlement_states import ON_ITS_WAY, FailedPartStatus

OF_PIECE = ("claim", "station")  # what every event of a piece names


def qr_of(piece: FailedPart) -> str:
    """What the QR code on the piece's tag says."""
    return tag_text(
        number=piece.number,
        claim=piece.claim.number,
        line=piece.line_id,
        piece=piece.piece,
        station=piece.station.code,
    )


@transaction.atomic
def print_tags(pieces: Sequence[FailedPart], *, actor: Any, at: datetime | None = None) -> list[FailedPart]:
    """Each piece's tag counts one printing more; the second and later ones are copies. Writes Events and custody entries.

    Raises TagNotNeeded for a piece that has arrived, or will not come.
    """
    at = at or clock.now()
    printed = []
    for piece in sorted(pieces, key=lambda row: row.pk):
        row = lock(piece, *OF_PIECE)
        if row.status not in ON_ITS_WAY:
            raise TagNotNeeded(number=row.number, status=row.get_status_display())
        row.printed_count += 1
        statements.update(row, ["printed_count"])
        if row.status == FailedPartStatus.REQUESTED:
            row = move(row, FailedPartStatus.TAGGED, actor=actor, at=at)
            log_custody(
                row, "tagged", giver=named(actor), taker=named(actor), at=at,
                place=row.station.code, signed=by_login(actor),
            )  # fmt: skip
        else:
            events.record(row, "failedpart.printed_again", actor=actor, at=at, data={"copy": row.printed_count - 1})
        printed.append(row)
    return printed


def find_piece(scanned: str, *, among: Any = None) -> FailedPart:
    """The piece a scan or a typed number names. Raises BadTag, UnknownTag.

    among: the pieces the reader may see; all of them for those at headquarters.
    """
    if len(scanned) > 200:
        raise BadTag(field="scanned")
    number = read_tag(scanned)
    if number is None:
        raise BadTag(field="scanned")
    rows = FailedPart.objects.all() if among is None else among
    found: FailedPart | None = rows.select_related("claim", "box", "station", "part").filter(number=number).first()
    if found is None:
        raise UnknownTag(scanned=scanned.strip()[:60], field="scanned")
    return found

"""The consignment note of old parts that leave the factory: what is sent, to whom, given and taken by whom.

A supplier's copy names no claim and no station. Not here: the list of a station's box (failed_parts_documents).
"""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.documents import document_kind, issue_document
from portal.core.models.documents import Document
from warranty.appraisal_documents import signed_pictures
from warranty.models import FailedPart, PieceShipment
from warranty.signatures import Kept

CONSIGNMENT_NOTE: Final = "consignment_note"


def register() -> None:
    """Consignment notes can be issued. Called in AppConfig.ready()."""
    document_kind(
        CONSIGNMENT_NOTE,
        template="pdf/consignment_note.html",
        title=_("Consignment note of old parts"),
        permission="warranty.view_pieceshipment",
        public=(("number", _("Number")), ("shipped_on", _("Shipped on")), ("count", _("Pieces"))),
        bilingual=True,
        pictures=signed_pictures,
    )


def issue_consignment_note(
    shipment: PieceShipment, pieces: Sequence[FailedPart], *, given: Kept | None, taken: Kept | None, actor: Any
) -> Document:
    """The note's document row, numbered as the shipment, in a supplier's language or in Chinese."""
    language = shipment.supplier.language if shipment.supplier else "zh-hans"
    facts = _facts(shipment, pieces, given, taken)
    return issue_document(
        CONSIGNMENT_NOTE, subject=shipment, number=shipment.number, facts=facts, actor=actor, language=language
    )


def _facts(
    shipment: PieceShipment, pieces: Sequence[FailedPart], given: Kept | None, taken: Kept | None
) -> dict[str, Any]:
    receiver: Any = shipment.supplier or shipment.station
    signed = {"handed_by": given, "driver": taken}
    return {
        "number": shipment.number,
        "to": "supplier" if shipment.supplier else "station",
        "receiver_code": receiver.code,
        "receiver": receiver.name,
        "receiver_en": receiver.name_en,
        "carrier": shipment.carrier,
        "waybill": shipment.waybill,
        "shipped_on": clock.local_date(shipment.shipped_at).isoformat(),
        "handed_by": shipment.handed_by,
        "driver": shipment.driver,
        "count": len(pieces),
        "pieces": [
            {
                "number": piece.number,
                "claim": "" if shipment.supplier else piece.claim.number,
                "part": piece.part.number,
                "part_name": piece.part.name,
                "part_name_en": piece.part.name_en,
                "serial": piece.removed_serial,
            }
            for piece in pieces
        ],
        "signatures": [kept.as_facts() | {"side": side} for side, kept in signed.items() if kept is not None],
    }

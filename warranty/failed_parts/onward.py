"""Appraised pieces on their way from the factory: to the supplier that answers for them, or back to the station.

Source: rules.md 3.6: to the supplier with an own shipment and receipt; to the station within 15 days D, at its cost.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from parts.models import Supplier
from portal.core import clock, events, statements
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.show import money
from portal.core.states import lock
from warranty import settlement_posting as posting
from warranty.failed_parts.refusals import NothingToSend, NotOneReceiver, ReceivedAlready, SendingTooDear, SentAlready
from warranty.failed_parts.tags import OF_PIECE
from warranty.failed_parts_custody import FACTORY, by_login, log_custody, named
from warranty.models import FailedPart, PieceShipment, RecoveryCase
from warranty.signatures import HAND_OVER, Signature, keep_signature


def receiver_of(piece: FailedPart) -> tuple[str, int | None]:
    """To whom the piece goes: ('station', its key) or ('supplier', the key of the one that answers for it, None if unknown)."""
    if piece.disposition == "to_station":
        return "station", piece.station_id
    return "supplier", RecoveryCase.objects.answering_for(piece.line_id).values_list("supplier", flat=True).first()


def waiting_for(suppliers: QuerySet[Supplier]) -> QuerySet[FailedPart]:
    """The pieces to be sent to one of these suppliers, the one that answers for them; they have not left yet."""
    named = FailedPart.objects.to_send_on().filter(disposition="to_supplier")
    answers = Subquery(RecoveryCase.objects.answering_for(OuterRef("line")).values("supplier")[:1])
    return named.annotate(answers=answers).filter(answers__in=suppliers.values("pk"))


@transaction.atomic
def send_pieces(
    pieces: Sequence[FailedPart],
    *,
    carrier: str,
    waybill: str,
    actor: Any,
    cost: Decimal = Decimal(0),
    at: datetime | None = None,
) -> PieceShipment:
    """The pieces are on their way to their one receiver; a station is charged the cost, CNY, tax excluded.

    Raises NothingToSend, NotOneReceiver, SentAlready, SendingTooDear. Writes one shipment, one custody entry a piece, an item
    for a station.
    """
    at = at or clock.now()
    for station in sorted({piece.station_id for piece in pieces}):
        posting.hold_station(station)
    locked = [lock(piece, *OF_PIECE) for piece in sorted(pieces, key=lambda row: row.pk)]
    if not locked:
        raise NothingToSend
    for piece in locked:
        if piece.shipment_id or piece not in FailedPart.objects.filter(pk=piece.pk).to_send_on():
            raise SentAlready(number=piece.number)
    receivers = {receiver_of(piece) for piece in locked}
    kind, key = next(iter(receivers))
    if len(receivers) > 1 or key is None:
        raise NotOneReceiver
    limit = param("warranty.send_back_freight_limit", at)
    if kind == "station" and cost > limit:
        raise SendingTooDear(got=money(cost), limit=money(limit), field="cost")
    shipment = PieceShipment(
        carrier=carrier, waybill=waybill, cost=cost, shipped_by=actor, shipped_at=at,
        supplier_id=key if kind == "supplier" else None, station_id=key if kind == "station" else None,
        number=take_number("RS", at=at),
    )  # fmt: skip
    shipment.save(force_insert=True)
    for piece in locked:
        piece.shipment = shipment
        statements.update(piece, ["shipment"])
        log_custody(
            piece, "sent_on", giver=named(actor), taker=carrier, at=at, note=f"{shipment.number} {waybill}",
            place=FACTORY, signed=by_login(actor),
        )  # fmt: skip
    numbers = [piece.number for piece in locked]
    events.record(shipment, "pieceshipment.sent", actor=actor, at=at, data={"pieces": numbers, "waybill": waybill})
    if shipment.station is not None and cost:
        posting.debit_freight(shipment, at=at)
    return shipment


@transaction.atomic
def receive_shipment(
    shipment: PieceShipment,
    *,
    received_as: str,
    actor: Any,
    signature: Signature | None = None,
    at: datetime | None = None,
) -> PieceShipment:
    """The pieces are with their receiver, whose name, and signature if there is one, stand in each custody log.

    Raises ReceivedAlready, SignatureMissing, BadFile.
    """
    at = at or clock.now()
    shipment = lock(shipment, "station", "supplier")
    if shipment.received_at is not None:
        raise ReceivedAlready(number=shipment.number)
    kept = keep_signature(shipment, signature, kind=HAND_OVER, actor=actor, at=at, field="received_as")
    shipment.received_at, shipment.received_as = at, received_as.strip()
    statements.update(shipment, ["received_at", "received_as"])
    place = shipment.station.code if shipment.station else str(shipment.supplier)
    for piece in shipment.pieces.order_by("pk"):
        log_custody(
            lock(piece), "handed_over", giver=shipment.carrier, taker=shipment.receiver[:120], at=at,
            note=shipment.number, place=place, signed=shipment.received_as, signature=kept.seal if kept else "",
        )  # fmt: skip
    events.record(shipment, "pieceshipment.received", actor=actor, at=at, note=shipment.received_as)
    return shipment

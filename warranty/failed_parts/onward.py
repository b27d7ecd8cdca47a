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
from warranty.failed_parts.refusals import (
    NothingToSend,
    NotOneReceiver,
    OwnShipment,
    ReceivedAlready,
    SendingTooDear,
    SentAlready,
)
from warranty.failed_parts.tags import OF_PIECE
from warranty.failed_parts_custody import FACTORY, by_login, log_custody, named
from warranty.models import FailedPart, PieceShipment, RecoveryCase
from warranty.shipment_documents import issue_consignment_note
from warranty.signatures import (
    HAND_OVER,
    RELEASE,
    SHIPPING,
    Kept,
    Signature,
    keep_signature,
    refuse_one_for_both,
)


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
    handed_by: Signature | None = None,
    driver: Signature | None = None,
    at: datetime | None = None,
) -> PieceShipment:
    """The pieces are on their way to their one receiver; a station is charged the cost, CNY, tax excluded.

    handed_by, driver: who gives them for the factory and who takes them for the carrier, with their signatures if there
    are any: each stands in every piece's log and on the consignment note. Raises NothingToSend, NotOneReceiver,
    SentAlready, SendingTooDear, SignedForBoth, SignatureMissing, SignatureNameless, BadFile. Writes one shipment with its
    note, the custody entries of each piece, an item for a station.
    """
    at = at or clock.now()
    for station in sorted({piece.station_id for piece in pieces}):
        posting.hold_station(station)
    locked = [lock(piece, *OF_PIECE, "part") for piece in sorted(pieces, key=lambda row: row.pk)]
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
    refuse_one_for_both(handed_by, driver, field="driver")
    names = [each.name.strip()[:60] if each else "" for each in (handed_by, driver)]
    shipment = PieceShipment(
        carrier=carrier, waybill=waybill, cost=cost, shipped_by=actor, shipped_at=at,
        handed_by=names[0] or named(actor)[:60], driver=names[1],
        supplier_id=key if kind == "supplier" else None, station_id=key if kind == "station" else None,
        number=take_number("RS", at=at),
    )  # fmt: skip
    shipment.save(force_insert=True)
    given = keep_signature(shipment, handed_by, kind=RELEASE, actor=actor, at=at, field="handed_by")
    taken = keep_signature(shipment, driver, kind=SHIPPING, actor=actor, at=at, field="driver")
    for piece in locked:
        piece.shipment = shipment
        statements.update(piece, ["shipment"])
        _log_sending(piece, shipment, given, taken, actor=actor, at=at)
    issue_consignment_note(shipment, locked, given=given, taken=taken, actor=actor)
    numbers = [piece.number for piece in locked]
    events.record(shipment, "pieceshipment.sent", actor=actor, at=at, data={"pieces": numbers, "waybill": waybill})
    if shipment.station is not None and cost:
        posting.debit_freight(shipment, at=at)
    return shipment


def _log_sending(
    piece: FailedPart, shipment: PieceShipment, given: Kept | None, taken: Kept | None, *, actor: Any, at: datetime
) -> None:
    """Who gave it has an entry of their own where they signed; the taker's confirmation stands in the entry of the sending."""
    said: dict[str, Any] = {"giver": shipment.handed_by, "taker": shipment.carrier, "at": at, "place": FACTORY}
    if given is not None:
        log_custody(piece, "release_signed", note=shipment.number, signed=given.name, signature=given.seal, **said)
    log_custody(
        piece, "sent_on", note=f"{shipment.number} {shipment.waybill}",
        signed=shipment.driver or by_login(actor), signature=taken.seal if taken else "", **said,
    )  # fmt: skip


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

    Raises ReceivedAlready, OwnShipment, SignatureMissing, BadFile.
    """
    at = at or clock.now()
    shipment = lock(shipment, "station", "supplier")
    if shipment.received_at is not None:
        raise ReceivedAlready(number=shipment.number)
    if actor is not None and shipment.shipped_by_id == actor.pk:
        raise OwnShipment(number=shipment.number)
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

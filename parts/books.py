"""Checks that the books of parts hold; each answers one sentence per violation. Not here: repairing anything.

Source: reliability.md I1-I5.
"""

from collections.abc import Iterator

from django.db import connection


def balances_agree() -> Iterator[str]:
    """I1-I3: the sum of the entries is the balance, per part, place and batch; nothing is negative or over-promised."""
    yield from _each(
        """
        SELECT format('stock balance of part %s at %s%s: entries %s/%s/%s, balance %s/%s/%s',
            part.number, place.code, CASE batch WHEN '' THEN '' ELSE ' batch ' || batch END,
            sums.qty, sums.reserved, sums.value, balance.on_hand, balance.reserved, balance.value)
        FROM (SELECT part_id, location_id, batch, sum(qty) AS qty, sum(reserved) AS reserved, sum(value) AS value
              FROM parts_stockentry GROUP BY part_id, location_id, batch) AS sums
        FULL JOIN parts_stockbalance balance USING (part_id, location_id, batch)
        JOIN parts_part part ON part.id = part_id
        JOIN parts_location place ON place.id = location_id
        WHERE (coalesce(sums.qty, 0), coalesce(sums.reserved, 0), coalesce(sums.value, 0))
            IS DISTINCT FROM (coalesce(balance.on_hand, 0), coalesce(balance.reserved, 0), coalesce(balance.value, 0))
            OR NOT balance.is_world AND NOT (0 <= balance.reserved AND balance.reserved <= balance.on_hand)
        ORDER BY 1
        """
    )


def pieces_are_whole() -> Iterator[str]:
    """What is counted in pieces lies nowhere, and is set aside nowhere, in parts of a piece."""
    yield from _each(
        """
        SELECT format('part %s at %s: %s on hand, %s set aside, and its unit %s counts whole pieces',
            part.number, place.code, balance.on_hand, balance.reserved, part.unit)
        FROM parts_stockbalance balance
        JOIN parts_part part ON part.id = balance.part_id
        JOIN parts_location place ON place.id = balance.location_id
        WHERE NOT balance.is_world AND (balance.on_hand <> trunc(balance.on_hand) OR balance.reserved <> trunc(balance.reserved))
            AND parts_counts_whole(part.unit)
        ORDER BY 1
        """
    )


def reservations_are_allocations() -> Iterator[str]:
    """I3: what is set aside at a place, in a batch, is what open allocations hold there."""
    yield from _each(
        """
        SELECT format('part %s at %s%s: %s set aside, allocations hold %s',
            part.number, place.code, CASE batch WHEN '' THEN '' ELSE ' batch ' || batch END,
            coalesce(balance.reserved, 0), coalesce(held.qty, 0))
        FROM (SELECT part_id, location_id, batch, sum(allocated_qty + picked_qty) AS qty
              FROM parts_allocation GROUP BY part_id, location_id, batch) AS held
        FULL JOIN parts_stockbalance balance USING (part_id, location_id, batch)
        JOIN parts_part part ON part.id = part_id
        JOIN parts_location place ON place.id = location_id
        WHERE coalesce(held.qty, 0) <> coalesce(balance.reserved, 0)
        ORDER BY 1
        """
    )


def serials_stand_once() -> Iterator[str]:
    """A place holds no more known serial numbers of a part than pieces."""
    yield from _each(
        """
        SELECT format('part %s at %s: %s serial numbers, %s pieces', part.number, place.code, known.count,
            coalesce(lies.on_hand, 0))
        FROM (SELECT part_id, location_id, count(*) AS count FROM parts_partserial
              WHERE location_id IS NOT NULL GROUP BY part_id, location_id) AS known
        LEFT JOIN (SELECT part_id, location_id, sum(on_hand) AS on_hand FROM parts_stockbalance
                   GROUP BY part_id, location_id) AS lies USING (part_id, location_id)
        JOIN parts_part part ON part.id = part_id
        JOIN parts_location place ON place.id = location_id
        WHERE known.count > coalesce(lies.on_hand, 0)
        ORDER BY 1
        """
    )


def batches_are_known() -> Iterator[str]:
    """Every batch in the ledger is a batch of its part."""
    yield from _each(
        """
        SELECT format('part %s at %s: batch %s is not known', part.number, place.code, balance.batch)
        FROM parts_stockbalance balance
        JOIN parts_part part ON part.id = balance.part_id
        JOIN parts_location place ON place.id = balance.location_id
        WHERE balance.batch <> '' AND NOT EXISTS (SELECT FROM parts_partbatch known
            WHERE known.part_id = balance.part_id AND known.batch = balance.batch)
        ORDER BY 1
        """
    )


def postings_balance() -> Iterator[str]:
    """I4: every posting adds nothing to the whole, per part, in pieces and in value."""
    yield from _each(
        """
        SELECT format('posting %s %s does not balance for part %s', posting.kind, posting.source, part.number)
        FROM parts_stockentry entry JOIN parts_posting posting ON posting.id = entry.posting_id
        JOIN parts_part part ON part.id = entry.part_id
        GROUP BY posting.id, part.id
        HAVING sum(entry.qty) <> 0 OR sum(entry.value) <> 0
        ORDER BY 1
        """
    )


def order_lines_add_up() -> Iterator[str]:
    """I5: pieces of a line stand in one column each, allocations and shipments agree with the columns."""
    yield from _each(
        """
        SELECT format('order %s line %s: columns do not add up', orders.number, line.position)
        FROM parts_partsorderline line JOIN parts_partsorder orders ON orders.id = line.order_id
        LEFT JOIN (SELECT line_id, sum(allocated_qty) AS allocated, sum(picked_qty) AS picked
                   FROM parts_allocation GROUP BY line_id) AS held ON held.line_id = line.id
        LEFT JOIN (SELECT order_line_id, sum(shipped.qty) AS qty
                   FROM parts_shipmentline shipped JOIN parts_shipment shipment ON shipment.id = shipped.shipment_id
                   WHERE shipment.shipped_at IS NOT NULL
                   GROUP BY order_line_id) AS gone ON gone.order_line_id = line.id
        WHERE line.ordered_qty <> line.open_qty + line.allocated_qty + line.picked_qty + line.shipped_qty
                + line.backordered_qty + line.cancelled_qty
            OR coalesce(held.allocated, 0) <> line.allocated_qty
            OR coalesce(held.picked, 0) <> line.picked_qty
            OR coalesce(gone.qty, 0) <> line.shipped_qty
            OR line.received_qty + line.settled_qty > line.shipped_qty
        ORDER BY 1
        """
    )


def transit_is_on_its_way() -> Iterator[str]:
    """What stands in transit to a station was shipped to it and not yet taken into its stock."""
    yield from _each(
        """
        SELECT format('part %s in transit to %s: ledger %s, shipments %s',
            part.number, place.code, coalesce(balance.on_hand, 0), coalesce(way.qty, 0))
        FROM (SELECT part_id, location_id, sum(qty) AS qty FROM (
              SELECT line.part_id, place.id AS location_id,
                     line.qty - line.received_qty + line.damaged_qty - line.settled_qty AS qty
              FROM parts_shipmentline line JOIN parts_shipment shipment ON shipment.id = line.shipment_id
              JOIN parts_location place ON place.station_id = shipment.station_id AND place.kind = 'transit'
              WHERE shipment.shipped_at IS NOT NULL
              UNION ALL
              SELECT line.part_id, place.id, line.qty
              FROM parts_partsreturnline line JOIN parts_partsreturn back ON back.id = line.parts_return_id
              JOIN parts_location place ON place.station_id = back.station_id AND place.kind = 'transit'
              WHERE back.status = 'shipped'
              UNION ALL
              SELECT line.part_id, place.id, line.qty
              FROM parts_stocktransferline line JOIN parts_stocktransfer moved ON moved.id = line.transfer_id
              JOIN parts_location place ON place.station_id = moved.taker_id AND place.kind = 'transit'
              WHERE moved.status = 'shipped'
              UNION ALL
              SELECT line.part_id, place.id, line.qty
              FROM parts_caseline line JOIN parts_receivingcase found ON found.id = line.case_id
              JOIN parts_location place ON place.station_id = found.station_id AND place.kind = 'transit'
              WHERE found.status IN ('to_return', 'returning') AND line.decision = 'send_back'
              ) AS moving GROUP BY 1, 2) AS way
        FULL JOIN (SELECT balance.part_id, balance.location_id, sum(balance.on_hand) AS on_hand
                   FROM parts_stockbalance balance JOIN parts_location place ON place.id = balance.location_id
                   WHERE place.kind = 'transit' GROUP BY 1, 2) AS balance USING (part_id, location_id)
        JOIN parts_part part ON part.id = part_id
        JOIN parts_location place ON place.id = location_id
        WHERE coalesce(way.qty, 0) <> coalesce(balance.on_hand, 0)
        ORDER BY 1
        """
    )


def cases_are_settled() -> Iterator[str]:
    """A settled shipment has nothing in transit; what a closed case credits and charges is on the dealer's account."""
    yield from _each(
        """
        SELECT format('shipment %s is settled, line %s has %s in transit', shipment.number, line.id,
            line.qty - line.received_qty + line.damaged_qty - line.settled_qty)
        FROM parts_shipmentline line JOIN parts_shipment shipment ON shipment.id = line.shipment_id
        WHERE shipment.status = 'settled' AND line.qty - line.received_qty + line.damaged_qty <> line.settled_qty
        ORDER BY 1
        """
    )
    yield from _each(
        """
        SELECT format('case %s: lines credit %s and charge %s, case says %s and %s, account %s',
            found.number, found.credited, found.charged, found.credit, found.charge, coalesce(entries.amount, 0))
        FROM (SELECT receiving.number, receiving.credit, receiving.charge,
                  coalesce(-sum(line.amount) FILTER (WHERE line.amount < 0), 0) AS credited,
                  coalesce(sum(line.amount) FILTER (WHERE line.amount > 0), 0) AS charged
              FROM parts_receivingcase receiving JOIN parts_caseline line ON line.case_id = receiving.id
              WHERE receiving.status IN ('closed', 'withdrawn')
                  OR receiving.status IN ('to_return', 'returning')
                      AND line.decision <> 'send_back' AND line.goods <> 'quarantine'
              GROUP BY receiving.id) AS found
        LEFT JOIN (SELECT source, sum(amount) AS amount FROM stations_accountentry
                   WHERE kind IN ('case_credit', 'case_charge') GROUP BY source) AS entries ON entries.source = found.number
        WHERE (found.credited, found.charged) <> (found.credit, found.charge)
            OR found.charge - found.credit <> coalesce(entries.amount, 0)
        ORDER BY 1
        """
    )


def goods_of_cases_came_back() -> Iterator[str]:
    """What a closed case says has arrived is what the ledger took into quarantine for it, and the rest stands at the station."""
    yield from _each(
        """
        SELECT format('case %s part %s: arrived %s and not back %s, ledger %s and %s', coalesce(said.number, moved.source),
            coalesce(said.part_id, moved.part_id), coalesce(said.arrived, 0), coalesce(said.missing, 0),
            coalesce(moved.arrived, 0), coalesce(moved.missing, 0))
        FROM (SELECT receiving.number, line.part_id, sum(line.arrived_qty) AS arrived,
                  sum(line.qty - line.arrived_qty) AS missing
              FROM parts_receivingcase receiving JOIN parts_caseline line ON line.case_id = receiving.id
              WHERE receiving.status = 'closed' AND line.arrived_qty IS NOT NULL GROUP BY 1, 2) AS said
        FULL JOIN (SELECT posting.source, entry.part_id,
                       coalesce(sum(entry.qty) FILTER (WHERE posting.kind <> 'case_not_back'), 0) AS arrived,
                       coalesce(sum(entry.qty) FILTER (WHERE posting.kind = 'case_not_back'), 0) AS missing
                   FROM parts_stockentry entry JOIN parts_posting posting ON posting.id = entry.posting_id
                   JOIN parts_receivingcase receiving ON receiving.number = posting.source
                   WHERE posting.kind IN ('case_quarantine', 'case_surplus_back', 'case_not_back')
                       AND entry.qty > 0 AND receiving.return_due_on IS NOT NULL
                   GROUP BY 1, 2) AS moved ON moved.source = said.number AND moved.part_id = said.part_id
        WHERE (coalesce(said.arrived, 0), coalesce(said.missing, 0))
            <> (coalesce(moved.arrived, 0), coalesce(moved.missing, 0))
        ORDER BY 1
        """
    )


def returns_are_credited() -> Iterator[str]:
    """What a return credits is on the dealer's account; a shipment line says how many of its pieces went back."""
    yield from _each(
        """
        SELECT format('return %s: credit %s, account %s', back.number, back.credit, coalesce(-entries.amount, 0))
        FROM parts_partsreturn back
        LEFT JOIN (SELECT source, sum(amount) AS amount FROM stations_accountentry WHERE kind = 'return_credit'
                   GROUP BY source) AS entries ON entries.source = back.number
        WHERE back.credit <> coalesce(-entries.amount, 0)
        ORDER BY 1
        """
    )
    yield from _each(
        """
        SELECT format('shipment line %s: %s sent back, returns say %s', line.id, line.returned_qty, coalesce(back.qty, 0))
        FROM parts_shipmentline line
        LEFT JOIN (SELECT went.shipment_line_id, sum(went.qty - went.kept_qty) AS qty
                   FROM parts_partsreturnline went JOIN parts_partsreturn back ON back.id = went.parts_return_id
                   WHERE back.status NOT IN ('refused', 'withdrawn') GROUP BY 1) AS back ON back.shipment_line_id = line.id
        WHERE line.returned_qty <> coalesce(back.qty, 0)
        ORDER BY 1
        """
    )


def transfers_are_settled() -> Iterator[str]:
    """What a transfer credits and charges is on the accounts of its stations."""
    yield from _each(
        """
        SELECT format('transfer %s: credit %s, charge %s, accounts %s', moved.number, moved.credit, moved.charge,
            coalesce(entries.amount, 0))
        FROM parts_stocktransfer moved
        LEFT JOIN (SELECT source, sum(amount) AS amount FROM stations_accountentry
                   WHERE kind IN ('transfer_credit', 'transfer_charge') GROUP BY source) AS entries
            ON entries.source = moved.number
        WHERE moved.charge - moved.credit <> coalesce(entries.amount, 0)
        ORDER BY 1
        """
    )


def purchase_lines_add_up() -> Iterator[str]:
    """What is on order is ordered less received less cancelled; receipts and returns agree with the lines."""
    yield from _each(
        """
        SELECT format('purchase order %s line %s: ordered %s, open %s, received %s, cancelled %s, on top %s,'
            ' receipts say %s; sent back %s, returns say %s',
            orders.number, line.position, line.ordered_qty, line.open_qty, line.received_qty, line.cancelled_qty,
            line.over_qty, coalesce(came.qty, 0), line.returned_qty, coalesce(back.qty, 0))
        FROM parts_purchaseorderline line JOIN parts_purchaseorder orders ON orders.id = line.order_id
        LEFT JOIN (SELECT purchase_line_id, sum(qty) AS qty FROM parts_goodsreceiptline
                   GROUP BY purchase_line_id) AS came ON came.purchase_line_id = line.id
        LEFT JOIN (SELECT purchase_line_id, sum(qty) AS qty FROM parts_supplierreturnline
                   GROUP BY purchase_line_id) AS back ON back.purchase_line_id = line.id
        WHERE line.open_qty <> line.ordered_qty - line.received_qty - line.cancelled_qty
            OR coalesce(came.qty, 0) <> line.received_qty + line.over_qty
            OR coalesce(back.qty, 0) <> line.returned_qty
            OR line.open_qty > 0 AND orders.status IN ('received', 'closed', 'cancelled')
            OR line.open_qty = line.ordered_qty AND orders.status = 'received'
               AND NOT EXISTS (SELECT FROM parts_purchaseorderline other
                               WHERE other.order_id = orders.id AND other.received_qty > 0)
        ORDER BY 1
        """
    )


def receipts_stand_in_the_ledger() -> Iterator[str]:
    """What goods receipts and returns to suppliers say is what the ledger moved for them, per document and part."""
    yield from _each(
        """
        SELECT format('%s %s part %s: document %s, ledger %s', coalesce(said.kind, moved.kind),
            coalesce(said.number, moved.source), coalesce(said.part_id, moved.part_id),
            coalesce(said.qty, 0), coalesce(moved.qty, 0))
        FROM (SELECT 'goods_receipt' AS kind, receipt.number, line.part_id, sum(line.qty) AS qty
              FROM parts_goodsreceiptline line JOIN parts_goodsreceipt receipt ON receipt.id = line.receipt_id
              GROUP BY receipt.number, line.part_id
              UNION ALL
              SELECT 'supplier_return', back.number, bought.part_id, -sum(line.qty)
              FROM parts_supplierreturnline line JOIN parts_supplierreturn back ON back.id = line.supplier_return_id
              JOIN parts_purchaseorderline bought ON bought.id = line.purchase_line_id
              GROUP BY back.number, bought.part_id) AS said
        FULL JOIN (SELECT posting.kind, posting.source, entry.part_id, sum(entry.qty) AS qty
                   FROM parts_stockentry entry JOIN parts_posting posting ON posting.id = entry.posting_id
                   JOIN parts_location place ON place.id = entry.location_id
                   WHERE posting.kind IN ('goods_receipt', 'supplier_return') AND place.kind <> 'world'
                   GROUP BY posting.kind, posting.source, entry.part_id) AS moved
            ON moved.kind = said.kind AND moved.source = said.number AND moved.part_id = said.part_id
        WHERE coalesce(said.qty, 0) <> coalesce(moved.qty, 0)
        ORDER BY 1
        """
    )


def released_prices_hold() -> Iterator[str]:
    """Every price of a released list begins on the list's day, nationally or for its grade."""
    yield from _each(
        """
        SELECT format('price list %s: part %s is not priced %s from %s', list.number, part.number, said.price,
            list.valid_from)
        FROM parts_pricelistrow said
        JOIN parts_pricelist list ON list.id = said.price_list_id AND list.status = 'released'
        JOIN parts_part part ON part.id = said.part_id
        WHERE NOT EXISTS (SELECT FROM parts_listprice held WHERE list.grade = '' AND held.part_id = said.part_id
                AND held.valid_from = list.valid_from AND held.price = said.price)
            AND NOT EXISTS (SELECT FROM parts_gradeprice held WHERE held.grade = list.grade
                AND held.part_id = said.part_id AND held.valid_from = list.valid_from AND held.price = said.price)
        ORDER BY 1
        """
    )


def parcels_hold_what_was_picked() -> Iterator[str]:
    """Every picked piece of a packed or shipped line lies in exactly one parcel, where contents were written down."""
    yield from _each(
        """
        SELECT format('shipment %s, part %s: %s pieces, %s in its parcels',
            shipment.number, part.number, line.qty, coalesce(packed.qty, 0))
        FROM parts_shipmentline line
        JOIN parts_shipment shipment ON shipment.id = line.shipment_id
        JOIN parts_part part ON part.id = line.part_id
        LEFT JOIN (SELECT shipment_line_id, sum(qty) AS qty FROM parts_parcelline GROUP BY 1) AS packed
            ON packed.shipment_line_id = line.id
        WHERE shipment.status NOT IN ('picking', 'cancelled') AND coalesce(packed.qty, 0) <> line.qty
            AND EXISTS (SELECT FROM parts_parcelline told JOIN parts_parcel box ON box.id = told.parcel_id
                        WHERE box.shipment_id = shipment.id)
        ORDER BY 1
        """
    )


CHECKS = {
    "parts.parcels": parcels_hold_what_was_picked,
    "parts.balances": balances_agree,
    "parts.whole_pieces": pieces_are_whole,
    "parts.reservations": reservations_are_allocations,
    "parts.serials": serials_stand_once,
    "parts.batches": batches_are_known,
    "parts.postings": postings_balance,
    "parts.order_lines": order_lines_add_up,
    "parts.transit": transit_is_on_its_way,
    "parts.cases": cases_are_settled,
    "parts.case_goods": goods_of_cases_came_back,
    "parts.returns": returns_are_credited,
    "parts.transfers": transfers_are_settled,
    "parts.purchase_lines": purchase_lines_add_up,
    "parts.receipts": receipts_stand_in_the_ledger,
    "parts.price_lists": released_prices_hold,
}


def _each(question: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(question)  # no parameters: %s belongs to format()
        for (sentence,) in cursor.fetchall():
            yield sentence

"""The pick list: what is taken from which bin, in walking order, on paper and on a phone. Not here: picking itself (fulfillment)."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import Shipment, ShipmentLine
from portal.core import clock
from portal.core.documents import issue_document
from portal.core.linetable import LineColumn

PICK_LIST: Final = "parts.pick_list"
LINE_COLUMNS: Final = (
    LineColumn(_("Bin"), "bin", 20),
    LineColumn(_("Part number"), "part", 25),
    LineColumn(_("Part name"), "part_name", 30),
    LineColumn(_("Batch"), "batch", 13),
    LineColumn(_("Quantity"), "qty", 12),
)


def in_walking_order(shipment: Shipment) -> list[ShipmentLine]:
    """The lines with pieces, as one walks past their bins; one query."""
    return walking(shipment.lines.all())


def walking(lines: "QuerySet[ShipmentLine]") -> list[ShipmentLine]:
    """Those of the lines with pieces, as one walks past their bins."""
    rows = lines.filter(qty__gt=0).select_related("part", "allocation__location")
    return list(rows.order_by("allocation__location__pick_order", "allocation__location__code", "part__number", "pk"))


def issue_pick_list(shipment: Shipment, *, actor: Any | None) -> Any:
    """The list stands as a document, as the pick was begun."""
    return issue_document(
        PICK_LIST,
        subject=shipment,
        number=shipment.number,
        facts=facts(shipment, in_walking_order(shipment)),
        actor=actor,
    )


def facts(shipment: Shipment, rows: Sequence[ShipmentLine]) -> dict[str, Any]:
    """What the list says, frozen."""
    station = shipment.station
    return {
        "number": shipment.number,
        "order": shipment.order.number,
        "kind": shipment.order.kind,
        "made_on": clock.local_date(shipment.created_at).isoformat(),
        "from": shipment.from_location.name,
        "station": {"code": station.code, "name": station.name},
        "line_count": len(rows),
        "lines": [line_facts(row) for row in rows],
    }


def line_facts(row: ShipmentLine) -> dict[str, Any]:
    """What the list says of a line."""
    return {
        "bin": row.allocation.location.code,
        "part": row.part.number,
        "part_name": row.part.name,
        "part_name_en": row.part.name_en,
        "batch": row.allocation.batch,
        "qty": stock.plain(row.qty),
        "unit": row.part.unit,
    }

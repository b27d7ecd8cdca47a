"""States and moves of orders, shipments, purchase orders and suggestions. What makes a move happen is in the operations."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.states import Moves


class OrderStatus(models.TextChoices):
    """Where an order stands; submitting passes the credit check in one step, and from confirmed on its lines decide."""

    DRAFT = "draft", _("Draft")
    ON_HOLD = "on_hold", _("On credit hold")
    CONFIRMED = "confirmed", _("Confirmed")
    BACKORDERED = "backordered", _("Backordered")
    PARTIALLY_ALLOCATED = "partially_allocated", _("Partly allocated")
    ALLOCATED = "allocated", _("Allocated")
    PICKED = "picked", pgettext_lazy("parts order", "Picked")
    PARTIALLY_SHIPPED = "partially_shipped", _("Partly shipped")
    SHIPPED = "shipped", _("Shipped")
    RECEIVED = "received", _("Received")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class ShipmentStatus(models.TextChoices):
    """Where a shipment stands, from the shelf to the station's counter."""

    PICKING = "picking", _("Picking")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("In transit")
    RECEIVED = "received", _("Received")
    RECEIVED_WITH_DIFFERENCES = "received_with_differences", _("Received with differences")
    SETTLED = "settled", _("Differences settled")
    CANCELLED = "cancelled", _("Cancelled")


class CaseStatus(models.TextChoices):
    """Where a receiving case stands: headquarters decides all lines at once, finance confirms a large credit, goods come back."""

    PHOTOS_WANTED = "photos_wanted", _("Photos wanted")
    OPEN = "open", pgettext_lazy("receiving case", "With headquarters")
    TO_CONFIRM = "to_confirm", _("With finance")
    TO_RETURN = "to_return", _("Goods to be sent back")
    RETURNING = "returning", _("Goods on their way back")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ReturnStatus(models.TextChoices):
    """Where a return of unused parts stands, from the station's wish to the inspection at headquarters."""

    REQUESTED = "requested", pgettext_lazy("return of parts", "Requested")
    APPROVED = "approved", _("Approved")
    SHIPPED = "shipped", _("In transit")
    INSPECTED = "inspected", pgettext_lazy("return of parts", "Inspected and credited")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class TransferStatus(models.TextChoices):
    """Where a transfer between two stations stands: asked, agreed by the giver, approved by headquarters, sent, received."""

    REQUESTED = "requested", pgettext_lazy("transfer of parts", "With the giving station")
    AGREED = "agreed", pgettext_lazy("transfer of parts", "With headquarters")
    APPROVED = "approved", _("Approved")
    SHIPPED = "shipped", _("In transit")
    RECEIVED = "received", _("Received")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


class PurchaseStatus(models.TextChoices):
    """Where an order to a supplier stands; from the first receipt on its lines decide."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", pgettext_lazy("purchase order", "Sent")
    CONFIRMED = "confirmed", _("Confirmed")
    PARTIALLY_RECEIVED = "partially_received", _("Partly received")
    RECEIVED = "received", _("Received")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class SuggestionStatus(models.TextChoices):
    """What became of a suggestion to buy; the next run outdates what nobody has ordered."""

    OPEN = "open", pgettext_lazy("suggestion", "Open")
    ACCEPTED = "accepted", pgettext_lazy("suggestion", "Accepted")
    REJECTED = "rejected", _("Rejected")
    ORDERED = "ordered", _("Ordered")
    OUTDATED = "outdated", _("Outdated")


class PriceListStatus(models.TextChoices):
    """Whether a list's prices hold from its day."""

    DRAFT = "draft", _("Draft")
    RELEASED = "released", _("Released")
    DROPPED = "dropped", _("Dropped")


class CountStatus(models.TextChoices):
    """Where a count stands: planned, frozen and counted, counted again by another, approved and posted."""

    PLANNED = "planned", pgettext_lazy("count", "Planned")
    COUNTING = "counting", _("Counting")
    RECOUNT = "recount", _("Second count")
    TO_APPROVE = "to_approve", _("To approve")
    POSTED = "posted", pgettext_lazy("count", "Posted")
    CANCELLED = "cancelled", _("Cancelled")


_S = OrderStatus
_OPEN: Final = (_S.CONFIRMED, _S.BACKORDERED, _S.PARTIALLY_ALLOCATED, _S.ALLOCATED, _S.PICKED)
"""Nothing of the order has left headquarters; a run, a goods receipt, a pick and its undoing move freely between these."""

ORDER_MOVES: Final[Moves] = {
    _S.DRAFT: frozenset({_S.ON_HOLD, _S.CONFIRMED, _S.CANCELLED}),
    _S.ON_HOLD: frozenset({_S.CONFIRMED, _S.CANCELLED}),
    **{
        state: frozenset({*_OPEN, _S.PARTIALLY_SHIPPED, _S.SHIPPED, _S.CANCELLED}) - {state, _S.CONFIRMED}
        for state in _OPEN
    },
    _S.PARTIALLY_SHIPPED: frozenset({_S.SHIPPED, _S.RECEIVED}),
    _S.SHIPPED: frozenset({_S.RECEIVED}),
    _S.RECEIVED: frozenset({_S.CLOSED}),
}

SHIPMENT_MOVES: Final[Moves] = {
    ShipmentStatus.PICKING: frozenset({ShipmentStatus.PACKED, ShipmentStatus.CANCELLED}),
    ShipmentStatus.PACKED: frozenset({ShipmentStatus.SHIPPED, ShipmentStatus.CANCELLED}),
    ShipmentStatus.SHIPPED: frozenset({ShipmentStatus.RECEIVED, ShipmentStatus.RECEIVED_WITH_DIFFERENCES}),
    ShipmentStatus.RECEIVED: frozenset({ShipmentStatus.RECEIVED_WITH_DIFFERENCES}),
    ShipmentStatus.RECEIVED_WITH_DIFFERENCES: frozenset({ShipmentStatus.SETTLED}),
    ShipmentStatus.SETTLED: frozenset({ShipmentStatus.RECEIVED_WITH_DIFFERENCES}),
}

_D = CaseStatus
_DECIDED: Final = frozenset({_D.TO_RETURN, _D.CLOSED})

CASE_MOVES: Final[Moves] = {
    _D.PHOTOS_WANTED: frozenset({_D.OPEN, _D.WITHDRAWN}),
    _D.OPEN: _DECIDED | {_D.TO_CONFIRM, _D.WITHDRAWN},
    _D.TO_CONFIRM: _DECIDED | {_D.OPEN},
    _D.TO_RETURN: frozenset({_D.RETURNING, _D.CLOSED}),
    _D.RETURNING: frozenset({_D.CLOSED}),
}

CASE_UNDECIDED: Final = (_D.PHOTOS_WANTED, _D.OPEN, _D.TO_CONFIRM)
CASE_COMING_BACK: Final = (_D.TO_RETURN, _D.RETURNING)

_R = ReturnStatus

RETURN_MOVES: Final[Moves] = {
    _R.REQUESTED: frozenset({_R.APPROVED, _R.REFUSED, _R.WITHDRAWN}),
    _R.APPROVED: frozenset({_R.SHIPPED, _R.WITHDRAWN}),
    _R.SHIPPED: frozenset({_R.INSPECTED}),
}

_T = TransferStatus

TRANSFER_MOVES: Final[Moves] = {
    _T.REQUESTED: frozenset({_T.AGREED, _T.REFUSED, _T.CANCELLED}),
    _T.AGREED: frozenset({_T.APPROVED, _T.REFUSED, _T.CANCELLED}),
    _T.APPROVED: frozenset({_T.SHIPPED, _T.CANCELLED}),
    _T.SHIPPED: frozenset({_T.RECEIVED}),
}

_P = PurchaseStatus
_COMING: Final = frozenset({_P.PARTIALLY_RECEIVED, _P.RECEIVED, _P.CANCELLED})

PURCHASE_MOVES: Final[Moves] = {
    _P.DRAFT: frozenset({_P.SENT, _P.CANCELLED}),
    _P.SENT: _COMING | {_P.CONFIRMED},
    _P.CONFIRMED: _COMING,
    _P.PARTIALLY_RECEIVED: frozenset({_P.RECEIVED}),
    _P.RECEIVED: frozenset({_P.CLOSED}),
}

_N = CountStatus

COUNT_MOVES: Final[Moves] = {
    _N.PLANNED: frozenset({_N.COUNTING, _N.CANCELLED}),
    _N.COUNTING: frozenset({_N.RECOUNT, _N.TO_APPROVE, _N.CANCELLED}),
    _N.RECOUNT: frozenset({_N.TO_APPROVE, _N.CANCELLED}),
    _N.TO_APPROVE: frozenset({_N.POSTED, _N.CANCELLED}),
}

_G = SuggestionStatus

SUGGESTION_MOVES: Final[Moves] = {
    _G.OPEN: frozenset({_G.ACCEPTED, _G.REJECTED, _G.OUTDATED}),
    _G.ACCEPTED: frozenset({_G.ORDERED, _G.REJECTED, _G.OUTDATED}),
    _G.REJECTED: frozenset({_G.ACCEPTED, _G.OUTDATED}),
}

PRICE_LIST_MOVES: Final[Moves] = {
    PriceListStatus.DRAFT: frozenset({PriceListStatus.RELEASED, PriceListStatus.DROPPED}),
}

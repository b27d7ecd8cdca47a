"""The tables of parts, a module a topic."""

from parts.models.catalog import (
    Fitment,
    Part,
    PartCategory,
    PartClass,
    PartLifecycle,
    PartVariant,
    Supersession,
    SupersessionMode,
)
from parts.models.fulfillment import GoodsReceipt, GoodsReceiptLine, Parcel, Shipment, ShipmentLine
from parts.models.ordering import Allocation, AllocationRun, OrderKind, PartsOrder, PartsOrderLine
from parts.models.prices import ListPrice
from parts.models.stock import Location, LocationKind, Posting, StockBalance, StockEntry
from parts.models.suppliers import Supplier, SupplierMembership, SupplierPart
from parts.states import OrderStatus, ShipmentStatus

__all__ = [
    "Allocation",
    "AllocationRun",
    "Fitment",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "ListPrice",
    "Location",
    "LocationKind",
    "OrderKind",
    "OrderStatus",
    "Parcel",
    "Part",
    "PartCategory",
    "PartClass",
    "PartLifecycle",
    "PartVariant",
    "PartsOrder",
    "PartsOrderLine",
    "Posting",
    "Shipment",
    "ShipmentLine",
    "ShipmentStatus",
    "StockBalance",
    "StockEntry",
    "Supersession",
    "SupersessionMode",
    "Supplier",
    "SupplierMembership",
    "SupplierPart",
]

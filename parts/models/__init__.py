"""The tables of parts, a module a topic."""

from parts.models.cases import CaseLine, DamagedGoods, Decision, Difference, ReceivingCase
from parts.models.catalog import (
    ExplodedView,
    Fitment,
    Part,
    PartCategory,
    PartClass,
    PartLifecycle,
    PartVariant,
    Supersession,
    SupersessionMode,
    VariantKind,
)
from parts.models.counting import CountReason, StockCount, StockCountLine
from parts.models.fulfillment import GoodsReceipt, GoodsReceiptLine, Parcel, PartSerial, Shipment, ShipmentLine
from parts.models.kits import KitDirection, KitRecipe, KitWork
from parts.models.order_aids import FavoritePart, OrderDraft, OrderTemplate
from parts.models.ordering import Allocation, AllocationRun, OrderKind, PartsOrder, PartsOrderLine
from parts.models.planning import LeadSource, LevelSource, PlanningFigure, PlanningRun, PurchaseSuggestion, StockLevel
from parts.models.prices import GradePrice, ListPrice, PriceList, PriceListRow
from parts.models.purchasing import PurchaseOrder, PurchaseOrderLine, SupplierReturn, SupplierReturnLine
from parts.models.stock import Location, LocationKind, PartBatch, Posting, StockBalance, StockEntry
from parts.models.suppliers import ContactRole, Supplier, SupplierContact, SupplierMembership, SupplierPart
from parts.states import (
    CaseStatus,
    CountStatus,
    OrderStatus,
    PriceListStatus,
    PurchaseStatus,
    ShipmentStatus,
    SuggestionStatus,
)

__all__ = [
    "Allocation",
    "AllocationRun",
    "CaseLine",
    "CaseStatus",
    "ContactRole",
    "CountReason",
    "CountStatus",
    "DamagedGoods",
    "Decision",
    "Difference",
    "ExplodedView",
    "FavoritePart",
    "Fitment",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "GradePrice",
    "KitDirection",
    "KitRecipe",
    "KitWork",
    "LeadSource",
    "LevelSource",
    "ListPrice",
    "Location",
    "LocationKind",
    "OrderDraft",
    "OrderKind",
    "OrderStatus",
    "OrderTemplate",
    "Parcel",
    "Part",
    "PartBatch",
    "PartCategory",
    "PartClass",
    "PartLifecycle",
    "PartSerial",
    "PartVariant",
    "PartsOrder",
    "PartsOrderLine",
    "PlanningFigure",
    "PlanningRun",
    "Posting",
    "PriceList",
    "PriceListRow",
    "PriceListStatus",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseStatus",
    "PurchaseSuggestion",
    "ReceivingCase",
    "Shipment",
    "ShipmentLine",
    "ShipmentStatus",
    "StockBalance",
    "StockCount",
    "StockCountLine",
    "StockEntry",
    "StockLevel",
    "SuggestionStatus",
    "Supersession",
    "SupersessionMode",
    "Supplier",
    "SupplierContact",
    "SupplierMembership",
    "SupplierPart",
    "SupplierReturn",
    "SupplierReturnLine",
    "VariantKind",
]

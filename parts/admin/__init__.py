"""The admin of parts: catalog, prices and suppliers to keep; orders, shipments, receipts and stock to work on."""

from parts.admin import catalog, fulfillment, ordering, purchasing, stock, suppliers

__all__ = ["catalog", "fulfillment", "ordering", "purchasing", "stock", "suppliers"]

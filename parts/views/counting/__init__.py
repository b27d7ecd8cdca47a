"""Pages of stock counts."""

from parts.views.counting.acts import (
    StockCountApprove,
    StockCountCancel,
    StockCountCreate,
    StockCountEnter,
    StockCountFound,
    StockCountHandIn,
    StockCountPaste,
    StockCountStart,
)
from parts.views.counting.records import StockCountDetail, StockCountLines, StockCountList

__all__ = [
    "StockCountApprove",
    "StockCountCancel",
    "StockCountCreate",
    "StockCountDetail",
    "StockCountEnter",
    "StockCountFound",
    "StockCountHandIn",
    "StockCountLines",
    "StockCountList",
    "StockCountPaste",
    "StockCountStart",
]

"""Pages of old parts: what to return, tags, boxes, receipt, the appraisal bench."""

from warranty.views.failed_parts.appraising import AppraisalPdf, Appraise, Bench, Dispose
from warranty.views.failed_parts.boxes import CloseBox, PartBoxDetail, PartBoxList, PartBoxPdf, ShipBox
from warranty.views.failed_parts.deadlines import ExtendReturn, LosePiece, WaiveReturn
from warranty.views.failed_parts.receiving import ReceivePieces
from warranty.views.failed_parts.records import FailedPartDetail, FailedPartList
from warranty.views.failed_parts.returning import FailedPartsToReturn, PackBox, PrintTags, TagsPdf

__all__ = [
    "AppraisalPdf",
    "Appraise",
    "Bench",
    "CloseBox",
    "Dispose",
    "ExtendReturn",
    "FailedPartDetail",
    "FailedPartList",
    "FailedPartsToReturn",
    "LosePiece",
    "PackBox",
    "PartBoxDetail",
    "PartBoxList",
    "PartBoxPdf",
    "PrintTags",
    "ReceivePieces",
    "ShipBox",
    "TagsPdf",
    "WaiveReturn",
]

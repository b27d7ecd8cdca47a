"""Pages of old parts: what to return, tags, boxes, receipt, the appraisal bench."""

from warranty.views.failed_parts.appraising import AppraisalPdf, Appraise, Bench, Dispose
from warranty.views.failed_parts.boxes import CloseBox, PartBoxDetail, PartBoxList, PartBoxPdf, ShipBox
from warranty.views.failed_parts.deadlines import AskExtension, ExtendReturn, LosePiece, RefuseExtension, WaiveReturn
from warranty.views.failed_parts.packing import PackByScan, ReopenBox, SealBox, TakeOut
from warranty.views.failed_parts.receiving import NoteExtra, ReceiveBox, ReceivePieces
from warranty.views.failed_parts.records import FailedPartDetail, FailedPartList
from warranty.views.failed_parts.returning import FailedPartsToReturn, PackBox, PrintTags, TagsPdf

__all__ = [
    "AppraisalPdf",
    "Appraise",
    "AskExtension",
    "Bench",
    "CloseBox",
    "Dispose",
    "ExtendReturn",
    "FailedPartDetail",
    "FailedPartList",
    "FailedPartsToReturn",
    "LosePiece",
    "NoteExtra",
    "PackBox",
    "PackByScan",
    "PartBoxDetail",
    "PartBoxList",
    "PartBoxPdf",
    "PrintTags",
    "ReceiveBox",
    "ReceivePieces",
    "RefuseExtension",
    "ReopenBox",
    "SealBox",
    "ShipBox",
    "TagsPdf",
    "TakeOut",
    "WaiveReturn",
]

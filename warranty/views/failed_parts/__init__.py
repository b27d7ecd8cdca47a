"""Pages of old parts: what to return, tags, boxes, receipt, the appraisal bench."""

from warranty.views.failed_parts.appraising import AppraisalPdf, Appraise, Bench, Dispose, Rule
from warranty.views.failed_parts.boxes import CloseBox, PartBoxDetail, PartBoxList, PartBoxPdf, ShipBox
from warranty.views.failed_parts.deadlines import AskExtension, ExtendReturn, LosePiece, RefuseExtension, WaiveReturn
from warranty.views.failed_parts.figures import FailedPartFigureRows, FailedPartFigures
from warranty.views.failed_parts.onward import PieceShipmentDetail, PieceShipmentList, ReceiveShipment, SendOn
from warranty.views.failed_parts.packing import PackByScan, ReopenBox, SealBox, TakeOut
from warranty.views.failed_parts.receiving import NoteExtra, ReceiveBox, ReceivePieces, StrikeExtra, TakeBackScan
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
    "FailedPartFigureRows",
    "FailedPartFigures",
    "FailedPartList",
    "FailedPartsToReturn",
    "LosePiece",
    "NoteExtra",
    "PackBox",
    "PackByScan",
    "PartBoxDetail",
    "PartBoxList",
    "PartBoxPdf",
    "PieceShipmentDetail",
    "PieceShipmentList",
    "PrintTags",
    "ReceiveBox",
    "ReceivePieces",
    "ReceiveShipment",
    "RefuseExtension",
    "ReopenBox",
    "Rule",
    "SealBox",
    "SendOn",
    "ShipBox",
    "StrikeExtra",
    "TagsPdf",
    "TakeBackScan",
    "TakeOut",
    "WaiveReturn",
]

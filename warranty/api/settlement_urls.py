"""Addresses of old parts, statements and recovery in the API; included by urls.py under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from warranty.api import bench, old_parts, part_boxes, piece_shipments

urlpatterns: list[URLPattern | URLResolver] = [
    path("old-parts/", old_parts.OldParts.as_view(), name="api_old_parts"),
    path("old-parts/receive/", part_boxes.ReceivePiece.as_view(), name="api_old_part_receive"),
    path("old-parts/to-fetch/", old_parts.PiecesToFetch.as_view(), name="api_old_parts_to_fetch"),
    path("old-parts/<int:pk>/", old_parts.OneOldPart.as_view(), name="api_old_part"),
    path("old-parts/<int:pk>/tag/", old_parts.PrintTag.as_view(), name="api_old_part_tag"),
    path("old-parts/<int:pk>/ask-extension/", old_parts.AskMoreTime.as_view(), name="api_old_part_ask_extension"),
    path("old-parts/<int:pk>/extend/", old_parts.GrantMoreTime.as_view(), name="api_old_part_extend"),
    path(
        "old-parts/<int:pk>/refuse-extension/",
        old_parts.RefuseMoreTime.as_view(),
        name="api_old_part_refuse_extension",
    ),
    path("old-parts/<int:pk>/waive/", old_parts.WaiveReturn.as_view(), name="api_old_part_waive"),
    path("old-parts/<int:pk>/lose/", old_parts.LosePiece.as_view(), name="api_old_part_lose"),
    path("old-parts/<int:pk>/appraise/", bench.AppraisePiece.as_view(), name="api_old_part_appraise"),
    path("old-parts/<int:pk>/dispose/", bench.DisposePiece.as_view(), name="api_old_part_dispose"),
    path("part-boxes/", part_boxes.PartBoxes.as_view(), name="api_part_boxes"),
    path("part-boxes/<int:pk>/", part_boxes.OnePartBox.as_view(), name="api_part_box"),
    path("part-boxes/<int:pk>/scan/", part_boxes.ScanIntoBox.as_view(), name="api_part_box_scan"),
    path("part-boxes/<int:pk>/take-out/", part_boxes.TakeOut.as_view(), name="api_part_box_take_out"),
    path("part-boxes/<int:pk>/seal/", part_boxes.SealBox.as_view(), name="api_part_box_seal"),
    path("part-boxes/<int:pk>/reopen/", part_boxes.ReopenBox.as_view(), name="api_part_box_reopen"),
    path("part-boxes/<int:pk>/ship/", part_boxes.ShipBox.as_view(), name="api_part_box_ship"),
    path("part-boxes/<int:pk>/extra/", part_boxes.NoteExtraPiece.as_view(), name="api_part_box_extra"),
    path("part-boxes/<int:pk>/close/", part_boxes.CloseBox.as_view(), name="api_part_box_close"),
    path("piece-shipments/", piece_shipments.PieceShipments.as_view(), name="api_piece_shipments"),
    path("piece-shipments/<int:pk>/", piece_shipments.OnePieceShipment.as_view(), name="api_piece_shipment"),
    path(
        "piece-shipments/<int:pk>/receive/",
        piece_shipments.ReceivePieceShipment.as_view(),
        name="api_piece_shipment_receive",
    ),
]

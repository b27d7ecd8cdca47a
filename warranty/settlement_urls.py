"""Addresses of old parts, statements and recovery; included by urls.py under /warranty/."""

from django.urls import path

from warranty.views import failed_parts as old
from warranty.views import recovery
from warranty.views import statement_month as whole
from warranty.views import statements as month

urlpatterns = [
    path("failed-parts/", old.FailedPartList.as_view(), name="failed_part_list"),
    path("failed-parts/to-return/", old.FailedPartsToReturn.as_view(), name="failed_parts_to_return"),
    path("failed-parts/print/", old.PrintTags.as_view(), name="failed_part_print"),
    path("failed-parts/tags.pdf", old.TagsPdf.as_view(), name="failed_part_tags_pdf"),
    path("failed-parts/pack/", old.PackBox.as_view(), name="failed_part_pack"),
    path("failed-parts/packing/", old.PackByScan.as_view(), name="failed_part_packing"),
    path("failed-parts/receive/", old.ReceivePieces.as_view(), name="failed_part_receive"),
    path("failed-parts/bench/", old.Bench.as_view(), name="failed_part_bench"),
    path("failed-parts/<int:pk>/", old.FailedPartDetail.as_view(), name="failed_part_detail"),
    path("failed-parts/<int:pk>/appraise/", old.Appraise.as_view(), name="failed_part_appraise"),
    path("failed-parts/<int:pk>/appraisal.pdf", old.AppraisalPdf.as_view(), name="failed_part_report"),
    path("failed-parts/<int:pk>/dispose/", old.Dispose.as_view(), name="failed_part_dispose"),
    path("failed-parts/<int:pk>/extend/", old.ExtendReturn.as_view(), name="failed_part_extend"),
    path("failed-parts/<int:pk>/ask-extension/", old.AskExtension.as_view(), name="failed_part_ask_extension"),
    path("failed-parts/<int:pk>/refuse-extension/", old.RefuseExtension.as_view(), name="failed_part_refuse_extension"),
    path("failed-parts/<int:pk>/waive/", old.WaiveReturn.as_view(), name="failed_part_waive"),
    path("failed-parts/<int:pk>/lose/", old.LosePiece.as_view(), name="failed_part_lose"),
    path("boxes/", old.PartBoxList.as_view(), name="part_box_list"),
    path("boxes/<int:pk>/", old.PartBoxDetail.as_view(), name="part_box_detail"),
    path("boxes/<int:pk>/list.pdf", old.PartBoxPdf.as_view(), name="part_box_pdf"),
    path("boxes/<int:pk>/pack/", old.PackByScan.as_view(), name="part_box_pack"),
    path("boxes/<int:pk>/take-out/", old.TakeOut.as_view(), name="part_box_take_out"),
    path("boxes/<int:pk>/seal/", old.SealBox.as_view(), name="part_box_seal"),
    path("boxes/<int:pk>/reopen/", old.ReopenBox.as_view(), name="part_box_reopen"),
    path("boxes/<int:pk>/receive/", old.ReceiveBox.as_view(), name="part_box_receive"),
    path("boxes/<int:pk>/extra/", old.NoteExtra.as_view(), name="part_box_extra"),
    path("boxes/<int:pk>/ship/", old.ShipBox.as_view(), name="part_box_ship"),
    path("boxes/<int:pk>/close/", old.CloseBox.as_view(), name="part_box_close"),
    path("statements/", month.StatementList.as_view(), name="statement_list"),
    path("statements/preview/", whole.StatementPreview.as_view(), name="statement_preview"),
    path("statements/build/", whole.BuildStatements.as_view(), name="statement_build"),
    path("statements/issue/", whole.IssueMonth.as_view(), name="statement_issue_month"),
    path("statements/<int:pk>/", month.StatementDetail.as_view(), name="statement_detail"),
    path("statements/<int:pk>/statement.pdf", month.StatementPdf.as_view(), name="statement_pdf"),
    path("statements/<int:pk>/statement.csv", month.StatementCsv.as_view(), name="statement_csv"),
    path("statements/<int:pk>/statement.xlsx", month.StatementXlsx.as_view(), name="statement_xlsx"),
    path("statements/<int:pk>/issue/", month.IssueStatement.as_view(), name="statement_issue"),
    path("statements/<int:pk>/void/", month.VoidStatement.as_view(), name="statement_void"),
    path("statements/<int:pk>/confirm/", month.ConfirmStatement.as_view(), name="statement_confirm"),
    path("statements/<int:pk>/dispute/", month.DisputeStatement.as_view(), name="statement_dispute"),
    path("statements/<int:pk>/invoice/", month.InvoiceStatement.as_view(), name="statement_invoice"),
    path("statements/<int:pk>/pay/", month.PayStatement.as_view(), name="statement_pay"),
    path("recovery/", recovery.RecoveryList.as_view(), name="recovery_list"),
    path("recovery/figures/", recovery.RecoveryFiguresPage.as_view(), name="recovery_figures"),
    path("recovery/lost/", recovery.LeakageList.as_view(), name="recovery_leakage"),
    path("recovery/<int:pk>/", recovery.RecoveryDetail.as_view(), name="recovery_detail"),
    path("recovery/<int:pk>/reopen/", recovery.ReopenLost.as_view(), name="recovery_reopen"),
    path("recovery/<int:pk>/supplier/", recovery.AssignSupplier.as_view(), name="recovery_assign"),
]

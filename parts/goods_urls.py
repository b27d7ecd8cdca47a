"""Addresses of goods after the shelf: receiving cases, returns of unused parts, labels, transfers, vans."""

from django.urls import URLPattern, path

from parts.views import cases, labels, returns, transfers, vans

urlpatterns: list[URLPattern] = [
    path("shipments/<int:pk>/differences/", cases.CaseReport.as_view(), name="receiving_case_report"),
    path("shipments/<int:pk>/return/", returns.ReturnRequest.as_view(), name="parts_return_request"),
    path("cases/", cases.CaseList.as_view(), name="receiving_case_list"),
    path("cases/<int:pk>/", cases.CaseDetail.as_view(), name="receiving_case_detail"),
    path("cases/<int:pk>/photos/", cases.CasePhotos.as_view(), name="receiving_case_photos"),
    path("cases/<int:pk>/decide/", cases.CaseDecide.as_view(), name="receiving_case_decide"),
    path("cases/<int:pk>/confirm/", cases.CaseConfirm.as_view(), name="receiving_case_confirm"),
    path("cases/<int:pk>/return/", cases.CaseReturn.as_view(), name="receiving_case_return"),
    path("cases/<int:pk>/send-back/", cases.CaseSendBack.as_view(), name="receiving_case_send_back"),
    path("cases/<int:pk>/arrived/", cases.CaseArrived.as_view(), name="receiving_case_arrived"),
    path("cases/<int:pk>/withdraw/", cases.CaseWithdraw.as_view(), name="receiving_case_withdraw"),
    path("returns/", returns.ReturnList.as_view(), name="parts_return_list"),
    path("returns/<int:pk>/", returns.ReturnDetail.as_view(), name="parts_return_detail"),
    path("returns/<int:pk>/approve/", returns.ReturnApprove.as_view(), name="parts_return_approve"),
    path("returns/<int:pk>/refuse/", returns.ReturnRefuse.as_view(), name="parts_return_refuse"),
    path("returns/<int:pk>/withdraw/", returns.ReturnWithdraw.as_view(), name="parts_return_withdraw"),
    path("returns/<int:pk>/send/", returns.ReturnSend.as_view(), name="parts_return_send"),
    path("returns/<int:pk>/inspect/", returns.ReturnInspect.as_view(), name="parts_return_inspect"),
    path("labels/<str:of>/<int:pk>/", labels.LabelsPrint.as_view(), name="labels_print"),
    path("labels/<str:of>/<int:pk>/labels.pdf", labels.LabelsPdf.as_view(), name="labels_pdf"),
    path("transfers/", transfers.TransferList.as_view(), name="stock_transfer_list"),
    path("transfers/new/", transfers.TransferRequest.as_view(), name="stock_transfer_request"),
    path("transfers/<int:pk>/", transfers.TransferDetail.as_view(), name="stock_transfer_detail"),
    path("transfers/<int:pk>/agree/", transfers.TransferAgree.as_view(), name="stock_transfer_agree"),
    path("transfers/<int:pk>/approve/", transfers.TransferApprove.as_view(), name="stock_transfer_approve"),
    path("transfers/<int:pk>/refuse/", transfers.TransferRefuse.as_view(), name="stock_transfer_refuse"),
    path("transfers/<int:pk>/cancel/", transfers.TransferCancel.as_view(), name="stock_transfer_cancel"),
    path("transfers/<int:pk>/send/", transfers.TransferSend.as_view(), name="stock_transfer_send"),
    path("transfers/<int:pk>/receive/", transfers.TransferReceive.as_view(), name="stock_transfer_receive"),
    path("vans/", vans.VanList.as_view(), name="van_list"),
    path("vans/mine/", vans.MyVan.as_view(), name="van_mine"),
    path("vans/<int:pk>/", vans.VanDetail.as_view(), name="van_detail"),
    path("vans/<int:pk>/load/", vans.VanLoad.as_view(), name="van_load"),
    path("vans/<int:pk>/unload/", vans.VanUnload.as_view(), name="van_unload"),
]

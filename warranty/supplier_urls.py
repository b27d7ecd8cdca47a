"""Addresses of notes, for suppliers and for those at headquarters who write them; included under /supplier/."""

from django.urls import path

from warranty.views import answers, batching, disputes, entering
from warranty.views import chargebacks as note
from warranty.views import supplier_desk as desk
from warranty.views import supplier_money as money
from warranty.views import supplier_statements as account
from warranty.views.accepting import AcceptChargeback

urlpatterns = [
    path("chargebacks/", note.ChargebackList.as_view(), name="chargeback_list"),
    path("chargebacks/new/", batching.BatchChargebacks.as_view(), name="chargeback_batch"),
    path("chargebacks/<int:pk>/", note.ChargebackDetail.as_view(), name="chargeback_detail"),
    path("chargebacks/<int:pk>/note.pdf", note.ChargebackPdf.as_view(), name="chargeback_pdf"),
    path("chargebacks/<int:pk>/evidence.zip", note.ChargebackZip.as_view(), name="chargeback_zip"),
    path("chargebacks/<int:pk>/pictures/<int:picture>/", note.ChargebackPicture.as_view(), name="chargeback_picture"),
    path(
        "chargebacks/<int:pk>/pictures/<int:picture>/large/",
        note.ChargebackPicture.as_view(large=True),
        name="chargeback_picture_large",
    ),
    path("chargebacks/<int:pk>/send/", batching.SendChargeback.as_view(), name="chargeback_send"),
    path("chargebacks/<int:pk>/withdraw/", batching.WithdrawChargeback.as_view(), name="chargeback_withdraw"),
    path("chargebacks/<int:pk>/accept/", AcceptChargeback.as_view(), name="chargeback_accept"),
    path("chargebacks/<int:pk>/read/", note.AcknowledgeChargeback.as_view(), name="chargeback_acknowledge"),
    path("chargebacks/<int:pk>/disputes/", disputes.DecideDisputes.as_view(), name="chargeback_disputes"),
    path("chargebacks/<int:pk>/answer/", answers.AnswerChargeback.as_view(), name="chargeback_answer"),
    path("chargebacks/<int:pk>/answer/send/", answers.SendAnswer.as_view(), name="chargeback_answer_send"),
    path("chargebacks/<int:pk>/answer/<int:page>/", answers.AnswerPage.as_view(), name="chargeback_answer_page"),
    path("chargebacks/<int:pk>/enter/", entering.EnterAnswer.as_view(), name="chargeback_enter"),
    path("chargebacks/<int:pk>/reply/", desk.FileReply.as_view(), name="chargeback_reply"),
    path("chargebacks/<int:pk>/pay/", money.PayChargeback.as_view(), name="chargeback_pay"),
    path("chargebacks/<int:pk>/give-up/", money.GiveUpUnpaid.as_view(), name="chargeback_give_up"),
    path("chargebacks/<int:pk>/repay/", money.RepaySupplier.as_view(), name="chargeback_repay"),
    path("statements/", account.SupplierStatementList.as_view(), name="supplier_statement_list"),
    path("statements/<int:pk>/", account.SupplierStatementPage.as_view(), name="supplier_statement"),
    path("statements/<int:pk>/issue/", account.IssueSupplierStatement.as_view(), name="supplier_statement_issue"),
    path("chargebacks/lines/<int:pk>/test/", disputes.AskFurtherTest.as_view(), name="chargeback_test"),
    path("chargebacks/lines/<int:pk>/doubt/", entering.DecideDoubt.as_view(), name="chargeback_doubt"),
    path("chargebacks/lines/<int:pk>/another/", disputes.RerouteDispute.as_view(), name="chargeback_reroute"),
    path("chargebacks/lines/<int:pk>/resolve/", disputes.ResolveDispute.as_view(), name="chargeback_resolve"),
]

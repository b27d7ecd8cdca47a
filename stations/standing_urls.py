"""Addresses of what changes a station's standing: suspension, contracts, leaving; and of dealer accounts' statements."""

from django.urls import URLPattern, path

from stations.views import account_period, accounts, contracts, exits, lifecycle, renewals, stations

standing: list[URLPattern] = [
    path("<int:pk>/suspend/", lifecycle.SuspendStation.as_view(), name="station_suspend"),
    path("<int:pk>/resume/", lifecycle.ResumeStation.as_view(), name="station_resume"),
    path("<int:pk>/terminate/", lifecycle.TerminateStation.as_view(), name="station_terminate"),
    path("<int:pk>/grade-certificate/", stations.GradeCertificate.as_view(), name="station_grade_certificate"),
    path("<int:pk>/renew/", renewals.RenewContract.as_view(), name="contract_renew"),
    path("<int:pk>/renewal/", renewals.PrepareRenewal.as_view(), name="renewal_prepare"),
    path("contracts/", contracts.ContractList.as_view(), name="contract_list"),
    path("contracts/<int:pk>/", contracts.ContractDetail.as_view(), name="contract_detail"),
    path("contracts/<int:pk>/deposit/", contracts.ReceiveDeposit.as_view(), name="contract_deposit"),
    path("contracts/<int:pk>/deposit/return/", contracts.ReturnDeposit.as_view(), name="contract_deposit_return"),
    path("renewals/", renewals.RenewalList.as_view(), name="renewal_list"),
    path("renewals/<int:pk>/", renewals.RenewalDetail.as_view(), name="renewal_detail"),
    path("renewals/<int:pk>/agree/", renewals.AgreeRenewal.as_view(), name="renewal_agree"),
    path("renewals/<int:pk>/sign/", renewals.SignRenewal.as_view(), name="renewal_sign"),
    path("renewals/<int:pk>/drop/", renewals.DropRenewal.as_view(), name="renewal_drop"),
    path("exits/", exits.ExitList.as_view(), name="exit_list"),
    path("exits/<int:pk>/", exits.ExitDetail.as_view(), name="exit_detail"),
    path("exits/<int:pk>/complete/", exits.CompleteExit.as_view(), name="exit_complete"),
    path("exits/items/<int:pk>/confirm/", exits.ConfirmItem.as_view(), name="exit_item_confirm"),
    path("exits/items/<int:pk>/waive/", exits.WaiveItem.as_view(), name="exit_item_waive"),
    path("accounts/<int:pk>/period/", account_period.AccountPeriodPage.as_view(), name="dealer_account_period"),
    path("accounts/<int:pk>/issue/", accounts.IssueStatement.as_view(), name="dealer_account_issue"),
    path("accounts/<int:pk>/payment/", accounts.RecordPayment.as_view(), name="dealer_account_payment"),
    path("accounts/entries/<int:pk>/reverse/", accounts.CorrectEntry.as_view(), name="account_entry_correct"),
    path("accounts/statements/<int:pk>/", account_period.StatementDetail.as_view(), name="account_statement_detail"),
]

"""Addresses of contracts, standing, exits and accounts in the API."""

from django.urls import URLPattern, path

from stations.api import account_periods, accounts, contracts, exits, standing

urlpatterns: list[URLPattern] = [
    path("stations/<str:code>/standing/", standing.OneStanding.as_view(), name="api_station_standing"),
    path("stations/<str:code>/suspend/", standing.Suspend.as_view(), name="api_station_suspend"),
    path("stations/<str:code>/resume/", standing.Resume.as_view(), name="api_station_resume"),
    path("stations/<str:code>/terminate/", standing.Terminate.as_view(), name="api_station_terminate"),
    path(
        "stations/<str:code>/grade-certificate/",
        standing.CertifyGrade.as_view(),
        name="api_station_grade_certificate",
    ),
    path("grades/", standing.Grades.as_view(), name="api_grades"),
    path("contracts/", contracts.Contracts.as_view(), name="api_contracts"),
    path("contracts/<str:number>/", contracts.OneContract.as_view(), name="api_contract"),
    path("contracts/<str:number>/deposit/", contracts.ReceiveDeposit.as_view(), name="api_contract_deposit"),
    path(
        "contracts/<str:number>/deposit/return/", contracts.ReturnDeposit.as_view(), name="api_contract_deposit_return"
    ),
    path("renewals/", contracts.Renewals.as_view(), name="api_renewals"),
    path("renewals/<str:number>/", contracts.OneRenewal.as_view(), name="api_renewal"),
    path("renewals/<str:number>/agree/", contracts.AgreeRenewal.as_view(), name="api_renewal_agree"),
    path("renewals/<str:number>/sign/", contracts.SignRenewal.as_view(), name="api_renewal_sign"),
    path("renewals/<str:number>/drop/", contracts.DropRenewal.as_view(), name="api_renewal_drop"),
    path("exits/", exits.Exits.as_view(), name="api_exits"),
    path("exits/<str:number>/", exits.OneExit.as_view(), name="api_exit"),
    path("exits/<str:number>/complete/", exits.CompleteExit.as_view(), name="api_exit_complete"),
    path("exit-items/<int:pk>/confirm/", exits.ConfirmItem.as_view(), name="api_exit_item_confirm"),
    path("exit-items/<int:pk>/waive/", exits.WaiveItem.as_view(), name="api_exit_item_waive"),
    path("dealer-accounts/", accounts.Accounts.as_view(), name="api_dealer_accounts"),
    path("dealer-accounts/<int:pk>/", accounts.OneAccount.as_view(), name="api_dealer_account"),
    path("dealer-accounts/<int:pk>/payment/", accounts.RecordPayment.as_view(), name="api_dealer_account_payment"),
    path("dealer-accounts/<int:pk>/period/", account_periods.AccountPeriod.as_view(), name="api_account_period"),
    path("dealer-accounts/<int:pk>/statement/", account_periods.IssueStatement.as_view(), name="api_account_issue"),
    path("dealer-accounts/<int:pk>/limit/", account_periods.SetLimit.as_view(), name="api_account_limit"),
    path("dealer-accounts/<int:pk>/override/", account_periods.AllowAboveLimit.as_view(), name="api_account_override"),
    path("account-statements/", account_periods.Statements.as_view(), name="api_account_statements"),
    path("account-statements/<int:pk>/", account_periods.OneStatement.as_view(), name="api_account_statement"),
    path("account-entries/<int:pk>/reverse/", account_periods.ReverseEntry.as_view(), name="api_account_entry_reverse"),
    path("account-entries/", accounts.Entries.as_view(), name="api_account_entries"),
]

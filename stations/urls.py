"""Addresses of stations."""

from django.urls import URLPattern, URLResolver, include, path

from stations import people_urls, visit_urls
from stations.network_urls import network_pages
from stations.standing_urls import standing
from stations.views import accounts, applications, invitations, products, stations, visits

urlpatterns: list[URLPattern | URLResolver] = [
    *network_pages,
    *standing,
    *people_urls.urlpatterns,
    path("<int:pk>/", stations.StationDetail.as_view(), name="station_detail"),
    path("<int:pk>/grade/", stations.SetGrade.as_view(), name="station_grade"),
    path("applications/", applications.ApplicationList.as_view(), name="application_list"),
    path("applications/<int:pk>/", applications.ApplicationDetail.as_view(), name="application_detail"),
    path("applications/<int:pk>/check/", applications.PassCenterCheck.as_view(), name="application_check"),
    path("applications/<int:pk>/approve/", applications.ApproveByRegion.as_view(), name="application_approve"),
    path("applications/<int:pk>/inspect/", visits.Inspect.as_view(), name="application_inspect"),
    path("applications/<int:pk>/decide/", applications.DecideApplication.as_view(), name="application_decide"),
    path("applications/<int:pk>/sign/", applications.SignContract.as_view(), name="application_sign"),
    path("applications/<int:pk>/withdraw/", applications.WithdrawApplication.as_view(), name="application_withdraw"),
    path("applications/<int:pk>/send-back/", applications.SendBack.as_view(), name="application_send_back"),
    path("applications/<int:pk>/refuse/", applications.RefuseApplication.as_view(), name="application_refuse"),
    *visit_urls.urlpatterns,
    path("invitations/", invitations.InvitationList.as_view(), name="invitation_list"),
    path("invitations/new/", invitations.InviteApplicant.as_view(), name="application_invite"),
    path("invitations/<int:pk>/", invitations.InvitationDetail.as_view(), name="invitation_detail"),
    path("invitations/<int:pk>/revoke/", invitations.RevokeInvitation.as_view(), name="invitation_revoke"),
    path("accounts/", accounts.AccountList.as_view(), name="dealer_account_list"),
    path("accounts/<int:pk>/", accounts.AccountDetail.as_view(), name="dealer_account_detail"),
    path("accounts/<int:pk>/limit/", accounts.SetLimit.as_view(), name="dealer_account_limit"),
    path("accounts/<int:pk>/override/", accounts.AllowAboveLimit.as_view(), name="dealer_account_override"),
    path("", include("stations.library_urls")),
    path("products/", products.ProductList.as_view(), name="product_list"),
]

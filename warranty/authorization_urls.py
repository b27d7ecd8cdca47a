"""Addresses of prior authorizations."""

from django.urls import URLPattern, URLResolver, path

from warranty.views import authorizations

urlpatterns: list[URLPattern | URLResolver] = [
    path("authorizations/", authorizations.AuthorizationList.as_view(), name="authorization_list"),
    path("authorizations/new/", authorizations.AuthorizationNew.as_view(), name="authorization_new"),
    path("authorizations/<int:pk>/", authorizations.AuthorizationDetail.as_view(), name="authorization_detail"),
    path("authorizations/<int:pk>/grant/", authorizations.AuthorizationGrant.as_view(), name="authorization_grant"),
    path("authorizations/<int:pk>/refuse/", authorizations.AuthorizationRefuse.as_view(), name="authorization_refuse"),
    path(
        "authorizations/<int:pk>/withdraw/", authorizations.AuthorizationWithdraw.as_view(),
        name="authorization_withdraw",
    ),
]  # fmt: skip

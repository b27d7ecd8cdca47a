"""Addresses of fines against stations."""

from django.urls import URLPattern, URLResolver, path

from warranty.views import fines

urlpatterns: list[URLPattern | URLResolver] = [
    path("fines/", fines.FineList.as_view(), name="fine_list"),
    path("fines/new/", fines.FineNew.as_view(), name="fine_new"),
    path("fines/<int:pk>/", fines.FineDetail.as_view(), name="fine_detail"),
    path("fines/<int:pk>/approve/", fines.FineApprove.as_view(), name="fine_approve"),
    path("fines/<int:pk>/refuse/", fines.FineRefuse.as_view(), name="fine_refuse"),
    path("fines/<int:pk>/withdraw/", fines.FineWithdraw.as_view(), name="fine_withdraw"),
    path("fines/<int:pk>/take-back/", fines.FineTakeBack.as_view(), name="fine_take_back"),
]

"""Addresses of the warranty API, included under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from warranty.api import chargebacks, claims

urlpatterns: list[URLPattern | URLResolver] = [
    path("claims/", claims.Claims.as_view(), name="api_claims"),
    path("claims/<int:pk>/", claims.OneClaim.as_view(), name="api_claim"),
    path("claims/<int:pk>/submit/", claims.SubmitClaim.as_view(), name="api_claim_submit"),
    path("chargebacks/", chargebacks.Chargebacks.as_view(), name="api_chargebacks"),
    path("chargebacks/<int:pk>/", chargebacks.OneChargeback.as_view(), name="api_chargeback"),
    path("chargebacks/<int:pk>/answer/", chargebacks.AnswerChargeback.as_view(), name="api_chargeback_answer"),
]

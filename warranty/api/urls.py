"""Addresses of the warranty API, included under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from warranty.api import appeals, asking, authorizations, campaigns, chargebacks, claim_drafts, claims, registrations

urlpatterns: list[URLPattern | URLResolver] = [
    path("authorizations/", authorizations.Authorizations.as_view(), name="api_authorizations"),
    path("authorizations/<int:pk>/", authorizations.OneAuthorization.as_view(), name="api_authorization"),
    path(
        "authorizations/<int:pk>/photos/",
        authorizations.AddAuthorizationPhotos.as_view(),
        name="api_authorization_photos",
    ),
    path(
        "authorizations/<int:pk>/grant/",
        authorizations.GrantAuthorization.as_view(),
        name="api_authorization_grant",
    ),
    path(
        "authorizations/<int:pk>/refuse/",
        authorizations.RefuseAuthorization.as_view(),
        name="api_authorization_refuse",
    ),
    path(
        "authorizations/<int:pk>/withdraw/",
        authorizations.WithdrawAuthorization.as_view(),
        name="api_authorization_withdraw",
    ),
    path("registrations/", registrations.Registrations.as_view(), name="api_registrations"),
    path("registrations/<int:pk>/", registrations.OneRegistration.as_view(), name="api_registration"),
    path(
        "registrations/<int:pk>/approve/",
        registrations.ApproveRegistration.as_view(),
        name="api_registration_approve",
    ),
    path("registrations/<int:pk>/refuse/", registrations.RefuseRegistration.as_view(), name="api_registration_refuse"),
    path("coverage/ask/", asking.AskCoverage.as_view(), name="api_ask_coverage"),
    path("campaigns/", campaigns.Campaigns.as_view(), name="api_campaigns"),
    path("campaigns/<int:pk>/", campaigns.OneCampaign.as_view(), name="api_campaign"),
    path("campaign-units/", campaigns.CampaignUnits.as_view(), name="api_campaign_units"),
    path("claims/", claims.Claims.as_view(), name="api_claims"),
    path("claims/<int:pk>/", claims.OneClaim.as_view(), name="api_claim"),
    path("claims/<int:pk>/submit/", claims.SubmitClaim.as_view(), name="api_claim_submit"),
    path("claims/<int:pk>/edit/", claim_drafts.EditDraft.as_view(), name="api_claim_edit"),
    path("claims/<int:pk>/lines/add/", claim_drafts.AddLine.as_view(), name="api_claim_line_add"),
    path("claims/<int:pk>/lines/change/", claim_drafts.ChangeLine.as_view(), name="api_claim_line_change"),
    path("claims/<int:pk>/lines/remove/", claim_drafts.RemoveLine.as_view(), name="api_claim_line_remove"),
    path("claims/<int:pk>/photos/", claim_drafts.ClaimPhotos.as_view(), name="api_claim_photos"),
    path("claims/<int:pk>/photos/add/", claim_drafts.AddPhotos.as_view(), name="api_claim_photos_add"),
    path("claims/<int:pk>/photos/change/", claim_drafts.ChangePhoto.as_view(), name="api_claim_photo_change"),
    path("claims/<int:pk>/photos/remove/", claim_drafts.RemovePhoto.as_view(), name="api_claim_photo_remove"),
    path("claims/<int:pk>/versions/", claim_drafts.ClaimVersions.as_view(), name="api_claim_versions"),
    path("claims/<int:pk>/appeal/", appeals.FileAppeal.as_view(), name="api_claim_appeal"),
    path("appeals/", appeals.Appeals.as_view(), name="api_appeals"),
    path("appeals/<int:pk>/", appeals.OneAppeal.as_view(), name="api_appeal"),
    path("appeals/<int:pk>/decide/", appeals.DecideAppeal.as_view(), name="api_appeal_decide"),
    path("chargebacks/", chargebacks.Chargebacks.as_view(), name="api_chargebacks"),
    path("chargebacks/<int:pk>/", chargebacks.OneChargeback.as_view(), name="api_chargeback"),
    path("chargebacks/<int:pk>/answer/", chargebacks.AnswerChargeback.as_view(), name="api_chargeback_answer"),
]

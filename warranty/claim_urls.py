"""Addresses of claims and registrations."""

from django.urls import URLPattern, URLResolver, path

from warranty.views import claims, registrations

urlpatterns: list[URLPattern | URLResolver] = [
    path("claims/", claims.ClaimList.as_view(), name="claim_list"),
    path("claims/new/", claims.ClaimableJobs.as_view(), name="claimable_jobs"),
    path("claims/new/<int:pk>/", claims.DraftClaim.as_view(), name="claim_draft"),
    path("claims/<int:pk>/", claims.ClaimDetail.as_view(), name="claim_detail"),
    path("claims/<int:pk>/edit/", claims.EditClaim.as_view(), name="claim_edit"),
    path("claims/<int:pk>/coach/", claims.CoachPanel.as_view(), name="claim_coach"),
    path("claims/<int:pk>/submit/", claims.SubmitClaim.as_view(), name="claim_submit"),
    path("claims/<int:pk>/withdraw/", claims.WithdrawClaim.as_view(), name="claim_withdraw"),
    path("claims/<int:pk>/answer/", claims.AnswerQuestion.as_view(), name="claim_answer"),
    path("claims/<int:pk>/replace/", claims.ReplaceClaim.as_view(), name="claim_replace"),
    path("claims/<int:pk>/photos/", claims.AddPhoto.as_view(), name="claim_photo"),
    path("claims/<int:pk>/lines/", claims.AddLine.as_view(), name="claim_add_line"),
    path("claims/lines/<int:pk>/remove/", claims.RemoveLine.as_view(), name="claim_remove_line"),
    path("queue/", claims.ClaimQueue.as_view(), name="claim_queue"),
    path("registrations/", registrations.RegistrationList.as_view(), name="registration_list"),
    path("registrations/new/", registrations.FileRegistration.as_view(), name="registration_new"),
]

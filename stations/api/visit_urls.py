"""Addresses of applications, visits and rectifications in the API."""

from django.urls import URLPattern, URLResolver, path

from stations.api import applications, applying, invitations, rectifications, visits

urlpatterns: list[URLPattern | URLResolver] = [
    path("applications/", applications.Applications.as_view(), name="api_applications"),
    path("applications/<int:pk>/", applications.OneApplication.as_view(), name="api_application"),
    path("applications/<int:pk>/edit/", applying.EditApplication.as_view(), name="api_application_edit"),
    path("applications/<int:pk>/documents/", applying.FilePaper.as_view(), name="api_application_documents"),
    path("applications/<int:pk>/documents/remove/", applying.TakeFileOff.as_view(), name="api_application_file_remove"),
    path("applications/<int:pk>/submit/", applying.SubmitApplication.as_view(), name="api_application_submit"),
    path("applications/<int:pk>/sign/", applying.SignContract.as_view(), name="api_application_sign"),
    path("applications/<int:pk>/check/", applications.CheckApplication.as_view(), name="api_application_check"),
    path("applications/<int:pk>/approve/", applications.ApproveApplication.as_view(), name="api_application_approve"),
    path("applications/<int:pk>/decide/", applications.DecideApplication.as_view(), name="api_application_decide"),
    path(
        "applications/<int:pk>/send-back/", applications.SendApplicationBack.as_view(), name="api_application_send_back"
    ),
    path("applications/<int:pk>/refuse/", applications.RefuseApplication.as_view(), name="api_application_refuse"),
    path(
        "applications/<int:pk>/withdraw/", applications.WithdrawApplication.as_view(), name="api_application_withdraw"
    ),
    path("applications/<int:pk>/inspect/", visits.InspectApplication.as_view(), name="api_application_inspect"),
    path("invitations/", invitations.Invitations.as_view(), name="api_invitations"),
    path("invitations/<int:pk>/", invitations.OneInvitation.as_view(), name="api_invitation"),
    path("invitations/<int:pk>/revoke/", invitations.RevokeInvitation.as_view(), name="api_invitation_revoke"),
    path("visits/", visits.Visits.as_view(), name="api_visits"),
    path("visits/<str:number>/", visits.OneVisit.as_view(), name="api_visit"),
    path("visits/<str:number>/begin/", visits.BeginVisit.as_view(), name="api_visit_begin"),
    path("visits/<str:number>/save/", visits.SaveVisit.as_view(), name="api_visit_save"),
    path("visits/<str:number>/photos/", visits.AddPhoto.as_view(), name="api_visit_photos"),
    path("visits/<str:number>/cancel/", visits.CancelVisit.as_view(), name="api_visit_cancel"),
    path("visits/<str:number>/finish/", visits.FinishVisit.as_view(), name="api_visit_finish"),
    path("rectifications/", rectifications.Rectifications.as_view(), name="api_rectifications"),
    path("rectifications/<int:pk>/", rectifications.OneRectification.as_view(), name="api_rectification"),
    path(
        "rectifications/<int:pk>/verification/",
        rectifications.ChooseVerification.as_view(),
        name="api_rectification_verification",
    ),
    path(
        "rectifications/<int:pk>/revisit/",
        rectifications.PlanRevisit.as_view(),
        name="api_rectification_revisit",
    ),
    path("findings/<int:pk>/answer/", rectifications.AnswerFinding.as_view(), name="api_finding_answer"),
    path("findings/<int:pk>/accept/", rectifications.AcceptFinding.as_view(), name="api_finding_accept"),
    path("findings/<int:pk>/return/", rectifications.ReturnFinding.as_view(), name="api_finding_return"),
]

"""Addresses of visits and rectifications, included under those of stations."""

from django.urls import URLPattern, URLResolver, path

from stations.views import rectifications, visits

urlpatterns: list[URLPattern | URLResolver] = [
    path("inspections/", visits.VisitList.as_view(), name="visit_list"),
    path("inspections/plan/", visits.PlanVisit.as_view(), name="visit_plan"),
    path("inspections/<int:pk>/", visits.InspectionDetail.as_view(), name="inspection_detail"),
    path("inspections/<int:pk>/begin/", visits.BeginVisit.as_view(), name="visit_begin"),
    path("inspections/<int:pk>/fill/", visits.FillVisit.as_view(), name="visit_fill"),
    path("inspections/<int:pk>/cancel/", visits.CancelVisit.as_view(), name="visit_cancel"),
    path("rectifications/", rectifications.RectificationList.as_view(), name="rectification_list"),
    path("rectifications/<int:pk>/", rectifications.RectificationDetail.as_view(), name="rectification_detail"),
    path(
        "rectifications/<int:pk>/verification/",
        rectifications.ChooseVerification.as_view(),
        name="rectification_verification",
    ),
    path("rectifications/<int:pk>/revisit/", rectifications.PlanRevisit.as_view(), name="rectification_revisit"),
    path("findings/<int:pk>/answer/", rectifications.AnswerFinding.as_view(), name="finding_answer"),
    path("findings/<int:pk>/accept/", rectifications.AcceptFinding.as_view(), name="finding_accept"),
    path("findings/<int:pk>/return/", rectifications.ReturnFinding.as_view(), name="finding_return"),
]

"""Addresses of recruiting and coverage in the API."""

from django.urls import URLPattern, URLResolver, path

from stations.api import network

urlpatterns: list[URLPattern | URLResolver] = [
    path("candidates/", network.Candidates.as_view(), name="api_candidates"),
    path("candidates/<int:pk>/", network.OneCandidate.as_view(), name="api_candidate"),
    path("candidates/<int:pk>/facts/", network.ChangeCandidate.as_view(), name="api_candidate_facts"),
    path("candidates/<int:pk>/talks/", network.LogTalk.as_view(), name="api_candidate_talks"),
    path("candidates/<int:pk>/negotiate/", network.Negotiate.as_view(), name="api_candidate_negotiate"),
    path("candidates/<int:pk>/invite/", network.InviteCandidate.as_view(), name="api_candidate_invite"),
    path("candidates/<int:pk>/lose/", network.LoseCandidate.as_view(), name="api_candidate_lose"),
    path("candidates/<int:pk>/reopen/", network.TakeUpAgain.as_view(), name="api_candidate_reopen"),
    path("stations/<str:code>/service/", network.StationService.as_view(), name="api_station_service"),
    path("stations/<str:code>/area/", network.SetArea.as_view(), name="api_station_area"),
    path("stations/<str:code>/hours/", network.SetHours.as_view(), name="api_station_hours"),
    path("stations/<str:code>/closed-days/", network.AddClosedDays.as_view(), name="api_station_closed_days"),
]

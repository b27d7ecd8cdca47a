"""Addresses of recruiting and coverage in the API."""

from django.urls import URLPattern, URLResolver, path

from stations.api import coverage, duties, network

urlpatterns: list[URLPattern | URLResolver] = [
    path("candidates/", network.Candidates.as_view(), name="api_candidates"),
    path("candidates/<int:pk>/", network.OneCandidate.as_view(), name="api_candidate"),
    path("candidates/<int:pk>/facts/", network.ChangeCandidate.as_view(), name="api_candidate_facts"),
    path("candidates/<int:pk>/talks/", network.LogTalk.as_view(), name="api_candidate_talks"),
    path("candidates/<int:pk>/negotiate/", network.Negotiate.as_view(), name="api_candidate_negotiate"),
    path("candidates/<int:pk>/invite/", network.InviteCandidate.as_view(), name="api_candidate_invite"),
    path("candidates/<int:pk>/lose/", network.LoseCandidate.as_view(), name="api_candidate_lose"),
    path("candidates/<int:pk>/reopen/", network.TakeUpAgain.as_view(), name="api_candidate_reopen"),
    path("candidates/<int:pk>/contacts/", network.AddContact.as_view(), name="api_candidate_contacts"),
    path("candidates/<int:pk>/assign/", network.AssignCandidate.as_view(), name="api_candidate_assign"),
    path("duties/", duties.Duties.as_view(), name="api_duties"),
    path("duties/<int:pk>/", duties.OneDuty.as_view(), name="api_duty"),
    path("white-spots/", coverage.WhiteSpots.as_view(), name="api_white_spots"),
    path("closed-days/<int:pk>/remove/", coverage.RemoveClosedDays.as_view(), name="api_closed_days_remove"),
    path("stations/<str:code>/service/", coverage.StationService.as_view(), name="api_station_service"),
    path("stations/<str:code>/area/", coverage.SetArea.as_view(), name="api_station_area"),
    path("stations/<str:code>/hours/", coverage.SetHours.as_view(), name="api_station_hours"),
    path("stations/<str:code>/closed-days/", coverage.AddClosedDays.as_view(), name="api_station_closed_days"),
]

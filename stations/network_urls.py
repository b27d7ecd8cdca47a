"""Addresses of recruiting, coverage and the network as a whole."""

from django.urls import URLPattern, URLResolver, path

from stations.views import coverage, duties, network, recruiting

network_pages: list[URLPattern | URLResolver] = [
    path("", network.StationList.as_view(), name="station_list"),
    path("tree/", network.NetworkTree.as_view(), name="network_tree"),
    path("white-spots/", network.WhiteSpots.as_view(), name="white_spots"),
    path("<int:pk>/area/", coverage.SetServiceArea.as_view(), name="station_area"),
    path("<int:pk>/hours/", coverage.SetHours.as_view(), name="station_hours"),
    path("<int:pk>/close/", coverage.AddClosedDays.as_view(), name="station_close"),
    path("closed-days/<int:pk>/remove/", coverage.RemoveClosedDays.as_view(), name="closed_days_remove"),
    path("candidates/", recruiting.CandidateList.as_view(), name="candidate_list"),
    path("candidates/new/", recruiting.AddCandidate.as_view(), name="candidate_add"),
    path("candidates/<int:pk>/", recruiting.CandidateDetail.as_view(), name="candidate_detail"),
    path("candidates/<int:pk>/edit/", recruiting.ChangeCandidate.as_view(), name="candidate_change"),
    path("candidates/<int:pk>/contact/", recruiting.AddContact.as_view(), name="candidate_contact"),
    path("candidates/<int:pk>/talk/", recruiting.LogTalk.as_view(), name="candidate_talk"),
    path("candidates/<int:pk>/assign/", recruiting.AssignCandidate.as_view(), name="candidate_assign"),
    path("candidates/<int:pk>/negotiate/", recruiting.NegotiateCandidate.as_view(), name="candidate_negotiate"),
    path("candidates/<int:pk>/invite/", recruiting.InviteCandidate.as_view(), name="candidate_invite"),
    path("candidates/<int:pk>/lose/", recruiting.LoseCandidate.as_view(), name="candidate_lose"),
    path("candidates/<int:pk>/reopen/", recruiting.TakeUpAgain.as_view(), name="candidate_reopen"),
    path("duties/", duties.DutyList.as_view(), name="duty_list"),
    path("duties/new/", duties.SetDuty.as_view(), name="duty_add"),
    path("duties/<int:pk>/", duties.DutyDetail.as_view(), name="duty_detail"),
    path("duties/<int:pk>/change/", duties.ChangeDuty.as_view(), name="duty_change"),
]

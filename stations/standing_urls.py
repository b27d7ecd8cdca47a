"""Addresses of what changes a station's standing: suspension, contracts, leaving; and of dealer accounts' statements."""

from django.urls import URLPattern, path

from stations.views import lifecycle

standing: list[URLPattern] = [
    path("<int:pk>/suspend/", lifecycle.SuspendStation.as_view(), name="station_suspend"),
    path("<int:pk>/resume/", lifecycle.ResumeStation.as_view(), name="station_resume"),
    path("<int:pk>/terminate/", lifecycle.TerminateStation.as_view(), name="station_terminate"),
]

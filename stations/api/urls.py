"""Addresses of the stations' API, included under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from stations.api import stations

urlpatterns: list[URLPattern | URLResolver] = [
    path("stations/", stations.Stations.as_view(), name="api_stations"),
    path("stations/<str:code>/", stations.OneStation.as_view(), name="api_station"),
]

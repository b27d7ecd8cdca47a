"""Addresses of the stations' API, included under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path

from stations.api import stations

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("stations.api.library_urls")),
    path("", include("stations.api.network_urls")),
    path("", include("stations.api.standing_urls")),
    path("", include("stations.api.people_urls")),
    path("", include("stations.api.visit_urls")),
    path("stations/", stations.Stations.as_view(), name="api_stations"),
    path("stations/<str:code>/", stations.OneStation.as_view(), name="api_station"),
]

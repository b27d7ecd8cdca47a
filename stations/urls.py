"""Addresses of stations."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path


def soon(request: HttpRequest, **kw: object) -> HttpResponse:
    return HttpResponse()


urlpatterns: list[URLPattern | URLResolver] = [
    path("<int:pk>/", soon, name="station_detail"),
    path("applications/<int:pk>/", soon, name="application_detail"),
    path("applyX/<str:token>/", soon, name="apply"),
]

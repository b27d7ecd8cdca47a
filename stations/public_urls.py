"""Addresses that need no account."""

from django.urls import URLPattern, URLResolver, path

from stations.views.public import Apply, places

urlpatterns: list[URLPattern | URLResolver] = [
    path("places/", places, name="apply_places"),
    path("<str:token>/", Apply.as_view(), name="apply"),
]

"""Addresses that need no account."""

from django.urls import URLPattern, URLResolver, path

from stations.views.public import Apply

urlpatterns: list[URLPattern | URLResolver] = [path("<str:token>/", Apply.as_view(), name="apply")]

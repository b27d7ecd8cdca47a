"""Addresses of the roof: first page, worklists, jobs, imports, help."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

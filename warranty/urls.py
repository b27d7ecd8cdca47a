"""Addresses of warranty."""

from django.urls import URLPattern, URLResolver

from warranty.claim_urls import urlpatterns as claims

urlpatterns: list[URLPattern | URLResolver] = [*claims]

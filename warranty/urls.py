"""Addresses of warranty."""

from django.urls import URLPattern, URLResolver

from warranty.claim_urls import urlpatterns as claims
from warranty.settlement_urls import urlpatterns as settlement

urlpatterns: list[URLPattern | URLResolver] = [*claims, *settlement]

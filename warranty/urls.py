"""Addresses of warranty."""

from django.urls import URLPattern, URLResolver

from warranty.authorization_urls import urlpatterns as authorizations
from warranty.campaign_urls import urlpatterns as campaigns
from warranty.claim_urls import urlpatterns as claims
from warranty.fine_urls import urlpatterns as fines
from warranty.goodwill_urls import urlpatterns as goodwill
from warranty.settlement_urls import urlpatterns as settlement

urlpatterns: list[URLPattern | URLResolver] = [*authorizations, *campaigns, *goodwill, *claims, *fines, *settlement]

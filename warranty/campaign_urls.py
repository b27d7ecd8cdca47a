"""Addresses of campaigns."""

from django.urls import URLPattern, URLResolver, path

from warranty.views import campaigns

urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns/", campaigns.CampaignList.as_view(), name="campaign_list"),
    path("campaigns/new/", campaigns.CampaignNew.as_view(), name="campaign_new"),
    path("campaigns/<int:pk>/", campaigns.CampaignDetail.as_view(), name="campaign_detail"),
    path("campaigns/<int:pk>/units/", campaigns.CampaignUnits.as_view(), name="campaign_units"),
    path("campaigns/<int:pk>/change/", campaigns.CampaignChange.as_view(), name="campaign_change"),
    path("campaigns/<int:pk>/release/", campaigns.CampaignRelease.as_view(), name="campaign_release"),
    path("campaigns/<int:pk>/end/", campaigns.CampaignEnd.as_view(), name="campaign_end"),
    path("campaigns/<int:pk>/drop/", campaigns.CampaignDrop.as_view(), name="campaign_drop"),
    path("campaigns/<int:pk>/notified/", campaigns.CampaignNotified.as_view(), name="campaign_notified"),
    path("campaigns/<int:pk>/add/", campaigns.ScopeNew.as_view(), name="campaign_scope_new"),
    path("campaigns/additions/<int:pk>/", campaigns.ScopeDetail.as_view(), name="campaign_scope"),
    path("campaigns/additions/<int:pk>/add/", campaigns.ScopeAdd.as_view(), name="campaign_scope_add"),
]

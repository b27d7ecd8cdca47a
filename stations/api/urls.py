"""Addresses of the stations' API, included under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path

from stations.api import reference, stations

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("stations.api.library_urls")),
    path("", include("stations.api.network_urls")),
    path("", include("stations.api.standing_urls")),
    path("", include("stations.api.people_urls")),
    path("", include("stations.api.visit_urls")),
    path("product-families/", reference.Families.as_view(), name="api_product_families"),
    path("product-models/", reference.Models.as_view(), name="api_product_models"),
    path("operation-centers/", reference.Centers.as_view(), name="api_operation_centers"),
    path("dealers/", reference.Dealers.as_view(), name="api_dealers"),
    path("dealer-classes/", reference.DealerClasses.as_view(), name="api_dealer_classes"),
    path("equipment-items/", reference.Items.as_view(), name="api_equipment_items"),
    path("stations/", stations.Stations.as_view(), name="api_stations"),
    path("stations/<str:code>/", stations.OneStation.as_view(), name="api_station"),
]

"""Addresses of the parts' API, included under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from parts.api import catalog, ordering

urlpatterns: list[URLPattern | URLResolver] = [
    path("parts/", catalog.Parts.as_view(), name="api_parts"),
    path("parts/<str:number>/", catalog.OnePart.as_view(), name="api_part"),
    path("parts-orders/", ordering.Orders.as_view(), name="api_parts_orders"),
    path("parts-orders/<int:pk>/", ordering.OneOrder.as_view(), name="api_parts_order"),
]

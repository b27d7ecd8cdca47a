"""Addresses of the service desk's API, included under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from service.api import requests, units, work_orders

urlpatterns: list[URLPattern | URLResolver] = [
    path("units/", units.Units.as_view(), name="api_units"),
    path("units/<int:pk>/", units.OneUnit.as_view(), name="api_unit"),
    path("coverage/", units.Coverage.as_view(), name="api_coverage"),
    path("requests/", requests.Requests.as_view(), name="api_requests"),
    path("requests/<str:number>/", requests.OneRequest.as_view(), name="api_request"),
    path("work-orders/", work_orders.WorkOrders.as_view(), name="api_work_orders"),
    path("work-orders/<str:number>/", work_orders.OneWorkOrder.as_view(), name="api_work_order"),
]

"""Addresses of parts."""

from django.urls import URLPattern, URLResolver, path

from parts.views import catalog, ordering, receiving

urlpatterns: list[URLPattern | URLResolver] = [
    path("", catalog.PartList.as_view(), name="part_list"),
    path("prices/", catalog.PublicPrices.as_view(), name="public_prices"),
    path("suggest/", catalog.suggest, name="part_suggest"),
    path("orders/", ordering.OrderList.as_view(), name="parts_order_list"),
    path("orders/new/", ordering.OrderCreate.as_view(), name="parts_order_create"),
    path("orders/preview/", ordering.preview, name="parts_order_preview"),
    path("orders/<int:pk>/", ordering.OrderDetail.as_view(), name="parts_order_detail"),
    path("orders/<int:pk>/cancel/", ordering.OrderCancel.as_view(), name="parts_order_cancel"),
    path("shipments/", receiving.ShipmentList.as_view(), name="shipment_list"),
    path("shipments/<int:pk>/", receiving.ShipmentDetail.as_view(), name="shipment_detail"),
    path("shipments/<int:pk>/receive/", receiving.ShipmentReceive.as_view(), name="shipment_receive"),
    path("stock/", receiving.StationStock.as_view(), name="station_stock"),
    path("catalog/<str:number>/", catalog.PartDetail.as_view(), name="part_detail"),
]

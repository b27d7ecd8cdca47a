"""Addresses of parts."""

from django.urls import URLPattern, URLResolver, path

from parts.views import catalog, ordering, planning, purchasing, receiving

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
    path("purchases/", purchasing.PurchaseOrderList.as_view(), name="purchase_order_list"),
    path("purchases/new/", purchasing.PurchaseOrderCreate.as_view(), name="purchase_order_create"),
    path("purchases/<int:pk>/", purchasing.PurchaseOrderDetail.as_view(), name="purchase_order_detail"),
    path("purchases/<int:pk>/send/", purchasing.PurchaseOrderSend.as_view(), name="purchase_order_send"),
    path("purchases/<int:pk>/confirm/", purchasing.PurchaseOrderConfirm.as_view(), name="purchase_order_confirm"),
    path("purchases/<int:pk>/receive/", purchasing.PurchaseOrderReceive.as_view(), name="purchase_order_receive"),
    path("purchases/<int:pk>/cancel/", purchasing.PurchaseOrderCancel.as_view(), name="purchase_order_cancel"),
    path("purchases/<int:pk>/return/", purchasing.PurchaseOrderReturn.as_view(), name="purchase_order_return"),
    path("purchases/<int:pk>/close/", purchasing.PurchaseOrderClose.as_view(), name="purchase_order_close"),
    path("supplier-prices/", purchasing.SupplierPartList.as_view(), name="supplier_part_list"),
    path("planning/", planning.SuggestionList.as_view(), name="suggestion_list"),
    path("planning/start/", planning.PlanningStart.as_view(), name="planning_start"),
    path("planning/accept/", planning.SuggestionsAccept.as_view(), name="suggestions_accept"),
    path("planning/order/", planning.SuggestionsOrder.as_view(), name="suggestions_order"),
    path("planning/suggestions/<int:pk>/accept/", planning.SuggestionAccept.as_view(), name="suggestion_accept"),
    path("planning/suggestions/<int:pk>/reject/", planning.SuggestionReject.as_view(), name="suggestion_reject"),
    path("planning/figures/<int:pk>/", planning.FigureDetail.as_view(), name="planning_figure_detail"),
    path("planning/runs/", planning.PlanningRunList.as_view(), name="planning_run_list"),
    path("planning/runs/<int:pk>/", planning.PlanningRunDetail.as_view(), name="planning_run_detail"),
    path("planning/slow-movers/", planning.SlowMoverList.as_view(), name="slow_mover_list"),
    path("planning/stations/", planning.StationLevelList.as_view(), name="station_level_list"),
    path("planning/levels/", planning.StockLevelList.as_view(), name="stock_level_list"),
    path("planning/levels/new/", planning.StockLevelCreate.as_view(), name="stock_level_create"),
    path("catalog/<str:number>/", catalog.PartDetail.as_view(), name="part_detail"),
]

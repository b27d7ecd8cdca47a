"""Addresses of the parts' API, included under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from parts.api import cases, catalog, ordering, prices, purchasing

urlpatterns: list[URLPattern | URLResolver] = [
    path("parts/", catalog.Parts.as_view(), name="api_parts"),
    path("parts/<str:number>/", catalog.OnePart.as_view(), name="api_part"),
    path("supplier-parts/", purchasing.SupplierParts.as_view(), name="api_supplier_parts"),
    path("purchase-orders/", purchasing.Purchases.as_view(), name="api_purchase_orders"),
    path("purchase-orders/<int:pk>/", purchasing.OnePurchase.as_view(), name="api_purchase_order"),
    path("purchase-orders/<int:pk>/revise/", purchasing.RevisePurchase.as_view(), name="api_purchase_order_revise"),
    path("purchase-orders/<int:pk>/send/", purchasing.SendPurchase.as_view(), name="api_purchase_order_send"),
    path("purchase-orders/<int:pk>/confirm/", purchasing.ConfirmPurchase.as_view(), name="api_purchase_order_confirm"),
    path("purchase-orders/<int:pk>/receive/", purchasing.ReceivePurchase.as_view(), name="api_purchase_order_receive"),
    path("purchase-orders/<int:pk>/cancel/", purchasing.CancelPurchase.as_view(), name="api_purchase_order_cancel"),
    path("purchase-orders/<int:pk>/return/", purchasing.ReturnPurchase.as_view(), name="api_purchase_order_return"),
    path("purchase-orders/<int:pk>/close/", purchasing.ClosePurchase.as_view(), name="api_purchase_order_close"),
    path("purchase-suggestions/", purchasing.Suggestions.as_view(), name="api_suggestions"),
    path("purchase-suggestions/<int:pk>/accept/", purchasing.AcceptSuggestion.as_view(), name="api_suggestion_accept"),
    path("purchase-suggestions/<int:pk>/reject/", purchasing.RejectSuggestion.as_view(), name="api_suggestion_reject"),
    path("price-lists/", prices.PriceLists.as_view(), name="api_price_lists"),
    path("price-lists/<int:pk>/", prices.OnePriceList.as_view(), name="api_price_list"),
    path("price-lists/<int:pk>/release/", prices.ReleasePriceList.as_view(), name="api_price_list_release"),
    path("parts-orders/", ordering.Orders.as_view(), name="api_parts_orders"),
    path("parts-orders/<int:pk>/", ordering.OneOrder.as_view(), name="api_parts_order"),
    path("receiving-cases/", cases.Cases.as_view(), name="api_receiving_cases"),
    path("receiving-cases/<int:pk>/", cases.OneCase.as_view(), name="api_receiving_case"),
    path("receiving-cases/<int:pk>/decide/", cases.DecideCase.as_view(), name="api_receiving_case_decide"),
    path("receiving-cases/<int:pk>/confirm/", cases.ConfirmCase.as_view(), name="api_receiving_case_confirm"),
    path("receiving-cases/<int:pk>/return/", cases.ReturnCase.as_view(), name="api_receiving_case_return"),
    path("parts-returns/", cases.Returns.as_view(), name="api_parts_returns"),
    path("parts-returns/<int:pk>/", cases.OneReturn.as_view(), name="api_parts_return"),
]

"""Addresses of what can be bought: price lists."""

from django.urls import URLPattern, URLResolver, path

from parts.views import price_lists

urlpatterns: list[URLPattern | URLResolver] = [
    path("price-lists/", price_lists.PriceListList.as_view(), name="price_list_list"),
    path("price-lists/new/", price_lists.PriceListCreate.as_view(), name="price_list_create"),
    path("price-lists/<int:pk>/", price_lists.PriceListDetail.as_view(), name="price_list_detail"),
    path("price-lists/<int:pk>/rows/", price_lists.PriceListRows.as_view(), name="price_list_rows"),
    path("price-lists/<int:pk>/change/", price_lists.PriceListChange.as_view(), name="price_list_change"),
    path("price-lists/<int:pk>/take-out/", price_lists.PriceListTakeOut.as_view(), name="price_list_take_out"),
    path("price-lists/<int:pk>/release/", price_lists.PriceListRelease.as_view(), name="price_list_release"),
    path("price-lists/<int:pk>/drop/", price_lists.PriceListDrop.as_view(), name="price_list_drop"),
]

"""Addresses of what can be bought: parts, what fits, price lists, order templates, stars."""

from django.urls import URLPattern, URLResolver, path

from parts.views import exploded, order_aids, part, price_lists

urlpatterns: list[URLPattern | URLResolver] = [
    path("templates/", order_aids.TemplateList.as_view(), name="order_template_list"),
    path("templates/new/", order_aids.TemplateCreate.as_view(), name="order_template_create"),
    path("templates/<int:pk>/", order_aids.TemplateChange.as_view(), name="order_template_change"),
    path("templates/<int:pk>/delete/", order_aids.TemplateDelete.as_view(), name="order_template_delete"),
    path("fitting/", exploded.FittingSearch.as_view(), name="part_fitting"),
    path("views/", exploded.ExplodedViewList.as_view(), name="exploded_view_list"),
    path("views/new/", exploded.ExplodedViewCreate.as_view(), name="exploded_view_create"),
    path("views/<int:pk>/", exploded.ExplodedViewDetail.as_view(), name="exploded_view_detail"),
    path("views/<int:pk>/place/", exploded.ExplodedViewPlace.as_view(), name="exploded_view_place"),
    path("catalog/<str:number>/star/", order_aids.star, name="part_star"),
    path("catalog/<str:number>/successor/", part.PartSupersede.as_view(), name="part_supersede"),
    path("catalog/<str:number>/files/", part.PartFile.as_view(), name="part_file"),
    path("catalog/<str:number>/", part.PartDetail.as_view(), name="part_detail"),
    path("price-lists/", price_lists.PriceListList.as_view(), name="price_list_list"),
    path("price-lists/new/", price_lists.PriceListCreate.as_view(), name="price_list_create"),
    path("price-lists/<int:pk>/", price_lists.PriceListDetail.as_view(), name="price_list_detail"),
    path("price-lists/<int:pk>/rows/", price_lists.PriceListRows.as_view(), name="price_list_rows"),
    path("price-lists/<int:pk>/change/", price_lists.PriceListChange.as_view(), name="price_list_change"),
    path("price-lists/<int:pk>/take-out/", price_lists.PriceListTakeOut.as_view(), name="price_list_take_out"),
    path("price-lists/<int:pk>/release/", price_lists.PriceListRelease.as_view(), name="price_list_release"),
    path("price-lists/<int:pk>/drop/", price_lists.PriceListDrop.as_view(), name="price_list_drop"),
]

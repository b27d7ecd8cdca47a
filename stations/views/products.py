"""Product models, for looking up."""

from portal.core.pages import Column, ScopedListView
from stations.models import ProductModel


class ProductList(ScopedListView):
    """All models in service."""

    model = ProductModel
    permission = "stations.view_productmodel"
    columns = [
        Column("code", sort="code"),
        Column("name", small="name_en"),
        Column("brand", sort="brand__code"),
        Column("family", sort="family__code"),
        Column("is_active"),
    ]
    search_fields = ["code", "name", "name_en"]
    filter_fields = ["family", "brand", "is_active"]
    ordering = ["code"]
    select_related = ["brand", "family"]

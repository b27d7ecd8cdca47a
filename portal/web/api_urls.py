"""What describes the API, and the answer for every address under /api/ that is none; included last."""

from django.urls import URLPattern, URLResolver, path

from portal.web.views.api_docs import ApiDocs, NoSuchEndpoint, Schema

urlpatterns: list[URLPattern | URLResolver] = [
    path("docs/", ApiDocs.as_view(), name="api_docs"),
    path("schema/", Schema.as_view(), name="api_schema"),
    path("<path:rest>", NoSuchEndpoint.as_view(), name="api_unknown"),
]

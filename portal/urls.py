"""All addresses; each app keeps its own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("portal.core.urls")),
    path("", include("portal.accounts.urls")),
    path("stations/", include("stations.urls")),
    path("apply/", include("stations.public_urls")),
    path("parts/", include("parts.urls")),
    path("service/", include("service.urls")),
    path("warranty/", include("warranty.urls")),
    path("supplier/", include("warranty.supplier_urls")),
    path("quality/", include("quality.urls")),
    path("api/v1/", include("portal.core.api_urls")),
    path("api/v1/", include("stations.api.urls")),
    path("api/v1/", include("parts.api.urls")),
    path("api/v1/", include("service.api.urls")),
    path("api/v1/", include("warranty.api.urls")),
    path("api/", include("portal.web.api_urls")),
    path("", include("portal.web.urls")),
]

"""Addresses of files and PDFs in the API."""

from django.urls import URLPattern, URLResolver, path

from portal.core.uploads import OneFile, OnePdf

urlpatterns: list[URLPattern | URLResolver] = [
    path("files/<int:pk>/", OneFile.as_view(), name="api_file"),
    path("files/<int:pk>/thumb/", OneFile.as_view(thumb=True), name="api_file_thumb"),
    path("pdfs/<int:pk>/", OnePdf.as_view(), name="api_pdf"),
]

"""Addresses of files, PDFs and jobs in the API."""

from django.urls import URLPattern, URLResolver, path

from portal.core.api_jobs import OneJob
from portal.core.uploads import OneFile, OnePdf

urlpatterns: list[URLPattern | URLResolver] = [
    path("files/<int:pk>/", OneFile.as_view(), name="api_file"),
    path("files/<int:pk>/thumb/", OneFile.as_view(thumb=True), name="api_file_thumb"),
    path("jobs/<int:pk>/", OneJob.as_view(), name="api_job"),
    path("pdfs/<int:pk>/", OnePdf.as_view(), name="api_pdf"),
]

"""Addresses of documents, attachments and health."""

from django.urls import URLPattern, URLResolver, path

from portal.core.views import files, health

urlpatterns: list[URLPattern | URLResolver] = [
    path("files/<int:pk>/", files.attachment, name="attachment"),
    path("files/<int:pk>/<str:size>/", files.attachment, name="attachment_size"),
    path("documents/<int:pk>/", files.document, name="document"),
    path("verify/<str:token>/", files.verify, name="verify"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]

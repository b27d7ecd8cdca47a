"""The roof: pages that combine several apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "portal.web"
    label = "web"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """The first page shows a station how it stands, and a region where its stations do."""
        from portal.core import registries
        from portal.web import standing
        from portal.web.views.board import PICTURE

        registries.panel(standing.authorization)
        registries.picture(PICTURE)

"""The roof: pages that combine several apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "portal.web"
    label = "web"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """The first page shows a station how it stands."""
        from portal.core import registries
        from portal.web import standing

        registries.panel(standing.authorization)

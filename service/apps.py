"""Customers, units, requests, dispatch, work orders, follow-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceConfig(AppConfig):
    name = "service"
    verbose_name = _("Service")

    def ready(self) -> None:
        """The desk's parameters are declared."""
        from service import parameters

        assert parameters  # noqa: S101 imported for its declarations

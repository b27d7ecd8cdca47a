"""Catalog, suppliers, prices, stock ledger, orders and their fulfillment."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartsConfig(AppConfig):
    name = "parts"
    verbose_name = _("Parts")

    def ready(self) -> None:
        """What the floor and the roof learn from parts."""
        from parts import parameters, scoping  # noqa: F401 declares
        from portal.accounts import roles
        from portal.core import scope

        scope.register("supplier", scoping.suppliers_of)
        roles.register_source(scoping.supplier_roles)

"""The dealer network: products, tree, applications, contracts, people, dealer account."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StationsConfig(AppConfig):
    name = "stations"
    verbose_name = _("Stations")

    def ready(self) -> None:
        """The registries of the floor know the network."""
        from stations import parameters, scoping

        assert parameters  # noqa: S101 imported for its declarations
        scoping.register()

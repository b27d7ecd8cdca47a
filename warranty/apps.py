"""Coverage, claims, review, failed parts, supplier recovery, statements."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WarrantyConfig(AppConfig):
    name = "warranty"
    verbose_name = _("Warranty")

    def ready(self) -> None:
        """What the floor, service and the roof learn from warranty."""
        from warranty import (
            authorizations_registry,
            campaigns_registry,
            claims_registry,
            fines_registry,
            goodwill_registry,
            guarantees_registry,
            settlement_registry,
            terms_registry,
        )

        claims_registry.register()
        authorizations_registry.register()
        campaigns_registry.register()
        goodwill_registry.register()
        guarantees_registry.register()
        settlement_registry.register()
        fines_registry.register()
        terms_registry.register()

"""Users, roles, sessions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Headquarters sees every row; the parameters are declared."""
        from portal.accounts import parameters, roles
        from portal.core import scope

        scope.register_everything(roles.at_headquarters)
        assert parameters  # noqa: S101 imported for its declarations

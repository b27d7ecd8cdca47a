"""The floor: knows no other app."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

NEVER_IGNORE = (
    "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN"
    " LANGUAGE sql IMMUTABLE AS 'SELECT false'"
)


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"
    verbose_name = _("Foundation")

    def ready(self) -> None:
        """After each migrate the triggers' back door is shut; our own checks and jobs are known."""
        from portal.core import checks, columns, spoken, tasks  # noqa: F401 registers them
        from portal.core.imports import DIVISIONS
        from portal.core.transfer import import_kind

        columns.install()
        spoken.install()
        import_kind(DIVISIONS)
        post_migrate.connect(shut_back_door, sender=self)


def shut_back_door(*, using: str, **_kwargs: Any) -> None:
    """pgtrigger.ignore() has no effect: by default it lets the app role pass every trigger, ours included."""
    with connections[using].cursor() as cursor:
        cursor.execute(NEVER_IGNORE)

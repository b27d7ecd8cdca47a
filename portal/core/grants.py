"""Migration operations for what the app role may do. Not here: triggers, which live beside their models."""

from django.conf import settings
from django.db import migrations


def run(statement: str, reverse: str = "") -> migrations.RunSQL:
    """A statement in which {role} is the app role; without a reverse, undoing does nothing."""
    role = settings.DATABASE_APP_ROLE
    back = reverse.replace("{role}", role) if reverse else migrations.RunSQL.noop
    return migrations.RunSQL(statement.replace("{role}", role), back)


def append_only(*tables: str) -> migrations.RunSQL:
    """The app role may read and insert, never update, delete or truncate."""
    names = ", ".join(tables)
    return run(
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {names} FROM {{role}}", f"GRANT UPDATE, DELETE ON {names} TO {{role}}"
    )


def read_only(*tables: str) -> migrations.RunSQL:
    """The app role may only read: migrations or triggers write."""
    names = ", ".join(tables)
    return run(
        f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {names} FROM {{role}}",
        f"GRANT INSERT, UPDATE, DELETE ON {names} TO {{role}}",
    )

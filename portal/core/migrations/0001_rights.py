"""From the first migration: what exists is granted by name, what comes later by default; TRUNCATE never."""

from typing import ClassVar

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

from portal.core import grants

TABLES = "SELECT, INSERT, UPDATE, DELETE"
SEQUENCES = "USAGE, SELECT"


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        TrigramExtension(),
        BtreeGistExtension(),
        grants.run(f"GRANT {TABLES} ON ALL TABLES IN SCHEMA public TO {{role}}"),
        grants.run(f"GRANT {SEQUENCES} ON ALL SEQUENCES IN SCHEMA public TO {{role}}"),
        grants.run(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {TABLES} ON TABLES TO {{role}}"),
        grants.run(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {SEQUENCES} ON SEQUENCES TO {{role}}"),
        grants.read_only("django_migrations"),
    ]

"""Issued documents are for ever; files are never deleted by the app, only marked as removed."""

from typing import ClassVar

from django.db import migrations

from portal.core import grants


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0003_services")]
    operations: ClassVar = [
        grants.append_only("core_document"),
        grants.run(
            "REVOKE DELETE, TRUNCATE ON core_attachment FROM {role}", "GRANT DELETE ON core_attachment TO {role}"
        ),
    ]

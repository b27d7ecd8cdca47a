"""The history of claims and their lines is only ever added to."""

from typing import ClassVar

from django.db import migrations

from portal.core import grants


class Migration(migrations.Migration):
    dependencies: ClassVar = [("warranty", "0005_lists_by_status")]
    operations: ClassVar = [grants.append_only("warranty_warrantyclaimevent", "warranty_claimlineevent")]

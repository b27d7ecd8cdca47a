"""History and readings are for ever; parts used on a job and hours worked are corrected by the job's own moves only."""

from typing import ClassVar

from django.db import migrations

from portal.core import grants


class Migration(migrations.Migration):
    dependencies: ClassVar = [("service", "0001_initial"), ("core", "0002_tables")]
    operations: ClassVar = [
        grants.append_only("service_servicerequestevent", "service_workorderevent", "service_usagereading"),
    ]

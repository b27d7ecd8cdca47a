"""The working calendars of 2023–2026, the administrative divisions, and what the app role may do with the new tables."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db import migrations

from portal.core import grants
from portal.core.calendar_files import shipped_years
from portal.core.divisions import read_shipped

SHIPPED_AT = datetime(2026, 11, 1, tzinfo=UTC)


def load(apps: Any, _editor: Any) -> None:
    """Only what the project ships; later years are HQ's."""
    year, day = apps.get_model("core", "CalendarYear"), apps.get_model("core", "CalendarDay")
    for filed in shipped_years():
        year.objects.create(year=filed.year, source="holiday-calendar 1.3.3 (MIT)", updated_at=SHIPPED_AT)
        day.objects.bulk_create([day(**asdict(entry)) for entry in filed.days], ignore_conflicts=True)
    division = apps.get_model("core", "Division")
    division.objects.bulk_create([division(**asdict(entry)) for entry in read_shipped()], batch_size=1000)


def unload(apps: Any, _editor: Any) -> None:
    """Nothing: the tables go with 0005."""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0005_services_tables")]
    operations: ClassVar = [
        migrations.RunPython(load, unload),
        grants.append_only("core_calendardayevent"),
        grants.run(
            "REVOKE DELETE, TRUNCATE ON core_mailoutbox FROM {role}", "GRANT DELETE ON core_mailoutbox TO {role}"
        ),
        grants.run(
            "REVOKE DELETE, TRUNCATE ON core_importbatch FROM {role}", "GRANT DELETE ON core_importbatch TO {role}"
        ),
        grants.run("REVOKE TRUNCATE ON core_importrow, core_notification FROM {role}"),
    ]

"""A supplier never pays more on a note than it accepted: the database says so too, not the operation alone."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("warranty", "0041_claim_reports")]
    operations: ClassVar = [
        migrations.AddConstraint(
            model_name="chargeback",
            constraint=models.CheckConstraint(
                condition=models.Q(("recovered__gte", 0), ("recovered__lte", models.F("accepted"))),
                name="chargeback_never_recovers_more_than_accepted",
            ),
        ),
    ]

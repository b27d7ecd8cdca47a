"""A hand-over of an old part may be signed; what was drawn enters the log by its hash."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warranty", "0062_agreements_by_two_persons"),
    ]

    operations = [
        migrations.AddField(
            model_name="custodyentry",
            name="signature",
            field=models.CharField(blank=True, db_default="", max_length=64, verbose_name="signature"),
        ),
    ]

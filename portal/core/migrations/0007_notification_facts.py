"""A message keeps the facts it is worded from; older ones keep their text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0006_reference_data"),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="facts",
            field=models.JSONField(
                blank=True,
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                verbose_name="facts",
            ),
        ),
    ]

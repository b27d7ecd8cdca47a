"""Parts that we make ourselves: nobody is charged for them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parts", "0028_picking_is_confirmed"),
    ]

    operations = [
        migrations.AddField(
            model_name="part",
            name="is_made_in_house",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="We make it ourselves: while nobody delivers it, no supplier is charged for it, and recovery cases that wait for a supplier's name are closed.",
                verbose_name="made in-house",
            ),
        ),
    ]

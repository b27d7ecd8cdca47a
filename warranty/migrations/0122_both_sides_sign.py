"""Who hands over old parts that are sent on, and the driver who takes them, are named on the shipment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warranty", "0121_freight_allowed_and_statements_at_zero"),
    ]

    operations = [
        migrations.AddField(
            model_name="pieceshipment",
            name="handed_by",
            field=models.CharField(blank=True, db_default="", max_length=60, verbose_name="handed over by"),
        ),
        migrations.AddField(
            model_name="pieceshipment",
            name="driver",
            field=models.CharField(
                blank=True, db_default="", max_length=60, verbose_name="taken by (name of the driver)"
            ),
        ),
    ]

"""Units are counted every night for the pages of cost."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0011_service_tiers"),
        ("warranty", "0123_draft_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="FleetCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sold_month", models.DateField(blank=True, null=True, verbose_name="month of sale")),
                ("cover_month", models.DateField(blank=True, null=True, verbose_name="first month in cover")),
                ("end_month", models.DateField(blank=True, null=True, verbose_name="first month out of cover")),
                ("unit_count", models.PositiveIntegerField(verbose_name="units")),
                ("counted_on", models.DateField(verbose_name="counted on")),
                (
                    "product_model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stations.productmodel",
                        verbose_name="product model",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stations.region",
                        verbose_name="region",
                    ),
                ),
            ],
            options={
                "verbose_name": "count of units",
                "verbose_name_plural": "counts of units",
                "ordering": ["pk"],
            },
        ),
    ]

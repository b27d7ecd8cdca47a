"""What is measured and pictured on the bench is kept with the verdict; a station asks for more time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parts", "0028_picking_is_confirmed"),
        ("warranty", "0042_received_within_accepted"),
    ]

    operations = [
        migrations.AddField(
            model_name="appraisal",
            name="measurements",
            field=models.JSONField(db_default=[], default=list, editable=False, verbose_name="measurements"),
        ),
        migrations.AddField(
            model_name="appraisal",
            name="photos",
            field=models.JSONField(db_default=[], default=list, editable=False, verbose_name="pictures"),
        ),
        migrations.AddField(
            model_name="failedpart",
            name="asked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="extension asked for at"),
        ),
        migrations.AddField(
            model_name="failedpart",
            name="asked_days",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="days of extension asked for"),
        ),
        migrations.AddField(
            model_name="failedpart",
            name="asked_reason",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="why more time is asked for"
            ),
        ),
        migrations.AddField(
            model_name="failedpart",
            name="extension_refused",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="why no more time is given"
            ),
        ),
        migrations.CreateModel(
            name="AppraisalTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("whole_unit", "Whole unit"),
                            ("core", "Core part"),
                            ("wear", "Wear part"),
                            ("consumable", "Consumable"),
                        ],
                        max_length=12,
                        verbose_name="part class",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="step")),
                ("label", models.CharField(max_length=80, verbose_name="what is measured")),
                ("label_en", models.CharField(blank=True, max_length=80, verbose_name="what is measured (English)")),
                ("unit", models.CharField(blank=True, max_length=12, verbose_name="unit")),
                (
                    "low",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=12, null=True, verbose_name="lowest value"
                    ),
                ),
                (
                    "high",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=12, null=True, verbose_name="highest value"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "part",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parts.part",
                        verbose_name="part",
                    ),
                ),
            ],
            options={
                "verbose_name": "test of an old part",
                "verbose_name_plural": "tests of old parts",
                "ordering": ["part", "part_class", "position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("part__isnull", False), ("part_class", "")),
                            models.Q(
                                ("part__isnull", True), ("part_class__in", ["whole_unit", "core", "wear", "consumable"])
                            ),
                            _connector="OR",
                        ),
                        name="appraisal_test_of_a_part_or_of_a_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("low", None), ("high", None), ("low__lte", models.F("high")), _connector="OR"
                        ),
                        name="appraisal_test_low_below_high",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("part__isnull", False)),
                        fields=("part", "position"),
                        name="one_test_per_position_of_a_part",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("part__isnull", True)),
                        fields=("part_class", "position"),
                        name="one_test_per_position_of_a_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("low__gte", -999999999), ("low__lte", 999999999)),
                        name="appraisal_test_low_in_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("high__gte", -999999999), ("high__lte", 999999999)),
                        name="appraisal_test_high_in_bounds",
                    ),
                ],
            },
        ),
    ]

"""The old parts of a disputed line are tested again by another appraiser, once; the line says that it waits."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warranty", "0063_signed_hand_overs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FurtherTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300, verbose_name="what is to be tested")),
                ("asked_at", models.DateTimeField(verbose_name="asked for at")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("supplier_defect", "Supplier defect"),
                            ("design", "Design or manufacture"),
                            ("transport", "Transport"),
                            ("workmanship", "Workmanship"),
                            ("user", "User"),
                            ("no_fault_found", "No fault found"),
                            ("non_genuine", "Not genuine"),
                            ("wrong_part", "Wrong part"),
                            ("undetermined", "Undetermined"),
                        ],
                        max_length=20,
                        verbose_name="verdict",
                    ),
                ),
                ("findings", models.CharField(blank=True, max_length=500, verbose_name="findings")),
                (
                    "measurements",
                    models.JSONField(db_default=[], default=list, editable=False, verbose_name="measurements"),
                ),
                ("photos", models.JSONField(db_default=[], default=list, editable=False, verbose_name="pictures")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
            ],
            options={
                "verbose_name": "further test",
                "verbose_name_plural": "further tests",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="chargebackline",
            name="tested_since",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="waits for a further test since"
            ),
        ),
        migrations.AddConstraint(
            model_name="chargebackline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tested_since__isnull", True),
                    models.Q(("answer_by__isnull", True), ("disputed__gt", 0), ("outcome", "")),
                    _connector="OR",
                ),
                name="chargeback_line_under_test_is_disputed",
            ),
        ),
        migrations.AddField(
            model_name="furthertest",
            name="appraiser",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="appraiser",
            ),
        ),
        migrations.AddField(
            model_name="furthertest",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked for by",
            ),
        ),
        migrations.AddField(
            model_name="furthertest",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="further_tests",
                to="warranty.chargebackline",
                verbose_name="chargeback line",
            ),
        ),
        migrations.AddField(
            model_name="furthertest",
            name="piece",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="further_tests",
                to="warranty.failedpart",
                verbose_name="old part",
            ),
        ),
        migrations.AddConstraint(
            model_name="furthertest",
            constraint=models.UniqueConstraint(
                fields=("line", "piece"), name="a_piece_is_tested_again_once_for_a_line"
            ),
        ),
        migrations.AddConstraint(
            model_name="furthertest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("appraiser", None), ("done_at", None), ("verdict", "")),
                    models.Q(
                        ("appraiser__isnull", False),
                        ("done_at__isnull", False),
                        (
                            "verdict__in",
                            [
                                "supplier_defect",
                                "design",
                                "transport",
                                "workmanship",
                                "user",
                                "no_fault_found",
                                "non_genuine",
                                "wrong_part",
                                "undetermined",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="a_done_further_test_has_its_verdict",
            ),
        ),
    ]

"""Two persons decide an appeal above the limit; what an appeal adds is charged: by the note not sent yet, else by a supplement."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parts", "0028_picking_is_confirmed"),
        ("stations", "0011_service_tiers"),
        ("warranty", "0027_shared_pictures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="chargebackline",
            name="claim_line_charged_at_most_once",
        ),
        migrations.RemoveConstraint(
            model_name="recoverycase",
            name="one_recovery_case_per_claim_line",
        ),
        migrations.AddField(
            model_name="appeal",
            name="first_decided_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="first decided at"),
        ),
        migrations.AddField(
            model_name="appeal",
            name="first_decided_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="first decided by",
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="first_rulings",
            field=models.JSONField(editable=False, null=True, verbose_name="first decision"),
        ),
        migrations.AddField(
            model_name="chargebackline",
            name="is_supplement",
            field=models.BooleanField(db_default=False, default=False, verbose_name="added by an appeal"),
        ),
        migrations.AddField(
            model_name="recoverycase",
            name="appeal",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recovery_cases",
                to="warranty.appeal",
                verbose_name="appeal",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_decided_at", None), ("first_decided_by", None)),
                    models.Q(
                        ("first_decided_at__isnull", False),
                        ("first_decided_by__isnull", False),
                        ("first_rulings__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="first_decision_on_appeal_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_decided_by", None),
                    models.Q(
                        models.Q(("first_decided_by", models.F("filed_by")), _negated=True),
                        models.Q(
                            ("decided_by", None),
                            models.Q(("first_decided_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="appeal_decided_by_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="chargebackline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("claim_line__isnull", False), ("is_live", True), ("is_supplement", False)),
                fields=("claim_line",),
                name="claim_line_charged_at_most_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="chargebackline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("claim_line__isnull", False), ("is_live", True), ("is_supplement", True)),
                fields=("claim_line", "case"),
                name="claim_line_supplemented_once_per_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("appeal", None)), fields=("line",), name="one_recovery_case_per_claim_line"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("appeal__isnull", False)),
                fields=("line", "appeal"),
                name="one_supplement_per_line_and_appeal",
            ),
        ),
    ]

"""A disputed charge goes to another supplier: its claim line is free again, the new case names the old one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parts", "0028_picking_is_confirmed"),
        ("warranty", "0045_disputes_in_rounds"),
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
            model_name="recoverycase",
            name="rerouted_from",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rerouted_to",
                to="warranty.recoverycase",
                verbose_name="passed on from",
            ),
        ),
        migrations.AddConstraint(
            model_name="chargebackline",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("claim_line__isnull", False),
                    ("is_live", True),
                    ("is_supplement", False),
                    models.Q(("outcome", "rerouted"), _negated=True),
                ),
                fields=("claim_line",),
                name="claim_line_charged_at_most_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("appeal", None), ("rerouted_from", None)),
                fields=("line",),
                name="one_recovery_case_per_claim_line",
            ),
        ),
    ]

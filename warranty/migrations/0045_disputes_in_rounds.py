"""A denied dispute goes back to the supplier; what both sides say is kept. Open disputes begin with what he wrote."""

from decimal import Decimal

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core import grants

AS_ANSWERED = """
INSERT INTO warranty_disputeentry (line_id, round, act, text, accepted, disputed, at)
SELECT line.id, 0, 'disputed', line.answer_reason, line.accepted, line.disputed, note.answered_at
FROM warranty_chargebackline line JOIN warranty_chargeback note ON note.id = line.chargeback_id
WHERE line.is_live AND line.outcome = '' AND line.disputed > 0 AND note.answered_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("warranty", "0044_ends_of_old_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DisputeEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="round")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("disputed", "Disputed"),
                            ("denied", "Dispute denied"),
                            ("accepted", "Accepted after all"),
                            ("silent", "Accepted by silence"),
                            ("test_asked", "Sent to a further test"),
                            ("tested", "Tested again"),
                            ("rerouted", "Charged to another supplier"),
                            ("conceded", "The supplier accepts after all"),
                            ("written_off", "Given up"),
                            ("station", "Borne by the station"),
                        ],
                        max_length=12,
                        verbose_name="act",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=300, verbose_name="text")),
                ("accepted", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="accepted")),
                ("disputed", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="disputed")),
                ("answer_by", models.DateField(blank=True, null=True, verbose_name="last day to answer")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "entry of a dispute",
                "verbose_name_plural": "entries of disputes",
                "ordering": ["line", "pk"],
            },
        ),
        migrations.AddField(
            model_name="chargebackline",
            name="answer_by",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="last day to answer again"),
        ),
        migrations.AddField(
            model_name="chargebackline",
            name="rounds",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, verbose_name="times denied"
            ),
        ),
        migrations.AddConstraint(
            model_name="chargebackline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer_by__isnull", True),
                    models.Q(("disputed__gt", 0), ("outcome", ""), ("rounds__gte", 1)),
                    _connector="OR",
                ),
                name="denied_chargeback_line_is_disputed",
            ),
        ),
        migrations.AddField(
            model_name="disputeentry",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="disputeentry",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="warranty.chargebackline",
                verbose_name="chargeback line",
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "act__in",
                        [
                            "disputed",
                            "denied",
                            "accepted",
                            "silent",
                            "test_asked",
                            "tested",
                            "rerouted",
                            "conceded",
                            "written_off",
                            "station",
                        ],
                    )
                ),
                name="dispute_act_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "denied"), _negated=True),
                    models.Q(("answer_by__isnull", False), ("round__gte", 1)),
                    _connector="OR",
                ),
                name="a_denial_sets_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("act", "denied")), fields=("line", "round"), name="a_round_begins_with_one_denial"
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted__gte", 0), ("accepted__lte", Decimal("99999999"))),
                name="dispute_entry_accepted_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("disputed__gte", 0), ("disputed__lte", Decimal("99999999"))),
                name="dispute_entry_disputed_in_bounds",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disputeentry",
            trigger=pgtrigger.compiler.Trigger(
                name="dispute_entry_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ad597ee3ace52cd1c4abb022616c4c3dd9a86f39",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_dispute_entry_append_only_3c500",
                    table="warranty_disputeentry",
                    when="BEFORE",
                ),
            ),
        ),
        grants.append_only("warranty_disputeentry"),
        migrations.RunSQL(AS_ANSWERED, migrations.RunSQL.noop),
    ]

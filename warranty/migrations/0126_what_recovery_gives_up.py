"""Cases that no known supplier answers for, lines accepted before a test cleared their supplier, and what was never paid."""

from decimal import Decimal

from django.db import migrations, models

GIVEN_UP = """
    UPDATE warranty_chargebackline line
    SET given_up = told.amount
    FROM (SELECT event.subject_id AS note, (each ->> 'position')::int AS position,
                 SUM((each ->> 'amount')::numeric) AS amount
          FROM core_event event, jsonb_array_elements(event.data -> 'lines') each
          WHERE event.kind = 'chargeback.unpaid_given_up' AND event.subject_type = 'warranty.chargeback'
          GROUP BY 1, 2) told
    WHERE line.chargeback_id = told.note AND line.position = told.position AND line.disputed >= told.amount
"""

ACTS = [
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
    ("cleared", "Credited after the further test"),
    ("kept", "Kept in spite of the further test"),
]
REASONS = [
    ("late", "Notice not given in time"),
    ("no_verdict", "Old part not appraised in time"),
    ("no_part", "Old part did not come"),
    ("unnamed", "Supplier not named in time"),
    ("no_agreement", "No agreement with the supplier"),
    ("no_supplier", "No supplier known"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("warranty", "0125_ruling_between_verdicts"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="disputeentry", name="dispute_act_known"),
        migrations.RemoveConstraint(model_name="recoverycase", name="lost_recovery_says_when_and_why"),
        migrations.AddField(
            model_name="chargebackline",
            name="doubted_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="cleared by a further test at"
            ),
        ),
        migrations.AddField(
            model_name="chargebackline",
            name="given_up",
            field=models.DecimalField(
                db_default=Decimal("0"),
                decimal_places=2,
                default=0,
                editable=False,
                max_digits=14,
                verbose_name="accepted and given up",
            ),
        ),
        migrations.AlterField(
            model_name="disputeentry",
            name="act",
            field=models.CharField(choices=ACTS, max_length=12, verbose_name="act"),
        ),
        migrations.AlterField(
            model_name="recoverycase",
            name="lost_reason",
            field=models.CharField(
                blank=True,
                choices=REASONS,
                db_default="",
                default="",
                editable=False,
                max_length=20,
                verbose_name="why it was lost",
            ),
        ),
        migrations.AddConstraint(
            model_name="chargebackline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("given_up", 0),
                    models.Q(("given_up__gt", 0), ("given_up__lte", models.F("disputed"))),
                    _connector="OR",
                ),
                name="chargeback_line_gives_up_what_is_disputed",
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", [act for act, _label in ACTS])), name="dispute_act_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "lost"), _negated=True),
                    models.Q(("lost_on__isnull", False), ("lost_reason__in", [reason for reason, _label in REASONS])),
                    _connector="OR",
                ),
                name="lost_recovery_says_when_and_why",
            ),
        ),
        migrations.RunSQL(GIVEN_UP, migrations.RunSQL.noop),
    ]

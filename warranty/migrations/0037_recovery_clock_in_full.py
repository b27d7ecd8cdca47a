"""A recovery case says who named its supplier, when it was lost and why; a lost one may run again.

Cases lost before were lost on the day after their last day, for the reason their fields tell.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

LOST_BEFORE = """
    UPDATE warranty_recoverycase
    SET lost_on = COALESCE(last_day, approved_on) + 1,
        lost_reason = CASE WHEN supplier_id IS NULL THEN 'unnamed' WHEN defect_qty > 0 THEN 'late' ELSE 'no_verdict' END
    WHERE status = 'lost'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("parts", "0028_picking_is_confirmed"),
        ("warranty", "0030_reasons_as_delivered"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="recoverycase",
            name="recovery_moves_as_tabled",
        ),
        migrations.AddField(
            model_name="recoverycase",
            name="kept_until",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="kept open until"),
        ),
        migrations.AddField(
            model_name="recoverycase",
            name="lost_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="lost on"),
        ),
        migrations.AddField(
            model_name="recoverycase",
            name="lost_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("late", "Notice not given in time"),
                    ("no_verdict", "Old part not appraised in time"),
                    ("no_part", "Old part did not come"),
                    ("unnamed", "Supplier not named in time"),
                    ("no_agreement", "No agreement with the supplier"),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=20,
                verbose_name="why it was lost",
            ),
        ),
        migrations.AddField(
            model_name="recoverycase",
            name="named_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("serial", "Serial number of the piece"),
                    ("batch", "Batch of the piece"),
                    ("only", "Only supplier of the part"),
                    ("hand", "Named by hand"),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=10,
                verbose_name="supplier named by",
            ),
        ),
        migrations.AddField(
            model_name="recoverycase",
            name="received_on",
            field=models.DateField(
                blank=True, editable=False, null=True, verbose_name="piece received from the supplier on"
            ),
        ),
        migrations.AlterField(
            model_name="recoverycase",
            name="status",
            field=models.CharField(
                choices=[
                    ("unassigned", "Supplier to be named"),
                    ("waiting", "Waiting for the old part"),
                    ("open", "To be charged"),
                    ("charged", "Charged"),
                    ("lost", "Lost"),
                    ("closed", "Closed without charge"),
                ],
                default="unassigned",
                editable=False,
                max_length=12,
                verbose_name="status",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recoverycase",
            trigger=pgtrigger.compiler.Trigger(
                name="recovery_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'unassigned' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{charged>closed,charged>open,lost>closed,lost>open,lost>unassigned,lost>waiting,open>charged,open>closed,open>lost,unassigned>closed,unassigned>lost,unassigned>open,unassigned>waiting,waiting>closed,waiting>lost,waiting>open}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="23afde8f61cbfc1c833d46117f8e2f59e364027f",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_recovery_moves_as_tabled_a0804",
                    table="warranty_recoverycase",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(LOST_BEFORE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="recoverycase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "lost"), _negated=True),
                    models.Q(
                        ("lost_on__isnull", False),
                        ("lost_reason__in", ["late", "no_verdict", "no_part", "unnamed", "no_agreement"]),
                    ),
                    _connector="OR",
                ),
                name="lost_recovery_says_when_and_why",
            ),
        ),
    ]

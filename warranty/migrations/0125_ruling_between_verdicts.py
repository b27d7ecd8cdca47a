"""Who decides between verdicts that differ says so; an extra piece that stands is written without a reason for striking;
a statement that was confirmed below 0 may be carried."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warranty", "0124_fleet_counts"),
    ]

    operations = [
        migrations.AddField(
            model_name="appraisal",
            name="is_ruling",
            field=models.BooleanField(db_default=False, default=False, verbose_name="ruling"),
        ),
        migrations.AddConstraint(
            model_name="appraisal",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_ruling", False), ("is_final", True), _connector="OR"),
                name="a_ruling_is_final",
            ),
        ),
        migrations.AlterField(
            model_name="extrapiece",
            name="struck_reason",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="why it was struck out"
            ),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="statement",
            name="statement_moves_as_tabled",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="statement_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'draft' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{confirmed>carried,confirmed>invoiced,confirmed>paid,draft>issued,draft>voided,invoiced>paid,issued>carried,issued>confirmed,issued>superseded}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="8992b0b451a9ec42c297919131eed3277cea0e54",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_statement_moves_as_tabled_79918",
                    table="warranty_statement",
                    when="BEFORE",
                ),
            ),
        ),
    ]

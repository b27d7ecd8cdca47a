"""A case on a note that was not sent may be lost: its last day for notice passed."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("warranty", "0080_ends_of_notes"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="recoverycase",
            name="recovery_moves_as_tabled",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recoverycase",
            trigger=pgtrigger.compiler.Trigger(
                name="recovery_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'unassigned' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{charged>closed,charged>lost,charged>open,lost>closed,lost>open,lost>unassigned,lost>waiting,open>charged,open>closed,open>lost,unassigned>closed,unassigned>lost,unassigned>open,unassigned>waiting,waiting>closed,waiting>lost,waiting>open}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="5307265dfd3cb3c19ed4902307a5fe7e9ee47a2f",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_recovery_moves_as_tabled_a0804",
                    table="warranty_recoverycase",
                    when="BEFORE",
                ),
            ),
        ),
    ]

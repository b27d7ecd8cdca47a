import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0009_people_and_training"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="candidateoutlet",
            name="candidate_moves_as_tabled",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="candidateoutlet",
            trigger=pgtrigger.compiler.Trigger(
                name="candidate_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'identified' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'candidate_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{applied>negotiating,contacted>invited,contacted>lost,contacted>negotiating,identified>contacted,identified>lost,invited>applied,invited>lost,invited>negotiating,lost>contacted,negotiating>invited,negotiating>lost}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'candidate_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="cee8523a49b6198898df334df9c2dc42605796bb",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_candidate_moves_as_tabled_fada8",
                    table="stations_candidateoutlet",
                    when="BEFORE",
                ),
            ),
        ),
    ]

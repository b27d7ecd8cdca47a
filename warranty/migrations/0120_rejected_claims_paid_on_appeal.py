"""A rejected claim that its appeal pays can be reversed."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("warranty", "0110_scans_taken_back"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="warrantyclaim",
            name="claim_moves",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="warrantyclaim",
            trigger=pgtrigger.compiler.Trigger(
                name="claim_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'draft' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_moves';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{approved>reversed,approved>settled,auto_checked>approved,auto_checked>in_review,auto_checked>partially_approved,auto_checked>rejected,draft>submitted,draft>withdrawn,in_review>approved,in_review>info_requested,in_review>partially_approved,in_review>rejected,in_review>withdrawn,info_requested>rejected,info_requested>submitted,info_requested>withdrawn,paid>reversed,partially_approved>reversed,partially_approved>settled,rejected>reversed,settled>approved,settled>paid,settled>partially_approved,settled>reversed,submitted>auto_checked}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_moves';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="a412acc728683e2ec8d04114bfa87f3429912804",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_claim_moves_db4eb",
                    table="warranty_warrantyclaim",
                    when="BEFORE",
                ),
            ),
        ),
    ]

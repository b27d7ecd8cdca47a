"""Less freight is allowed with a reason; a statement of 0.00 is paid without a transfer."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0011_service_tiers"),
        ("warranty", "0120_rejected_claims_paid_on_appeal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="statement",
            name="statement_moves_as_tabled",
        ),
        migrations.RemoveConstraint(
            model_name="statement",
            name="paid_statement_names_its_payment",
        ),
        migrations.AddField(
            model_name="partbox",
            name="freight_reason",
            field=models.CharField(
                blank=True, db_default="", max_length=300, verbose_name="why less freight is allowed"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="statement_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'draft' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{confirmed>invoiced,confirmed>paid,draft>issued,draft>voided,invoiced>paid,issued>carried,issued>confirmed,issued>superseded}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="0b39090773e21f5180a8766775f5385cb4b80293",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_statement_moves_as_tabled_79918",
                    table="warranty_statement",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "paid"), _negated=True),
                    models.Q(
                        ("paid_on__isnull", False),
                        models.Q(models.Q(("bank_reference", ""), _negated=True), ("gross", 0), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="paid_statement_names_its_payment",
            ),
        ),
    ]

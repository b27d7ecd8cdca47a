"""Agreements with suppliers are proposed and released, for a part, a category, a class or everything."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import parts.models.suppliers

# They were entered before anybody had to release them, and are charged by.
THEY_HOLD = "UPDATE warranty_supplieragreement SET status = 'released'"


class Migration(migrations.Migration):
    dependencies = [
        ("parts", "0028_picking_is_confirmed"),
        ("warranty", "0061_reasons_for_fines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="supplieragreement",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="supplieragreement",
            name="update_update",
        ),
        migrations.RemoveConstraint(
            model_name="supplieragreement",
            name="agreement_not_empty",
        ),
        migrations.RemoveConstraint(
            model_name="supplieragreement",
            name="supplier_has_one_agreement_a_day_for_a_part",
        ),
        migrations.AddField(
            model_name="supplieragreement",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parts.partcategory",
                verbose_name="part category",
            ),
        ),
        migrations.AddField(
            model_name="supplieragreement",
            name="created_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="supplieragreement",
            name="released_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="released at"),
        ),
        migrations.AddField(
            model_name="supplieragreement",
            name="released_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="released by",
            ),
        ),
        migrations.AddField(
            model_name="supplieragreement",
            name="replaced_to",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="supplieragreement",
            name="replaces",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="warranty.supplieragreement",
                verbose_name="replaces",
            ),
        ),
        migrations.AddField(
            model_name="supplieragreement",
            name="status",
            field=models.CharField(
                choices=[("proposed", "Proposed"), ("released", "Released"), ("withdrawn", "Withdrawn")],
                db_default="proposed",
                default="proposed",
                editable=False,
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddField(
            model_name="supplieragreementevent",
            name="category",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parts.partcategory",
                verbose_name="part category",
            ),
        ),
        migrations.AddField(
            model_name="supplieragreementevent",
            name="created_by",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="supplieragreementevent",
            name="released_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="released at"),
        ),
        migrations.AddField(
            model_name="supplieragreementevent",
            name="released_by",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="released by",
            ),
        ),
        migrations.AddField(
            model_name="supplieragreementevent",
            name="replaced_to",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="supplieragreementevent",
            name="replaces",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="warranty.supplieragreement",
                verbose_name="replaces",
            ),
        ),
        migrations.AddField(
            model_name="supplieragreementevent",
            name="status",
            field=models.CharField(
                choices=[("proposed", "Proposed"), ("released", "Released"), ("withdrawn", "Withdrawn")],
                db_default="proposed",
                default="proposed",
                editable=False,
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="supplieragreement",
            name="number",
            field=models.CharField(max_length=40, verbose_name="agreement number"),
        ),
        migrations.AlterField(
            model_name="supplieragreement",
            name="valid_to",
            field=models.DateField(blank=True, null=True, verbose_name="valid to (first invalid day)"),
        ),
        migrations.AlterField(
            model_name="supplieragreementevent",
            name="valid_to",
            field=models.DateField(blank=True, null=True, verbose_name="valid to (first invalid day)"),
        ),
        migrations.RunSQL(THEY_HOLD, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="supplieragreement",
            trigger=pgtrigger.compiler.Trigger(
                name="agreement_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'proposed' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_moves';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{proposed>released,proposed>withdrawn,released>withdrawn}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_moves';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="9533f9681a608454162d13b567cb464b4abbab75",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_agreement_moves_00ce2",
                    table="warranty_supplieragreement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="supplieragreement",
            trigger=pgtrigger.compiler.Trigger(
                name="agreement_keeps_its_terms",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT (OLD.\"status\" = 'proposed'))",
                    func="\n    IF TG_OP = 'UPDATE'\n       AND (to_jsonb(NEW) - '{valid_to,status,replaces_id,replaced_to}'::text[])\n         = (to_jsonb(OLD) - '{valid_to,status,replaces_id,replaced_to}'::text[]) THEN\n        RETURN NEW;\n    END IF;\n    RAISE EXCEPTION 'what was released keeps its terms'\n        USING ERRCODE = 'check_violation', CONSTRAINT = 'released_term_stays';\n",
                    hash="69bb2b448daacb803d45c7dd9a815b77b25ae816",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_agreement_keeps_its_terms_7c2c2",
                    table="warranty_supplieragreement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="supplieragreement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "warranty_supplieragreementevent" ("category_id", "created_by_id", "deemed_accept", "deemed_accept_days", "handling_fee", "id", "labor_cap", "labor_share", "months_from_receipt", "months_from_sale", "no_return", "notice_days", "number", "offset_right", "other_share", "part_cap", "part_class", "part_id", "part_share", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "released_at", "released_by_id", "replaced_to", "replaces_id", "return_required", "status", "supplier_id", "travel_cap", "travel_share", "valid_from", "valid_to") VALUES (NEW."category_id", NEW."created_by_id", NEW."deemed_accept", NEW."deemed_accept_days", NEW."handling_fee", NEW."id", NEW."labor_cap", NEW."labor_share", NEW."months_from_receipt", NEW."months_from_sale", NEW."no_return", NEW."notice_days", NEW."number", NEW."offset_right", NEW."other_share", NEW."part_cap", NEW."part_class", NEW."part_id", NEW."part_share", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."released_at", NEW."released_by_id", NEW."replaced_to", NEW."replaces_id", NEW."return_required", NEW."status", NEW."supplier_id", NEW."travel_cap", NEW."travel_share", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="0e90ea32f724c983e1418492bc1c5818fe249c7d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6e53a",
                    table="warranty_supplieragreement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="supplieragreement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "warranty_supplieragreementevent" ("category_id", "created_by_id", "deemed_accept", "deemed_accept_days", "handling_fee", "id", "labor_cap", "labor_share", "months_from_receipt", "months_from_sale", "no_return", "notice_days", "number", "offset_right", "other_share", "part_cap", "part_class", "part_id", "part_share", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "released_at", "released_by_id", "replaced_to", "replaces_id", "return_required", "status", "supplier_id", "travel_cap", "travel_share", "valid_from", "valid_to") VALUES (NEW."category_id", NEW."created_by_id", NEW."deemed_accept", NEW."deemed_accept_days", NEW."handling_fee", NEW."id", NEW."labor_cap", NEW."labor_share", NEW."months_from_receipt", NEW."months_from_sale", NEW."no_return", NEW."notice_days", NEW."number", NEW."offset_right", NEW."other_share", NEW."part_cap", NEW."part_class", NEW."part_id", NEW."part_share", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."released_at", NEW."released_by_id", NEW."replaced_to", NEW."replaces_id", NEW."return_required", NEW."status", NEW."supplier_id", NEW."travel_cap", NEW."travel_share", NEW."valid_from", NEW."valid_to"); RETURN NULL;',
                    hash="2dd7e4a07baf8cd488d324d1448fb9b00acb6cf6",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4bcec",
                    table="warranty_supplieragreement",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="supplieragreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["proposed", "released", "withdrawn"])), name="agreement_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="supplieragreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("released_by", None),
                    models.Q(("released_by", models.F("created_by")), _negated=True),
                    _connector="OR",
                ),
                name="agreement_released_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplieragreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="agreement_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplieragreement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "withdrawn"), _negated=True),
                fields=("number",),
                name="agreement_number_once",
                violation_error_message="Another agreement has this number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplieragreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("category", None), ("part", None)),
                    models.Q(("part", None), ("part_class", "")),
                    models.Q(("category", None), ("part_class", "")),
                    _connector="OR",
                ),
                name="agreement_names_one_kind_of_parts",
                violation_error_message="Name a part, a category or a class, only one of them.",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplieragreement",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("status", "released")),
                expressions=[
                    (models.F("supplier"), "="),
                    (django.db.models.functions.comparison.Coalesce(models.F("part"), models.Value(0)), "="),
                    (django.db.models.functions.comparison.Coalesce(models.F("category"), models.Value(0)), "="),
                    (models.F("part_class"), "="),
                    (parts.models.suppliers.DateRange("valid_from", "valid_to"), "&&"),
                ],
                name="supplier_has_one_agreement_a_day_for_a_part",
                violation_error_message="Another agreement with this supplier holds for the same parts on these days.",
            ),
        ),
    ]

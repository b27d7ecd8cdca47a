"""A scan at the factory's door can be taken back, and a wrongly noted extra piece struck out, while the box is open."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core import grants


class Migration(migrations.Migration):
    dependencies = [
        ("warranty", "0100_unsent_notes_run_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="extrapiece",
            name="extra_piece_append_only",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="failedpart",
            name="failed_part_moves_as_tabled",
        ),
        migrations.RemoveConstraint(
            model_name="extrapiece",
            name="an_extra_piece_is_found_once_in_a_box",
        ),
        migrations.AddField(
            model_name="extrapiece",
            name="struck_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="struck out at"),
        ),
        migrations.AddField(
            model_name="extrapiece",
            name="struck_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="struck out by",
            ),
        ),
        migrations.AddField(
            model_name="extrapiece",
            name="struck_reason",
            field=models.CharField(blank=True, db_default="", max_length=200, verbose_name="why it was struck out"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extrapiece",
            trigger=pgtrigger.compiler.Trigger(
                name="extra_piece_is_never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="0b10bc948fa2a9241afca760580d862d277addd0",
                    operation="DELETE",
                    pgid="pgtrigger_extra_piece_is_never_deleted_ede82",
                    table="warranty_extrapiece",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extrapiece",
            trigger=pgtrigger.compiler.Trigger(
                name="extra_piece_keeps_what_was_found",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF OLD.struck_at IS NOT NULL OR (OLD.id, OLD.box_id, OLD.failed_part_id, OLD.found, OLD.note, OLD.found_by_id,\n        OLD.found_at) IS DISTINCT FROM (NEW.id, NEW.box_id, NEW.failed_part_id, NEW.found, NEW.note, NEW.found_by_id,\n        NEW.found_at) THEN\n        RAISE EXCEPTION 'an extra piece is struck out once, and else kept as it was noted'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'extra_piece_keeps_what_was_found';\n    END IF;\n    RETURN NEW;\n",
                    hash="0618f1c29d01037b2318e75b2dd22b81e3037663",
                    operation="UPDATE",
                    pgid="pgtrigger_extra_piece_keeps_what_was_found_60d1f",
                    table="warranty_extrapiece",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="failedpart",
            trigger=pgtrigger.compiler.Trigger(
                name="failed_part_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'requested' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'failed_part_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{held>dispositioned,inspected>dispositioned,inspected>held,lost>received,packed>lost,packed>received,packed>shipped,packed>tagged,packed>waived,received>inspected,received>lost,received>packed,received>requested,received>shipped,received>tagged,requested>lost,requested>received,requested>tagged,requested>waived,shipped>lost,shipped>received,shipped>waived,tagged>lost,tagged>packed,tagged>received,tagged>waived}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'failed_part_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="2e21f7779827ae04b15e72f54b013205ee2963f7",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_failed_part_moves_as_tabled_0cb42",
                    table="warranty_failedpart",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="extrapiece",
            constraint=models.UniqueConstraint(
                condition=models.Q(("struck_at", None)),
                fields=("box", "failed_part"),
                name="an_extra_piece_is_found_once_in_a_box",
            ),
        ),
        migrations.AddConstraint(
            model_name="extrapiece",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("struck_at", None), ("struck_by", None)),
                    models.Q(("struck_at__isnull", False), ("struck_by__isnull", False)),
                    _connector="OR",
                ),
                name="struck_extra_piece_has_who_and_when",
            ),
        ),
        grants.run(
            "GRANT UPDATE (struck_by_id, struck_at, struck_reason) ON warranty_extrapiece TO {role}",
            "REVOKE UPDATE (struck_by_id, struck_at, struck_reason) ON warranty_extrapiece FROM {role}",
        ),
    ]

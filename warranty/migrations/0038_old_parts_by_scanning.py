"""Boxes are sealed and unpacked by scanning; the custody log names place and confirmation; extra pieces are kept."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core import grants


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0011_service_tiers"),
        ("warranty", "0037_recovery_clock_in_full"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExtraPiece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("found", models.CharField(max_length=120, verbose_name="what was found")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("found_at", models.DateTimeField(verbose_name="found at")),
            ],
            options={
                "verbose_name": "extra piece in a box",
                "verbose_name_plural": "extra pieces in boxes",
                "ordering": ["box", "pk"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="partbox",
            name="part_box_moves_as_tabled",
        ),
        migrations.RemoveConstraint(
            model_name="partbox",
            name="part_box_status_known",
        ),
        migrations.AddField(
            model_name="custodyentry",
            name="place",
            field=models.CharField(blank=True, db_default="", max_length=60, verbose_name="place"),
        ),
        migrations.AddField(
            model_name="custodyentry",
            name="signed",
            field=models.CharField(blank=True, db_default="", max_length=120, verbose_name="confirmed by"),
        ),
        migrations.AddField(
            model_name="partbox",
            name="driver",
            field=models.CharField(
                blank=True, db_default="", max_length=60, verbose_name="taken by (name of the driver)"
            ),
        ),
        migrations.AddField(
            model_name="partbox",
            name="seal",
            field=models.CharField(blank=True, db_default="", max_length=30, verbose_name="seal number"),
        ),
        migrations.AddField(
            model_name="partbox",
            name="sealed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sealed at"),
        ),
        migrations.AddField(
            model_name="partbox",
            name="unpacking_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="unpacking begun at"),
        ),
        migrations.AlterField(
            model_name="partbox",
            name="status",
            field=models.CharField(
                choices=[
                    ("open", "Being packed"),
                    ("sealed", "Sealed"),
                    ("shipped", "On its way"),
                    ("received", "Received"),
                ],
                default="open",
                editable=False,
                max_length=10,
                verbose_name="status",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partbox",
            trigger=pgtrigger.compiler.Trigger(
                name="part_box_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'open' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'part_box_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{open>received,open>sealed,open>shipped,sealed>open,sealed>received,sealed>shipped,shipped>received}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'part_box_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="939a9d3a5838695d66bbed6380567c6ad1c2e8c4",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_part_box_moves_as_tabled_35ce8",
                    table="warranty_partbox",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="partbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "sealed", "shipped", "received"])),
                name="part_box_status_known",
            ),
        ),
        migrations.AddField(
            model_name="extrapiece",
            name="box",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extras",
                to="warranty.partbox",
                verbose_name="box",
            ),
        ),
        migrations.AddField(
            model_name="extrapiece",
            name="failed_part",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="found_in",
                to="warranty.failedpart",
                verbose_name="old part",
            ),
        ),
        migrations.AddField(
            model_name="extrapiece",
            name="found_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="found by",
            ),
        ),
        migrations.AddConstraint(
            model_name="extrapiece",
            constraint=models.UniqueConstraint(
                fields=("box", "failed_part"), name="an_extra_piece_is_found_once_in_a_box"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extrapiece",
            trigger=pgtrigger.compiler.Trigger(
                name="extra_piece_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8fac1ec18a00bfe0dc034b5ef0678b7b5f6352c0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_extra_piece_append_only_cf28a",
                    table="warranty_extrapiece",
                    when="BEFORE",
                ),
            ),
        ),
        grants.append_only("warranty_extrapiece"),
    ]

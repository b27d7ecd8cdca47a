"""A kept old part has a day and a way out; old parts are sent on to suppliers and stations."""

from decimal import Decimal

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# What was kept had no way out; it is kept for a quarter from now on, and then looked at.
KEPT_HAVE_A_DAY = """
UPDATE warranty_failedpart SET status = 'held', held_until = CURRENT_DATE + 90
WHERE status = 'dispositioned' AND disposition = 'hold'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("parts", "0028_picking_is_confirmed"),
        ("stations", "0011_service_tiers"),
        ("warranty", "0043_measured_on_the_bench"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PieceShipment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="shipment number")),
                ("carrier", models.CharField(max_length=60, verbose_name="carrier")),
                ("waybill", models.CharField(max_length=60, verbose_name="waybill number")),
                (
                    "cost",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="freight (CNY, tax excluded)"
                    ),
                ),
                ("shipped_at", models.DateTimeField(verbose_name="shipped at")),
                ("received_as", models.CharField(blank=True, max_length=60, verbose_name="received by")),
                ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="received at")),
            ],
            options={
                "verbose_name": "shipment of old parts",
                "verbose_name_plural": "shipments of old parts",
                "ordering": ["-pk"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="failedpart",
            name="failed_part_moves_as_tabled",
        ),
        migrations.RemoveConstraint(
            model_name="failedpart",
            name="failed_part_status_known",
        ),
        migrations.RemoveConstraint(
            model_name="failedpart",
            name="received_failed_part_has_its_time",
        ),
        migrations.AddField(
            model_name="failedpart",
            name="disposed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="disposed of at"),
        ),
        migrations.AddField(
            model_name="failedpart",
            name="held_until",
            field=models.DateField(blank=True, null=True, verbose_name="kept until"),
        ),
        migrations.AlterField(
            model_name="failedpart",
            name="status",
            field=models.CharField(
                choices=[
                    ("requested", "To return"),
                    ("tagged", "Tag printed"),
                    ("packed", "In a box"),
                    ("shipped", "On its way"),
                    ("received", "Received"),
                    ("inspected", "Appraised"),
                    ("held", "Kept for now"),
                    ("dispositioned", "Closed"),
                    ("lost", "Lost"),
                    ("waived", "Waived"),
                ],
                default="requested",
                editable=False,
                max_length=15,
                verbose_name="status",
            ),
        ),
        migrations.RunSQL(KEPT_HAVE_A_DAY, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="failedpart",
            trigger=pgtrigger.compiler.Trigger(
                name="failed_part_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'requested' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'failed_part_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{held>dispositioned,inspected>dispositioned,inspected>held,lost>received,packed>lost,packed>received,packed>shipped,packed>tagged,packed>waived,received>inspected,requested>lost,requested>received,requested>tagged,requested>waived,shipped>lost,shipped>received,shipped>waived,tagged>lost,tagged>packed,tagged>received,tagged>waived}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'failed_part_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="8c257cd8e8915914412b6cee029295d2d48ab2d4",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_failed_part_moves_as_tabled_0cb42",
                    table="warranty_failedpart",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="pieceshipment",
            name="shipped_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent by",
            ),
        ),
        migrations.AddField(
            model_name="pieceshipment",
            name="station",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AddField(
            model_name="pieceshipment",
            name="supplier",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parts.supplier",
                verbose_name="supplier",
            ),
        ),
        migrations.AddField(
            model_name="failedpart",
            name="shipment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pieces",
                to="warranty.pieceshipment",
                verbose_name="sent on with",
            ),
        ),
        migrations.AddConstraint(
            model_name="failedpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "requested",
                            "tagged",
                            "packed",
                            "shipped",
                            "received",
                            "inspected",
                            "held",
                            "dispositioned",
                            "lost",
                            "waived",
                        ],
                    )
                ),
                name="failed_part_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="failedpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["received", "inspected", "held", "dispositioned"]), _negated=True),
                    ("received_at__isnull", False),
                    _connector="OR",
                ),
                name="received_failed_part_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="failedpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "held"), _negated=True), ("held_until__isnull", False), _connector="OR"
                ),
                name="kept_failed_part_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="pieceshipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("station__isnull", True), ("supplier__isnull", False)),
                    models.Q(("station__isnull", False), ("supplier__isnull", True)),
                    _connector="OR",
                ),
                name="piece_shipment_goes_to_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="pieceshipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received_at__isnull", True), models.Q(("received_as", ""), _negated=True), _connector="OR"
                ),
                name="received_piece_shipment_names_the_taker",
            ),
        ),
        migrations.AddConstraint(
            model_name="pieceshipment",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost__gte", 0), ("cost__lte", Decimal("99999999"))),
                name="piece_shipment_cost_not_negative",
            ),
        ),
    ]

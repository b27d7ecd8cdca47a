"""What stations are compared by, limits that fall back, audits of the region."""

from decimal import Decimal

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core.migrating import Together


class Migration(Together):
    dependencies = [
        ("stations", "0011_service_tiers"),
        ("warranty", "0013_replays"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LimitFallback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_on", models.DateField(verbose_name="started on")),
                ("half_from", models.DateField(verbose_name="half the limit from")),
                ("ended_on", models.DateField(verbose_name="full limit from")),
                ("lift_reason", models.CharField(blank=True, max_length=500, verbose_name="why it was lifted")),
                (
                    "lifted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lifted by",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="limit_fallbacks",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
            ],
            options={
                "verbose_name": "lowered limit",
                "verbose_name_plural": "lowered limits",
                "ordering": ["-started_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="RegionAudit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=30, unique=True, verbose_name="number")),
                (
                    "root_number",
                    models.CharField(blank=True, editable=False, max_length=30, verbose_name="root number"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("sound", "Nothing wrong"), ("wrong", "Something wrong")],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("risk_score", models.PositiveSmallIntegerField(verbose_name="risk")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("due_on", models.DateField(verbose_name="due on")),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="closed at")),
                ("finding", models.TextField(blank=True, max_length=2000, verbose_name="what was found")),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="region_audit",
                        to="warranty.warrantyclaim",
                        verbose_name="claim",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
            ],
            options={
                "verbose_name": "region audit",
                "verbose_name_plural": "region audits",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="SampleAudit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("audited_at", models.DateTimeField(verbose_name="audited at")),
                ("error_count", models.PositiveSmallIntegerField(verbose_name="errors")),
                (
                    "audited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="audited by",
                    ),
                ),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sample_audit",
                        to="warranty.warrantyclaim",
                        verbose_name="claim",
                    ),
                ),
                (
                    "fallback",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audits",
                        to="warranty.limitfallback",
                        verbose_name="lowered limit",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
            ],
            options={
                "verbose_name": "audited claim",
                "verbose_name_plural": "audited claims",
                "ordering": ["-audited_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="StationClaimRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "grade",
                    models.CharField(
                        choices=[("A", "A"), ("B", "B"), ("C", "C"), ("D", "D"), ("probation", "Probation")],
                        db_index=True,
                        max_length=10,
                        verbose_name="grade",
                    ),
                ),
                ("claim_count", models.PositiveIntegerField(verbose_name="claims")),
                ("unit_count", models.PositiveIntegerField(verbose_name="units served")),
                (
                    "claims_per_100",
                    models.DecimalField(decimal_places=3, max_digits=14, verbose_name="claims per 100 units"),
                ),
                ("counted_on", models.DateField(verbose_name="counted on")),
                (
                    "station",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
            ],
            options={
                "verbose_name": "claim rate of a station",
                "verbose_name_plural": "claim rates of stations",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="StationModelCost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "grade",
                    models.CharField(
                        choices=[("A", "A"), ("B", "B"), ("C", "C"), ("D", "D"), ("probation", "Probation")],
                        max_length=10,
                        verbose_name="grade",
                    ),
                ),
                ("claim_count", models.PositiveIntegerField(verbose_name="claims")),
                (
                    "mean_cost",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="claimed on the mean (CNY)"),
                ),
                ("counted_on", models.DateField(verbose_name="counted on")),
                (
                    "product_model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stations.productmodel",
                        verbose_name="product model",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
            ],
            options={
                "verbose_name": "mean claim of a station and model",
                "verbose_name_plural": "mean claims by station and model",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="limitfallback",
            index=models.Index(fields=["station", "-started_on"], name="fallback_of_station"),
        ),
        migrations.AddConstraint(
            model_name="limitfallback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on__gte", models.F("started_on")), ("half_from__gte", models.F("started_on"))
                ),
                name="fallback_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="limitfallback",
            constraint=models.CheckConstraint(
                condition=models.Q(("lifted_by", None), models.Q(("lift_reason", ""), _negated=True), _connector="OR"),
                name="lifted_fallback_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="regionaudit",
            index=models.Index(fields=["status", "due_on"], name="region_audits_due"),
        ),
        migrations.AddConstraint(
            model_name="regionaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "sound", "wrong"])), name="region_audit_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="regionaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "open"),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        models.Q(("finding", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="closed_region_audit_says_what_was_found",
            ),
        ),
        migrations.AddConstraint(
            model_name="regionaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(("risk_score__lte", 100)), name="region_audit_risk_at_most_100"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regionaudit",
            trigger=pgtrigger.compiler.Trigger(
                name="region_audit_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'open' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'region_audit_moves';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{open>sound,open>wrong}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'region_audit_moves';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="fa848062b68eda877555b7da1e50167b32159c1f",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_region_audit_moves_c0530",
                    table="warranty_regionaudit",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="sampleaudit",
            index=models.Index(fields=["station", "-audited_at"], name="sample_audits_of_station"),
        ),
        migrations.AddConstraint(
            model_name="stationclaimrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("claims_per_100__gte", 0), ("claims_per_100__lte", Decimal("99999999"))),
                name="station_claim_rate_bounded",
            ),
        ),
        migrations.AddIndex(
            model_name="stationmodelcost",
            index=models.Index(fields=["product_model", "grade"], name="station_model_cost_peers"),
        ),
        migrations.AddConstraint(
            model_name="stationmodelcost",
            constraint=models.UniqueConstraint(fields=("station", "product_model"), name="station_model_cost_once"),
        ),
        migrations.AddConstraint(
            model_name="stationmodelcost",
            constraint=models.CheckConstraint(
                condition=models.Q(("mean_cost__gte", 0), ("mean_cost__lte", Decimal("99999999"))),
                name="station_model_cost_bounded",
            ),
        ),
    ]

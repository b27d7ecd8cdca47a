"""Fines against stations: proposed and approved by two persons, a debit on the statement."""

from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0011_service_tiers"),
        ("warranty", "0056_replays_of_rates_and_grades"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StationFine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("taken_back", "Taken back"),
                        ],
                        db_default="proposed",
                        default="proposed",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount (CNY, tax excluded)"),
                ),
                ("reason", models.TextField(max_length=1000, verbose_name="what happened")),
                ("document_number", models.CharField(max_length=60, verbose_name="number of the document")),
                ("answer", models.CharField(blank=True, db_default="", max_length=500, verbose_name="answer")),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                ("taken_back_at", models.DateTimeField(null=True, verbose_name="taken back at")),
            ],
            options={
                "verbose_name": "fine",
                "verbose_name_plural": "fines",
                "ordering": ["-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="reasoncode",
            name="reason_uses_known",
        ),
        migrations.RemoveConstraint(
            model_name="settlementitem",
            name="settlement_item_kind_known",
        ),
        migrations.AlterField(
            model_name="reasoncode",
            name="uses",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("cut", "Part of a line is not paid"),
                        ("rejection", "Nothing of a line is paid"),
                        ("authorization", "Prior authorization refused"),
                        ("information", "Question not answered (set by the system)"),
                        ("question", "Question to the station"),
                        ("appeal", "Line of an appeal decided"),
                        ("reversal", "Claim reversed"),
                        ("fine", "Station fined"),
                    ],
                    max_length=20,
                ),
                blank=True,
                db_default=[],
                default=list,
                verbose_name="may be given for",
            ),
        ),
        migrations.AlterField(
            model_name="settlementitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("claim", "Claim"),
                    ("appeal", "Granted on appeal"),
                    ("freight", "Freight of old parts"),
                    ("incentive", "Improvement incentive"),
                    ("pnr", "Old part overdue"),
                    ("pnr_credit", "Old part came late"),
                    ("appraisal", "Refused at appraisal"),
                    ("reversal", "Claim reversed"),
                    ("reroute", "Supplier charge moved to the station"),
                    ("fine", "Fine"),
                    ("fine_credit", "Fine taken back"),
                    ("brought_forward", "Brought forward"),
                ],
                max_length=15,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="settlementitem",
            name="reason",
            field=models.CharField(blank=True, max_length=30, verbose_name="reason code"),
        ),
        migrations.AlterField(
            model_name="statementline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("claim", "Claim"),
                    ("appeal", "Granted on appeal"),
                    ("freight", "Freight of old parts"),
                    ("incentive", "Improvement incentive"),
                    ("pnr", "Old part overdue"),
                    ("pnr_credit", "Old part came late"),
                    ("appraisal", "Refused at appraisal"),
                    ("reversal", "Claim reversed"),
                    ("reroute", "Supplier charge moved to the station"),
                    ("fine", "Fine"),
                    ("fine_credit", "Fine taken back"),
                    ("brought_forward", "Brought forward"),
                ],
                max_length=15,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="statementline",
            name="reason",
            field=models.CharField(blank=True, max_length=30, verbose_name="reason code"),
        ),
        migrations.AddConstraint(
            model_name="reasoncode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "uses__contained_by",
                        ["cut", "rejection", "authorization", "information", "question", "appeal", "reversal", "fine"],
                    )
                ),
                name="reason_uses_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "claim",
                            "appeal",
                            "freight",
                            "incentive",
                            "pnr",
                            "pnr_credit",
                            "appraisal",
                            "reversal",
                            "reroute",
                            "fine",
                            "fine_credit",
                            "brought_forward",
                        ],
                    )
                ),
                name="settlement_item_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="stationfine",
            name="claim",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fines",
                to="warranty.warrantyclaim",
                verbose_name="claim",
            ),
        ),
        migrations.AddField(
            model_name="stationfine",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="stationfine",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="stationfine",
            name="reason_code",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="warranty.reasoncode",
                verbose_name="reason code",
            ),
        ),
        migrations.AddField(
            model_name="stationfine",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fines",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AddField(
            model_name="stationfine",
            name="taken_back_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="taken back by",
            ),
        ),
        migrations.AddConstraint(
            model_name="stationfine",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["proposed", "approved", "refused", "withdrawn", "taken_back"])),
                name="fine_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="stationfine",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0), ("amount__lte", Decimal("99999999"))),
                name="fine_amount_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="stationfine",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="fine_amount_above_nothing"),
        ),
        migrations.AddConstraint(
            model_name="stationfine",
            constraint=models.CheckConstraint(
                condition=models.Q(("document_number", ""), _negated=True), name="fine_names_its_document"
            ),
        ),
        migrations.AddConstraint(
            model_name="stationfine",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("approved", "taken_back")), _negated=True),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="approved_fine_has_its_approver",
            ),
        ),
        migrations.AddConstraint(
            model_name="stationfine",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="fine_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="stationfine",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "taken_back"), _negated=True),
                    models.Q(
                        ("taken_back_at__isnull", False),
                        ("taken_back_by__isnull", False),
                        models.Q(("taken_back_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="fine_taken_back_by_another",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stationfine",
            trigger=pgtrigger.compiler.Trigger(
                name="fine_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'proposed' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'fine_moves';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{approved>taken_back,proposed>approved,proposed>refused,proposed>withdrawn}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'fine_moves';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="55399c26fb705b4dd0c9c29ad14a1ce601e46f1b",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_fine_moves_4dc9c",
                    table="warranty_stationfine",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stationfine",
            trigger=pgtrigger.compiler.Trigger(
                name="fine_is_never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="058203c78044fb2102ec116632371c6cf0df780b",
                    operation="DELETE",
                    pgid="pgtrigger_fine_is_never_deleted_bf456",
                    table="warranty_stationfine",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stationfine",
            trigger=pgtrigger.compiler.Trigger(
                name="fine_keeps_what_was_proposed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF (OLD.number, OLD.station_id, OLD.claim_id, OLD.amount, OLD.reason_code_id, OLD.reason, OLD.document_number,\n        OLD.proposed_by_id, OLD.proposed_at) IS DISTINCT FROM (NEW.number, NEW.station_id, NEW.claim_id, NEW.amount,\n        NEW.reason_code_id, NEW.reason, NEW.document_number, NEW.proposed_by_id, NEW.proposed_at) THEN\n        RAISE EXCEPTION 'a fine keeps what was proposed' USING ERRCODE = 'check_violation',\n            CONSTRAINT = 'fine_keeps_what_was_proposed';\n    END IF;\n    RETURN NEW;\n",
                    hash="35173b16484f527a50df435b8e23fda897a38599",
                    operation="UPDATE",
                    pgid="pgtrigger_fine_keeps_what_was_proposed_bc308",
                    table="warranty_stationfine",
                    when="BEFORE",
                ),
            ),
        ),
    ]

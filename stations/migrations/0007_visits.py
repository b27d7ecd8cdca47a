"""Visits of every purpose, checklists in versions, rectifications by finding; staff and equipment of an applicant."""

from decimal import Decimal
from typing import ClassVar

import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core import grants
from portal.core.migrating import Together

FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE stations_siteinspection v SET center_id = a.center_id, status = 'recorded', begun_at = v.inspected_at,
    purpose = CASE WHEN EXISTS (SELECT 1 FROM stations_siteinspection before
        WHERE before.application_id = v.application_id AND before.id < v.id) THEN 'revisit' ELSE 'application' END
FROM stations_stationapplication a WHERE a.id = v.application_id;
UPDATE stations_rectificationorder r SET center_id = a.center_id
FROM stations_stationapplication a WHERE a.id = r.application_id;
UPDATE stations_inspectiontemplate t SET version = n.place,
    status = CASE WHEN t.is_active AND n.back = 1 THEN 'in_use' ELSE 'retired' END
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place, row_number() OVER (ORDER BY is_active DESC, id DESC) AS back
      FROM stations_inspectiontemplate) n WHERE n.id = t.id;
INSERT INTO stations_rectificationfinding (order_id, position, status, clause, clause_en, finding, due_on, evidence, remark,
    verifier_id, verified_at)
SELECT r.id, 1, r.status, '', '', left(r.findings, 500), r.due_on, '', '',
    CASE WHEN r.status = 'verified' THEN v.inspector_id END, CASE WHEN r.status = 'verified' THEN v.inspected_at END
FROM stations_rectificationorder r JOIN stations_siteinspection v ON v.id = r.inspection_id;
"""


def _unique(statement: str, reverse: str, constraint: migrations.AddConstraint) -> migrations.SeparateDatabaseAndState:
    """A unique index on a table that has rows already, but few of them: hundreds of applications, dozens of checklists."""
    return migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RunSQL(statement, reverse)], state_operations=[constraint]
    )


class Migration(Together):
    dependencies: ClassVar = [
        ("core", "0007_notification_facts"),
        ("stations", "0006_contracts_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AlterModelOptions(
            name="inspectiontemplate",
            options={
                "ordering": ["code", "-version"],
                "verbose_name": "inspection template",
                "verbose_name_plural": "inspection templates",
            },
        ),
        migrations.AlterModelOptions(
            name="siteinspection",
            options={"ordering": ["-pk"], "verbose_name": "site inspection", "verbose_name_plural": "site inspections"},
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="stationapplication",
            name="application_moves_as_tabled",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="stationapplication",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="stationapplication",
            name="update_update",
        ),
        migrations.RemoveConstraint(
            model_name="inspectionanswer",
            name="inspection_rating_0_to_5",
        ),
        migrations.RemoveConstraint(
            model_name="requireddocument",
            name="document_required_once_per_kind",
        ),
        migrations.RemoveConstraint(
            model_name="siteinspection",
            name="inspection_score_0_to_100",
        ),
        migrations.RemoveConstraint(
            model_name="siteinspection",
            name="inspection_outcome_known",
        ),
        migrations.AddField(
            model_name="inspectionanswer",
            name="finding",
            field=models.CharField(blank=True, db_default="", default="", max_length=500, verbose_name="finding"),
        ),
        migrations.AddField(
            model_name="inspectionanswer",
            name="needs_photo",
            field=models.BooleanField(db_default=False, default=False, verbose_name="photo required"),
        ),
        migrations.AddField(
            model_name="inspectionanswer",
            name="section",
            field=models.CharField(blank=True, db_default="", default="", max_length=20, verbose_name="section"),
        ),
        migrations.AddField(
            model_name="inspectionitem",
            name="guidance",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="how to judge"),
        ),
        migrations.AddField(
            model_name="inspectionitem",
            name="guidance_en",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="how to judge (English)"
            ),
        ),
        migrations.AddField(
            model_name="inspectionitem",
            name="needs_photo",
            field=models.BooleanField(db_default=False, default=False, verbose_name="photo required"),
        ),
        migrations.AddField(
            model_name="inspectionitem",
            name="section",
            field=models.CharField(
                choices=[
                    ("premises", "Premises"),
                    ("image", "Image and identity"),
                    ("equipment", "Equipment and tools"),
                    ("people", "People"),
                    ("process", "Knowledge of the processes"),
                    ("safety", "Safety and law"),
                ],
                db_default="premises",
                default="premises",
                max_length=20,
                verbose_name="section",
            ),
        ),
        migrations.AddField(
            model_name="inspectiontemplate",
            name="code",
            field=models.CharField(
                db_default="SITE",
                default="SITE",
                help_text="The same in all versions.",
                max_length=20,
                verbose_name="code",
            ),
        ),
        migrations.AddField(
            model_name="inspectiontemplate",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="inspectiontemplate",
            name="purpose",
            field=models.CharField(
                blank=True,
                choices=[
                    ("application", "Site inspection of an application"),
                    ("revisit", "Re-visit after a rectification"),
                    ("supervision", "Supervision visit"),
                    ("surprise", "Surprise visit"),
                    ("yearly", "Yearly re-evaluation"),
                ],
                db_default="",
                default="",
                help_text="Left empty: for every visit that has no checklist of its own.",
                max_length=20,
                verbose_name="for visits of",
            ),
        ),
        migrations.AddField(
            model_name="inspectiontemplate",
            name="status",
            field=models.CharField(
                choices=[("draft", "Draft"), ("in_use", "In use"), ("retired", "Retired")],
                db_default="draft",
                default="draft",
                editable=False,
                max_length=20,
                verbose_name="status",
            ),
        ),
        migrations.AddField(
            model_name="inspectiontemplate",
            name="version",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, editable=False, verbose_name="version"),
        ),
        migrations.AddField(
            model_name="rectificationorder",
            name="center",
            field=models.ForeignKey(
                null=True,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.operationcenter",
                verbose_name="operation center",
            ),
        ),
        migrations.AddField(
            model_name="rectificationorder",
            name="station",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rectifications",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AddField(
            model_name="rectificationorder",
            name="term",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, editable=False, verbose_name="term"),
        ),
        migrations.AddField(
            model_name="rectificationorder",
            name="verified_by",
            field=models.CharField(
                choices=[("visit", "A second visit"), ("evidence", "Review of the evidence")],
                db_default="visit",
                default="visit",
                max_length=10,
                verbose_name="verified by",
            ),
        ),
        migrations.AddField(
            model_name="requireddocument",
            name="wanted_grade",
            field=models.CharField(
                blank=True,
                choices=[("A", "A"), ("B", "B"), ("C", "C")],
                db_default="",
                default="",
                help_text="Left empty: for every grade.",
                max_length=1,
                verbose_name="wanted grade",
            ),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="begun_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="begun at"),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="center",
            field=models.ForeignKey(
                null=True,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.operationcenter",
                verbose_name="operation center",
            ),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="checks",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="revisits",
                to="stations.rectificationorder",
                verbose_name="rectification order that it checks",
            ),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="due_on",
            field=models.DateField(blank=True, null=True, verbose_name="put right by"),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="host_signed_as",
            field=models.CharField(blank=True, db_default="", max_length=60, verbose_name="signed by the visited"),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="inspector_signed_as",
            field=models.CharField(blank=True, db_default="", max_length=60, verbose_name="signed by the inspector"),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="latitude",
            field=models.DecimalField(
                blank=True,
                decimal_places=6,
                max_digits=8,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(-90),
                    django.core.validators.MaxValueValidator(90),
                ],
                verbose_name="latitude",
            ),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="longitude",
            field=models.DecimalField(
                blank=True,
                decimal_places=6,
                max_digits=9,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(-180),
                    django.core.validators.MaxValueValidator(180),
                ],
                verbose_name="longitude",
            ),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="planned_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="planned by",
            ),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="planned_on",
            field=models.DateField(blank=True, null=True, verbose_name="planned for"),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("application", "Site inspection of an application"),
                    ("revisit", "Re-visit after a rectification"),
                    ("supervision", "Supervision visit"),
                    ("surprise", "Surprise visit"),
                    ("yearly", "Yearly re-evaluation"),
                ],
                db_default="application",
                default="application",
                max_length=20,
                verbose_name="purpose",
            ),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="reminded_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="reminded on"),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="station",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inspections",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="status",
            field=models.CharField(
                choices=[
                    ("planned", "Planned"),
                    ("under_way", "Under way"),
                    ("recorded", "Recorded"),
                    ("cancelled", "Cancelled"),
                ],
                db_default="planned",
                default="planned",
                editable=False,
                max_length=20,
                verbose_name="status",
            ),
        ),
        migrations.AddField(
            model_name="siteinspection",
            name="unsigned_reason",
            field=models.CharField(
                blank=True, db_default="", max_length=200, verbose_name="why the visited did not sign"
            ),
        ),
        migrations.AddField(
            model_name="stationapplication",
            name="wanted_grade",
            field=models.CharField(
                choices=[("A", "A"), ("B", "B"), ("C", "C")],
                db_default="C",
                default="C",
                max_length=1,
                verbose_name="wanted grade",
            ),
        ),
        migrations.AddField(
            model_name="stationapplicationevent",
            name="wanted_grade",
            field=models.CharField(
                choices=[("A", "A"), ("B", "B"), ("C", "C")],
                db_default="C",
                default="C",
                max_length=1,
                verbose_name="wanted grade",
            ),
        ),
        migrations.AlterField(
            model_name="inspectionanswer",
            name="rating",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="rating (0–5)"),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("region_manager", "Region manager"),
                    ("center_clerk", "Operation-center clerk"),
                    ("station_owner", "Station manager"),
                    ("station_clerk", "Station clerk"),
                    ("technician", "Technician"),
                    ("mystery_customer", "Service experience officer"),
                ],
                max_length=30,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="membershipevent",
            name="role",
            field=models.CharField(
                choices=[
                    ("region_manager", "Region manager"),
                    ("center_clerk", "Operation-center clerk"),
                    ("station_owner", "Station manager"),
                    ("station_clerk", "Station clerk"),
                    ("technician", "Technician"),
                    ("mystery_customer", "Service experience officer"),
                ],
                max_length=30,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="rectificationorder",
            name="application",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rectifications",
                to="stations.stationapplication",
                verbose_name="application",
            ),
        ),
        migrations.AlterField(
            model_name="rectificationorder",
            name="inspection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rectifications",
                to="stations.siteinspection",
                verbose_name="inspection",
            ),
        ),
        migrations.AlterField(
            model_name="siteinspection",
            name="application",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inspections",
                to="stations.stationapplication",
                verbose_name="application",
            ),
        ),
        migrations.AlterField(
            model_name="siteinspection",
            name="inspected_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="inspected at"),
        ),
        migrations.AlterField(
            model_name="siteinspection",
            name="inspector",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="inspector",
            ),
        ),
        migrations.AlterField(
            model_name="siteinspection",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[("passed", "Passed"), ("rectify", "Rectification needed"), ("failed", "Failed")],
                default="",
                max_length=10,
                verbose_name="outcome",
            ),
        ),
        migrations.AlterField(
            model_name="siteinspection",
            name="score",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="score"),
        ),
        migrations.AlterField(
            model_name="siteinspection",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="stations.inspectiontemplate",
                verbose_name="template",
            ),
        ),
        migrations.CreateModel(
            name="ApplicationEquipment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="equipment")),
                ("model", models.CharField(blank=True, max_length=60, verbose_name="model")),
                ("serial_number", models.CharField(blank=True, max_length=60, verbose_name="serial number")),
                (
                    "quantity",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(999),
                        ],
                        verbose_name="pieces",
                    ),
                ),
                (
                    "calibrated_until",
                    models.DateField(blank=True, null=True, verbose_name="calibrated until (first invalid day)"),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="equipment",
                        to="stations.stationapplication",
                        verbose_name="application",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="applicants_equipment_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1), ("quantity__lte", 999)),
                        name="applicants_pieces_1_to_999",
                    ),
                ],
                "verbose_name": "equipment of an application",
                "verbose_name_plural": "equipment of applications",
                "ordering": ["application", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ApplicationPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("manager", "Station manager"),
                            ("clerk", "Station clerk"),
                            ("technician", "Technician"),
                            ("storekeeper", "Storekeeper"),
                        ],
                        default="technician",
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("id_number", models.CharField(blank=True, max_length=30, verbose_name="ID number")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                ("certificate", models.CharField(blank=True, max_length=80, verbose_name="certificate")),
                (
                    "certificate_expires_on",
                    models.DateField(blank=True, null=True, verbose_name="certificate valid until (first invalid day)"),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="stations.stationapplication",
                        verbose_name="application",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="applicants_person_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["manager", "clerk", "technician", "storekeeper"])),
                        name="applicants_person_role_known",
                    ),
                ],
                "verbose_name": "person of an application",
                "verbose_name_plural": "people of applications",
                "ordering": ["application", "pk"],
            },
        ),
        migrations.CreateModel(
            name="InspectionPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=9,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "distance_meters",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="distance to the premises (m)"),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="stations.inspectionanswer",
                        verbose_name="answer",
                    ),
                ),
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.attachment",
                        verbose_name="picture",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(
                                ("latitude__gte", Decimal("-90")),
                                ("latitude__lte", Decimal("90")),
                                ("longitude__gte", Decimal("-180")),
                                ("longitude__lte", Decimal("180")),
                            ),
                            _connector="OR",
                        ),
                        name="inspection_photo_is_on_earth",
                    )
                ],
                "verbose_name": "inspection photo",
                "verbose_name_plural": "inspection photos",
                "ordering": ["answer", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RectificationFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "To put right"),
                            ("answered", "Evidence to review"),
                            ("verified", "Verified"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="open",
                        editable=False,
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="clause")),
                ("clause_en", models.CharField(blank=True, max_length=200, verbose_name="clause (English)")),
                ("finding", models.CharField(max_length=500, verbose_name="finding")),
                ("due_on", models.DateField(verbose_name="due on")),
                ("evidence", models.TextField(blank=True, verbose_name="what was done")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="answered at"),
                ),
                (
                    "verified_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="verified at"),
                ),
                ("remark", models.TextField(blank=True, verbose_name="remark of the verifier")),
                (
                    "answer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.inspectionanswer",
                        verbose_name="clause",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="stations.rectificationorder",
                        verbose_name="rectification order",
                    ),
                ),
                (
                    "verifier",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="verifier",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "verified"), _negated=True),
                            models.Q(("verified_at__isnull", False), ("verifier__isnull", False)),
                            _connector="OR",
                        ),
                        name="verified_finding_has_verifier",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "answered"), _negated=True),
                            models.Q(("answered_at__isnull", False), models.Q(("evidence", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="answered_finding_has_evidence",
                    ),
                    models.UniqueConstraint(fields=("order", "position"), name="finding_stands_once_in_its_order"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "answered", "verified", "missed", "cancelled"])),
                        name="finding_status_known",
                    ),
                ],
                "verbose_name": "rectification finding",
                "verbose_name_plural": "rectification findings",
                "ordering": ["order", "position", "pk"],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="rectificationorder",
            name="center",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.operationcenter",
                verbose_name="operation center",
            ),
        ),
        migrations.AlterField(
            model_name="siteinspection",
            name="center",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.operationcenter",
                verbose_name="operation center",
            ),
        ),
        migrations.SeparateDatabaseAndState(  # the column stays until no older process reads it
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE stations_inspectiontemplate ALTER COLUMN is_active SET DEFAULT true",
                    migrations.RunSQL.noop,
                )
            ],
            state_operations=[migrations.RemoveField(model_name="inspectiontemplate", name="is_active")],
        ),
        migrations.AddIndex(
            model_name="rectificationorder",
            index=models.Index(fields=["status", "due_on"], name="rectifications_due"),
        ),
        migrations.AddIndex(
            model_name="siteinspection",
            index=models.Index(fields=["status", "planned_on"], name="visits_due"),
        ),
        migrations.AddIndex(
            model_name="stationapplication",
            index=models.Index(fields=["license_number"], name="application_by_license"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="inspectionanswer",
            trigger=pgtrigger.compiler.Trigger(
                name="answers_of_recorded_visits_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (SELECT 1 FROM stations_siteinspection v\n                               WHERE v.id = NEW.inspection_id AND v.status IN ('recorded', 'cancelled')) THEN\n                        RAISE EXCEPTION 'a recorded or cancelled visit does not change'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'answers_of_recorded_visits_stay';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="620543546c83fcf0b1b9732ac52b6df4ca86137a",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_answers_of_recorded_visits_stay_bc81b",
                    table="stations_inspectionanswer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="inspectionitem",
            trigger=pgtrigger.compiler.Trigger(
                name="items_change_in_drafts_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE item stations_inspectionitem;",
                    func="\n                    item := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n                    IF EXISTS (SELECT 1 FROM stations_inspectiontemplate t\n                               WHERE t.id = item.template_id AND t.status <> 'draft') THEN\n                        RAISE EXCEPTION 'items of a checklist change only while it is a draft'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'items_change_in_drafts_only';\n                    END IF;\n                    RETURN item;\n                ",
                    hash="54e91583ff638cea3581471547a86584440276f6",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_items_change_in_drafts_only_d7192",
                    table="stations_inspectionitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="inspectiontemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="template_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'draft' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'template_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{draft>in_use,draft>retired,in_use>retired}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'template_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="7f309bf4f1836e51c90748ec28e4f446881eb76a",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_template_moves_as_tabled_762ed",
                    table="stations_inspectiontemplate",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="siteinspection",
            trigger=pgtrigger.compiler.Trigger(
                name="visit_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'planned' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{planned>cancelled,planned>under_way,under_way>cancelled,under_way>recorded}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="d5b337f422f9e08e389df503e3d5c15907177cf8",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_visit_moves_as_tabled_07f1b",
                    table="stations_siteinspection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="siteinspection",
            trigger=pgtrigger.compiler.Trigger(
                name="recorded_visits_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"status\" IN ('recorded', 'cancelled'))",
                    func="\n                    RAISE EXCEPTION 'a recorded or cancelled visit does not change'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'recorded_visits_stay';\n                ",
                    hash="60278491783991174dd9fb2655016bad2d02821d",
                    operation="UPDATE",
                    pgid="pgtrigger_recorded_visits_stay_dc05d",
                    table="stations_siteinspection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stationapplication",
            trigger=pgtrigger.compiler.Trigger(
                name="application_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'draft' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'application_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{center_check>refused,center_check>region_review,center_check>sent_back,center_check>withdrawn,contracting>active,contracting>refused,contracting>sent_back,contracting>withdrawn,draft>submitted,draft>withdrawn,hq_decision>contracting,hq_decision>refused,hq_decision>sent_back,hq_decision>withdrawn,inspection>hq_decision,inspection>rectification,inspection>refused,inspection>sent_back,inspection>withdrawn,rectification>hq_decision,rectification>rectification,rectification>refused,rectification>sent_back,rectification>withdrawn,region_review>inspection,region_review>refused,region_review>sent_back,region_review>withdrawn,sent_back>submitted,sent_back>withdrawn,submitted>center_check,submitted>region_review}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'application_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="3359c91aca1e8ad303a1cbfa228c54824113d2ab",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_application_moves_as_tabled_34057",
                    table="stations_stationapplication",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stationapplication",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stations_stationapplicationevent" ("address", "bank_account", "bank_name", "center_id", "company_name", "created_at", "dealer_id", "division", "email", "filed_by_id", "hq_decider_id", "id", "introduction", "invitation_id", "kind", "latitude", "license_number", "longitude", "number", "owner_name", "paused_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "premises_square_meters", "region_decider_id", "return_reason", "station_id", "station_name", "station_name_en", "status", "submitted_at", "taxpayer_type", "technician_count", "wanted_grade") VALUES (NEW."address", NEW."bank_account", NEW."bank_name", NEW."center_id", NEW."company_name", NEW."created_at", NEW."dealer_id", NEW."division", NEW."email", NEW."filed_by_id", NEW."hq_decider_id", NEW."id", NEW."introduction", NEW."invitation_id", NEW."kind", NEW."latitude", NEW."license_number", NEW."longitude", NEW."number", NEW."owner_name", NEW."paused_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."phone", NEW."premises_square_meters", NEW."region_decider_id", NEW."return_reason", NEW."station_id", NEW."station_name", NEW."station_name_en", NEW."status", NEW."submitted_at", NEW."taxpayer_type", NEW."technician_count", NEW."wanted_grade"); RETURN NULL;',
                    hash="d33d532cbd24c1575c6eddce8bccd07494a1702d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_439f5",
                    table="stations_stationapplication",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stationapplication",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stations_stationapplicationevent" ("address", "bank_account", "bank_name", "center_id", "company_name", "created_at", "dealer_id", "division", "email", "filed_by_id", "hq_decider_id", "id", "introduction", "invitation_id", "kind", "latitude", "license_number", "longitude", "number", "owner_name", "paused_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "premises_square_meters", "region_decider_id", "return_reason", "station_id", "station_name", "station_name_en", "status", "submitted_at", "taxpayer_type", "technician_count", "wanted_grade") VALUES (NEW."address", NEW."bank_account", NEW."bank_name", NEW."center_id", NEW."company_name", NEW."created_at", NEW."dealer_id", NEW."division", NEW."email", NEW."filed_by_id", NEW."hq_decider_id", NEW."id", NEW."introduction", NEW."invitation_id", NEW."kind", NEW."latitude", NEW."license_number", NEW."longitude", NEW."number", NEW."owner_name", NEW."paused_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."phone", NEW."premises_square_meters", NEW."region_decider_id", NEW."return_reason", NEW."station_id", NEW."station_name", NEW."station_name_en", NEW."status", NEW."submitted_at", NEW."taxpayer_type", NEW."technician_count", NEW."wanted_grade"); RETURN NULL;',
                    hash="960ca0dcbd2306ae971775d56c6285f3b686bc98",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cb743",
                    table="stations_stationapplication",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectionanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rating__isnull", True), models.Q(("rating__gte", 0), ("rating__lte", 5)), _connector="OR"
                ),
                name="inspection_rating_0_to_5",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectionitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("section__in", ["premises", "image", "equipment", "people", "process", "safety"])),
                name="inspection_section_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectiontemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "in_use", "retired"])),
                name="inspection_template_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectiontemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose__in", ["", "application", "revisit", "supervision", "surprise", "yearly"])
                ),
                name="inspection_template_purpose_known",
            ),
        ),
        _unique(
            "CREATE UNIQUE INDEX version_of_a_checklist_made_once ON stations_inspectiontemplate (code, version)",
            "DROP INDEX version_of_a_checklist_made_once",
            migrations.AddConstraint(
                model_name="inspectiontemplate",
                constraint=models.UniqueConstraint("code", "version", name="version_of_a_checklist_made_once"),
            ),
        ),
        _unique(
            "CREATE UNIQUE INDEX one_version_of_a_checklist_in_use ON stations_inspectiontemplate (code) WHERE status = 'in_use'",
            "DROP INDEX one_version_of_a_checklist_in_use",
            migrations.AddConstraint(
                model_name="inspectiontemplate",
                constraint=models.UniqueConstraint(
                    condition=models.Q(("status", "in_use")), fields=("code",), name="one_version_of_a_checklist_in_use"
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="rectificationorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("application__isnull", False), ("station__isnull", True)),
                    models.Q(("application__isnull", True), ("station__isnull", False)),
                    _connector="OR",
                ),
                name="rectification_of_an_application_or_a_station",
            ),
        ),
        migrations.AddConstraint(
            model_name="rectificationorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("term__gte", 1), ("term__lte", 2)), name="rectification_has_two_terms"
            ),
        ),
        migrations.AddConstraint(
            model_name="rectificationorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("verified_by__in", ["visit", "evidence"])),
                name="rectification_verified_in_a_known_way",
            ),
        ),
        _unique(
            "CREATE UNIQUE INDEX one_order_per_visit_and_term ON stations_rectificationorder (inspection_id, term)",
            "DROP INDEX one_order_per_visit_and_term",
            migrations.AddConstraint(
                model_name="rectificationorder",
                constraint=models.UniqueConstraint("inspection", "term", name="one_order_per_visit_and_term"),
            ),
        ),
        _unique(
            "CREATE UNIQUE INDEX document_required_once_per_kind_and_grade ON stations_requireddocument (station_kind, wanted_grade, document_type)",
            "DROP INDEX document_required_once_per_kind_and_grade",
            migrations.AddConstraint(
                model_name="requireddocument",
                constraint=models.UniqueConstraint(
                    "station_kind",
                    "wanted_grade",
                    "document_type",
                    name="document_required_once_per_kind_and_grade",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="requireddocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("wanted_grade__in", ["", "A", "B", "C"])), name="required_for_a_known_grade"
            ),
        ),
        migrations.AddConstraint(
            model_name="siteinspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("application__isnull", False), ("station__isnull", True)),
                    models.Q(("application__isnull", True), ("station__isnull", False)),
                    _connector="OR",
                ),
                name="visit_to_an_application_or_a_station",
            ),
        ),
        migrations.AddConstraint(
            model_name="siteinspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "under_way", "recorded", "cancelled"])),
                name="visit_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="siteinspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["application", "revisit", "supervision", "surprise", "yearly"])),
                name="visit_purpose_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="siteinspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("score__isnull", True), models.Q(("score__gte", 0), ("score__lte", 100)), _connector="OR"
                ),
                name="inspection_score_0_to_100",
            ),
        ),
        migrations.AddConstraint(
            model_name="siteinspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "passed", "rectify", "failed"])),
                name="inspection_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="siteinspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "recorded"), _negated=True),
                    models.Q(
                        ("inspected_at__isnull", False),
                        ("inspector__isnull", False),
                        ("score__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="recorded_visit_has_score_outcome_and_inspector",
            ),
        ),
        _unique(
            "CREATE UNIQUE INDEX one_open_visit_per_application ON stations_siteinspection (application_id) WHERE status IN ('planned', 'under_way')",
            "DROP INDEX one_open_visit_per_application",
            migrations.AddConstraint(
                model_name="siteinspection",
                constraint=models.UniqueConstraint(
                    condition=models.Q(("status__in", ["planned", "under_way"])),
                    fields=("application",),
                    name="one_open_visit_per_application",
                ),
            ),
        ),
        _unique(
            "CREATE UNIQUE INDEX one_open_re_evaluation_per_station ON stations_siteinspection (station_id) WHERE purpose = 'yearly' AND status IN ('planned', 'under_way')",
            "DROP INDEX one_open_re_evaluation_per_station",
            migrations.AddConstraint(
                model_name="siteinspection",
                constraint=models.UniqueConstraint(
                    condition=models.Q(("purpose", "yearly"), ("status__in", ["planned", "under_way"])),
                    fields=("station",),
                    name="one_open_re_evaluation_per_station",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="stationapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(("wanted_grade__in", ["A", "B", "C"])), name="application_wants_a_known_grade"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rectificationfinding",
            trigger=pgtrigger.compiler.Trigger(
                name="finding_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'open' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'finding_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{answered>cancelled,answered>missed,answered>open,answered>verified,open>answered,open>cancelled,open>missed,open>verified}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'finding_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="295aec4dd86e3ba6c345f3348c53df3c8cf36319",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_finding_moves_as_tabled_8f749",
                    table="stations_rectificationfinding",
                    when="BEFORE",
                ),
            ),
        ),
        grants.run(
            "GRANT UPDATE ON stations_siteinspection, stations_inspectionanswer TO {role}",
            "REVOKE UPDATE ON stations_siteinspection, stations_inspectionanswer FROM {role}",
        ),
        grants.append_only("stations_inspectionphoto"),
    ]

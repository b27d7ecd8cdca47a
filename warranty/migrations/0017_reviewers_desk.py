import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.core.migrating import Together

FILL = """
    INSERT INTO warranty_claimreview (claim_id, reasons)
    SELECT id, COALESCE(
        (SELECT array_agg(reason) FROM jsonb_array_elements_text(explanation->'decision'->'reasons') reason), '{}')
    FROM warranty_warrantyclaim WHERE status = 'in_review'
"""


class Migration(Together):
    """Claims on the reviewers' desk; those that wait there now say why."""

    dependencies = [
        ("warranty", "0016_appeals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaimReview",
            fields=[
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="review",
                        serialize=False,
                        to="warranty.warrantyclaim",
                        verbose_name="claim",
                    ),
                ),
                ("taken_at", models.DateTimeField(editable=False, null=True, verbose_name="taken at")),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        default=list,
                        editable=False,
                        verbose_name="why it came to review",
                    ),
                ),
            ],
            options={
                "verbose_name": "review of a claim",
                "verbose_name_plural": "reviews of claims",
            },
        ),
        migrations.CreateModel(
            name="DeskPresence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField(verbose_name="seen at")),
                ("is_typing", models.BooleanField(default=False, verbose_name="has begun to decide")),
            ],
            options={
                "verbose_name": "person at the desk",
                "verbose_name_plural": "persons at the desk",
            },
        ),
        migrations.CreateModel(
            name="LineHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_at", models.DateTimeField(verbose_name="held at")),
                ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                ("released_at", models.DateTimeField(null=True, verbose_name="released at")),
                ("release_reason", models.TextField(blank=True, max_length=1000, verbose_name="why it was released")),
                (
                    "verdicts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, verbose_name="verdicts"
                    ),
                ),
            ],
            options={
                "verbose_name": "hold until appraisal",
                "verbose_name_plural": "holds until appraisal",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="warrantyclaim",
            index=models.Index(
                condition=models.Q(("status", "in_review")),
                fields=["claimed_total", "id"],
                name="claim_queue_by_amount",
            ),
        ),
        migrations.AddIndex(
            model_name="warrantyclaim",
            index=models.Index(
                condition=models.Q(("status", "in_review")), fields=["risk_score", "id"], name="claim_queue_by_risk"
            ),
        ),
        migrations.AddIndex(
            model_name="claimline",
            index=models.Index(fields=["operation", "id"], name="claim_line_by_operation"),
        ),
        migrations.AddField(
            model_name="claimreview",
            name="taken_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="taken by",
            ),
        ),
        migrations.AddField(
            model_name="deskpresence",
            name="claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="presences",
                to="warranty.warrantyclaim",
                verbose_name="claim",
            ),
        ),
        migrations.AddField(
            model_name="deskpresence",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddField(
            model_name="linehold",
            name="held_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="held by",
            ),
        ),
        migrations.AddField(
            model_name="linehold",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="warranty.claimline",
                verbose_name="claim line",
            ),
        ),
        migrations.AddField(
            model_name="linehold",
            name="released_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="released by",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken_at", None), ("taken_by", None)),
                    models.Q(("taken_at__isnull", False), ("taken_by__isnull", False)),
                    _connector="OR",
                ),
                name="taken_claim_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="deskpresence",
            constraint=models.UniqueConstraint(fields=("claim", "user"), name="present_once_at_a_claim"),
        ),
        migrations.AddConstraint(
            model_name="linehold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at", None)), fields=("line",), name="claim_line_held_once_at_a_time"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

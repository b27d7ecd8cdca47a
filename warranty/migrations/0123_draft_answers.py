"""What a supplier has written about the lines of a long note and not sent yet."""

from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("warranty", "0122_both_sides_sign"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("accept", "Accept"), ("part", "Accept in part"), ("dispute", "Dispute")],
                        max_length=8,
                        verbose_name="decision",
                    ),
                ),
                ("amount", models.CharField(blank=True, max_length=16, verbose_name="amount as typed")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "accepted",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="accepted"
                    ),
                ),
                ("written_at", models.DateTimeField(verbose_name="written at")),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft_answer",
                        to="warranty.chargebackline",
                        verbose_name="chargeback line",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft of an answer",
                "verbose_name_plural": "drafts of answers",
                "ordering": ["line"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["", "accept", "part", "dispute"])),
                        name="draft_decision_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted__isnull", True), models.Q(("decision", ""), _negated=True), _connector="OR"
                        ),
                        name="an_undecided_draft_accepts_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted__gte", 0), ("accepted__lte", Decimal("99999999"))),
                            ("accepted", None),
                            _connector="OR",
                        ),
                        name="draft_answer_accepted_in_bounds",
                    ),
                ],
            },
        ),
    ]

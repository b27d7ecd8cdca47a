"""The first of two approvals can be withdrawn by its author: one column of a decision, which the app role may write once."""

from typing import ClassVar

from django.conf import settings
from django.db import migrations, models

from portal.core import grants


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("warranty", "0019_campaigns_and_goodwill"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.AddField(
            model_name="claimdecision",
            name="withdrawn_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="withdrawn at"),
        ),
        migrations.RemoveConstraint(model_name="claimdecision", name="claim_decided_once_per_person"),
        migrations.AddConstraint(
            model_name="claimdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("claim", "version", "decided_by"),
                name="claim_decided_once_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_at", None), ("is_final", False), _connector="OR"),
                name="final_decision_never_withdrawn",
            ),
        ),
        grants.run(
            "GRANT UPDATE (withdrawn_at) ON warranty_claimdecision TO {role}",
            "REVOKE UPDATE (withdrawn_at) ON warranty_claimdecision FROM {role}",
        ),
    ]

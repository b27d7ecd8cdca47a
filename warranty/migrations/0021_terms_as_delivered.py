"""The causes that were excluded in code and the three guarantees as the rules name them stand as first versions."""

from datetime import date
from typing import Any, ClassVar

from django.db import migrations

ALWAYS = date(2000, 1, 1)
CAUSES = [  # code, name, English name
    ("misuse", "使用不当", "Misuse"),
    ("unauthorized_change", "擅自改装", "Unauthorized change"),
    ("accident", "意外事故", "Accident"),
    ("disaster", "自然灾害", "Disaster"),
    ("transport", "运输损坏", "Transport damage"),
]


def add_terms(apps: Any, schema_editor: Any) -> None:
    """In force since long ago, released by nobody: they came with the product."""
    exclusion_cause = apps.get_model("warranty", "ExclusionCause")
    for code, name, name_en in CAUSES:
        exclusion_cause.objects.create(code=code, name=name, name_en=name_en, valid_from=ALWAYS)
    exclusion_cause.objects.update(status="released")
    guarantee_terms = apps.get_model("warranty", "GuaranteeTerms")
    guarantee_terms.objects.create(refund_days=7, exchange_days=15, failed_repairs=2, valid_from=ALWAYS)
    guarantee_terms.objects.update(status="released")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("warranty", "0020_dated_terms")]
    operations: ClassVar = [migrations.RunPython(add_terms, migrations.RunPython.noop)]

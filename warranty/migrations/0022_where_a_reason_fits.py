"""A reason says where it may be given. Whether it is offered to reviewers follows from that; the old column stays for old code."""

from typing import Any, ClassVar

import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models

CUT, WHOLE, AUTHORIZATION, INFORMATION = "cut", "rejection", "authorization", "information"
BOTH = [CUT, WHOLE]
USES = {
    "EW": [WHOLE, AUTHORIZATION],
    "DC": [*BOTH, AUTHORIZATION],
    "SUB": [WHOLE],
    "ELH": [CUT],
    "PRICE": [CUT],
    "NDF": BOTH,
    "PNR": BOTH,
    "URF": [*BOTH, AUTHORIZATION],
    "CDR": [*BOTH, AUTHORIZATION],
    "OVERLAP": [CUT],
    "ONE_TRIP": [WHOLE],
    "FREIGHT_ACTUAL": BOTH,
    "GOODWILL_SHARE": BOTH,
    "NOT_COVERED": [WHOLE, AUTHORIZATION],
    "PART_NOT_IN_BOM": [WHOLE, AUTHORIZATION],
    "PART_NOT_ISSUED": BOTH,
    "NO_INVOICE": BOTH,
    "NO_AUTHORIZATION": BOTH,
    "SERIAL_UNKNOWN": [WHOLE, AUTHORIZATION],
    "SERIAL_BLOCKED": [WHOLE, AUTHORIZATION],
    "MODEL_MISMATCH": [WHOLE, AUTHORIZATION],
    "EXCLUDED_CAUSE": [WHOLE, AUTHORIZATION],
    "CORE_REPLACE": [WHOLE, AUTHORIZATION],
    "STATION_NOT_ENTITLED": [WHOLE, AUTHORIZATION],
    "INFO": [INFORMATION],
    "OTHER": [*BOTH, AUTHORIZATION],
}


def say_uses(apps: Any, schema_editor: Any) -> None:
    """The codes that came with the product fit where they were meant; one of headquarters' own where people could choose it."""
    reason_code = apps.get_model("warranty", "ReasonCode")
    for code, uses in USES.items():
        reason_code.objects.filter(code=code).update(uses=uses)
    reason_code.objects.exclude(code__in=USES).filter(for_people=True).update(uses=[CUT, WHOLE, AUTHORIZATION])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("warranty", "0021_terms_as_delivered")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="reasoncode",
            name="uses",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("cut", "Part of a line is not paid"),
                        ("rejection", "Nothing of a line is paid"),
                        ("authorization", "Prior authorization refused"),
                        ("information", "Question not answered (set by the system)"),
                    ],
                    max_length=20,
                ),
                blank=True,
                db_default=[],
                default=list,
                help_text="None ticked: offered to nobody any more; what was decided keeps it.",
                verbose_name="may be given for",
            ),
        ),
        migrations.AlterField(
            model_name="reasoncode",
            name="x12_code",
            field=models.CharField(
                blank=True,
                help_text="The code of data element 1172 that means the same; empty where none truly fits.",
                max_length=3,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[A-Z0-9]{1,3}\\Z", "One to three capital letters or digits, as in ELH."
                    )
                ],
                verbose_name="X12 1172",
            ),
        ),
        migrations.RunPython(say_uses, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="reasoncode",
            constraint=models.CheckConstraint(
                condition=models.Q(("uses__contained_by", ["cut", "rejection", "authorization", "information"])),
                name="reason_uses_known",
            ),
        ),
        migrations.AlterField(
            model_name="reasoncode",
            name="for_people",
            field=models.BooleanField(db_default=True, default=True, verbose_name="offered to reviewers"),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="reasoncode", name="for_people")]
        ),
    ]

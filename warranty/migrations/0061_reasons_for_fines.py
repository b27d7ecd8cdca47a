"""Reasons that come with the product for fining a station; they hold since long ago, like the others."""

from datetime import date
from typing import Any, ClassVar

from django.db import migrations

ALWAYS = date(2000, 1, 1)
CODES = [  # code, name, English name
    ("FINE_FALSE_CLAIM", "虚假索赔或重复索赔", "False claim, or one claimed twice"),
    ("FINE_OVERCHARGED", "违规向用户收费", "Customer charged what is not owed"),
    ("FINE_FOREIGN_PART", "使用非原厂配件", "Parts used that are not ours"),
    ("FINE_COMPLAINT", "有责投诉", "Justified complaint of a customer"),
    ("FINE_LATE", "未按承诺时限上门或完工", "Promised times of service not kept"),
    ("FINE_CONDUCT", "违反服务规范", "Service rules not kept"),
]


def add_reasons(apps: Any, schema_editor: Any) -> None:
    """Released by nobody: they came with the product."""
    reason_code = apps.get_model("warranty", "ReasonCode")
    known = set(reason_code.objects.values_list("code", flat=True))
    for code, name, name_en in CODES:
        if code not in known:
            made = reason_code.objects.create(
                code=code, uses=["fine"], name=name, name_en=name_en, valid_from=ALWAYS, status="proposed"
            )
            reason_code.objects.filter(pk=made.pk).update(status="released")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("warranty", "0060_fines_against_stations")]
    operations: ClassVar = [migrations.RunPython(add_reasons, migrations.RunPython.noop)]

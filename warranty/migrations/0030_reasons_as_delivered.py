"""The reasons so far hold since long ago; questions, appeals and reversals have reasons of their own."""

from datetime import date
from typing import Any, ClassVar

from django.db import migrations

ALWAYS = date(2000, 1, 1)
ALSO = {
    "NDF": "reversal",
    "PNR": "reversal",
    "NO_INVOICE": "question",
}
CODES = [  # code, uses, name, English name
    ("PHOTO_UNCLEAR", ["question"], "照片缺失或不清晰", "Photos missing or not clear"),
    ("PLATE_UNCLEAR", ["question"], "铭牌或序列号无法辨认", "Serial plate cannot be read"),
    ("FAULT_UNCLEAR", ["question"], "故障现象或原因描述不完整", "Fault or its cause not described in full"),
    ("AMOUNT_UNCLEAR", ["question"], "金额、工时或里程缺少依据", "Amount, hours or distance without proof"),
    ("EVIDENCE_ACCEPTED", ["appeal"], "新证据成立", "The new evidence holds"),
    ("EVIDENCE_PARTLY", ["appeal"], "新证据部分成立", "The new evidence holds in part"),
    ("EVIDENCE_WEAK", ["appeal"], "新证据不足以改变原决定", "The new evidence does not change the decision"),
    (
        "DECISION_CORRECTED",
        ["appeal", "reversal"],
        "原决定有误，予以更正",
        "The first decision was wrong and is corrected",
    ),
    ("PAID_TWICE", ["reversal"], "同一维修重复赔付", "The same repair was paid twice"),
    ("REPAIR_NOT_DONE", ["reversal"], "核查发现维修未实际发生", "A check found that the repair was not done"),
    ("UNTRUE_STATEMENT", ["reversal"], "申报内容与事实不符", "What was claimed is not what happened"),
]


def add_reasons(apps: Any, schema_editor: Any) -> None:
    """Released by nobody: they came with the product, or were entered before reasons had versions."""
    reason_code = apps.get_model("warranty", "ReasonCode")
    for row in reason_code.objects.all():
        if row.code == "OTHER":
            row.uses = sorted({*row.uses, "question", "appeal", "reversal"})
        elif row.code in ALSO:
            row.uses = [*row.uses, ALSO[row.code]]
        row.save(update_fields=["uses"])
    known = set(reason_code.objects.values_list("code", flat=True))
    for code, uses, name, name_en in CODES:
        if code not in known:
            reason_code.objects.create(code=code, uses=uses, name=name, name_en=name_en, valid_from=ALWAYS)
    reason_code.objects.update(status="released")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("warranty", "0029_reasons_in_versions")]
    operations: ClassVar = [migrations.RunPython(add_reasons, migrations.RunPython.noop)]

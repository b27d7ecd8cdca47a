"""Versions and decisions are only ever added; the reason codes that the rules name exist from the start."""

from typing import Any, ClassVar

from django.db import migrations

from portal.core import grants

CODES = [  # code, X12 1172, name, English name, offered to reviewers
    ("EW", "EW", "超出保修期", "Out of warranty", True),
    ("DC", "DC", "重复索赔", "Duplicate claim", True),
    ("SUB", "SUB", "超过提交期限", "Submitted too late", True),
    ("ELH", "ELH", "工时超过标准", "Excessive labor hours", True),
    ("PRICE", "EPC", "价格超过当日净价", "Excessive part cost", True),
    ("NDF", "NDF", "未发现故障", "No defect found", True),
    ("PNR", "PNR", "旧件未返回", "Part not returned", True),
    ("URF", "URF", "使用原因造成的故障", "User-related failure", True),
    ("CDR", "CDR", "资料不足，需补充", "Claim documentation required", True),
    ("OVERLAP", "", "同一拆装组的重复工时", "Labor overlaps another operation", True),
    ("ONE_TRIP", "", "每单只付一次上门", "One trip a job", True),
    ("FREIGHT_ACTUAL", "", "运费按实际支付", "Freight as it was", True),
    ("GOODWILL_SHARE", "", "善意索赔按比例支付", "Goodwill pays a share", True),
    ("NOT_COVERED", "", "不在保修范围", "Not covered", True),
    ("PART_NOT_IN_BOM", "", "配件不适用于该机型", "Part does not belong to the model", True),
    ("PART_NOT_ISSUED", "", "配件未出库到本工单", "Part was not issued to the job", True),
    ("NO_INVOICE", "", "外部服务缺少发票", "Outside service without invoice", True),
    ("NO_AUTHORIZATION", "", "缺少预授权", "Prior authorization missing", True),
    ("SERIAL_UNKNOWN", "", "序列号未登记", "Serial number unknown", True),
    ("SERIAL_BLOCKED", "", "整机已报废或报失", "Unit scrapped or stolen", True),
    ("MODEL_MISMATCH", "", "机型不符", "Model does not agree", True),
    ("EXCLUDED_CAUSE", "", "原因不在保修范围", "Cause is not covered", True),
    ("CORE_REPLACE", "", "核心件首年只换不修", "Core part is replaced in the first year", True),
    ("STATION_NOT_ENTITLED", "", "维修日服务站无有效合同", "Station had no contract on the repair day", True),
    ("INFO", "", "逾期未补件", "Question not answered in time", False),
    ("OTHER", "", "其他（见说明）", "Other (see explanation)", True),
]


def add_codes(apps: Any, schema_editor: Any) -> None:
    """The codes stand; those that somebody entered before stay as they are."""
    reason_code = apps.get_model("warranty", "ReasonCode")
    for code, x12_code, name, name_en, for_people in CODES:
        values = {"x12_code": x12_code, "name": name, "name_en": name_en, "for_people": for_people}
        reason_code.objects.get_or_create(code=code, defaults=values)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("warranty", "0001_claims"), ("core", "0001_rights")]
    operations: ClassVar = [
        grants.append_only("warranty_claimversion", "warranty_claimdecision"),
        migrations.RunPython(add_codes, migrations.RunPython.noop),  # codes in use must not vanish on the way back
    ]

"""The carriers that everybody in China knows, with the pages that say where a parcel is."""

from typing import Any, ClassVar, Final

from django.db import migrations

ASKED: Final = (
    "https://www.kuaidi100.com/chaxun?com={code}&nu={{number}}"  # takes every carrier's number without a form
)
CARRIERS: Final = [  # code, name, English name, tracking page
    ("SF", "顺丰速运", "SF Express", "https://www.sf-express.com/chn/sc/waybill/waybill-detail/{number}"),
    ("ZTO", "中通快递", "ZTO Express", ASKED.format(code="zhongtong")),
    ("YTO", "圆通速递", "YTO Express", ASKED.format(code="yuantong")),
    ("STO", "申通快递", "STO Express", ASKED.format(code="shentong")),
    ("YUNDA", "韵达快递", "Yunda Express", ASKED.format(code="yunda")),
    ("JD", "京东物流", "JD Logistics", ASKED.format(code="jd")),
    ("EMS", "中国邮政速递 EMS", "China Post EMS", ASKED.format(code="ems")),
    ("DEPPON", "德邦快递", "Deppon Express", ASKED.format(code="debangkuaidi")),
]


def add_carriers(apps: Any, schema_editor: Any) -> None:
    """The carriers stand; those that somebody entered before stay as they are."""
    carrier = apps.get_model("parts", "Carrier")
    for code, name, name_en, tracking_url in CARRIERS:
        values = {"name": name, "name_en": name_en, "tracking_url": tracking_url}
        carrier.objects.get_or_create(code=code, defaults=values)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("parts", "0024_packing_carriers_and_waves")]
    operations: ClassVar = [
        migrations.RunPython(
            add_carriers, migrations.RunPython.noop
        ),  # carriers in use must not vanish on the way back
    ]

"""What a new installation begins with: required papers, an inspection template. Headquarters edits both afterwards."""

from django.db import transaction

from stations.inspections import put_in_use
from stations.models import (
    DocumentType,
    InspectionItem,
    InspectionTemplate,
    RequiredDocument,
    Section,
    StationKind,
)

T = DocumentType
PAPERS: dict[str, tuple[tuple[str, bool, bool], ...]] = {  # document, with a number, with an expiry date
    StationKind.DEALER: (
        (T.LICENSE, True, True), (T.OWNER_ID, True, True), (T.BANK, True, False), (T.TAX, False, False),
        (T.LEASE, False, True), (T.PHOTOS, False, False), (T.STAFF, False, False), (T.EQUIPMENT, False, False),
        (T.INSURANCE, True, True),
    ),
    StationKind.OWN: ((T.LEASE, False, True), (T.PHOTOS, False, False), (T.STAFF, False, False)),
    StationKind.THIRD_PARTY: (
        (T.LICENSE, True, True), (T.BANK, True, False), (T.TAX, False, False), (T.STAFF, False, False),
        (T.INSURANCE, True, True),
    ),
    StationKind.SOCIAL: (
        (T.LICENSE, True, True), (T.OWNER_ID, True, True), (T.BANK, True, False), (T.PHOTOS, False, False),
    ),
}  # fmt: skip
S = Section
ITEMS: tuple[tuple[str, str, str, int, bool, bool], ...] = (  # section, text, English, weight, veto, photo
    (S.IMAGE, "门头与室内形象符合统一标准", "Shop front and interior follow the uniform image", 10, False, True),
    (
        S.PREMISES,
        "维修工位不少于两个,照明与防静电良好",
        "At least two work places, well lit, protected against static",
        15,
        False,
        True,
    ),
    (
        S.PREMISES,
        "仓库面积不少于 20 平方米,货架有库位标识",
        "Store of at least 20 m², shelves with bin labels",
        10,
        False,
        False,
    ),
    (S.EQUIPMENT, "检测设备齐全并在校准有效期内", "Test equipment complete and within calibration", 15, False, False),
    (S.PEOPLE, "持证技师不少于两名", "At least two certified technicians", 15, False, False),
    (S.EQUIPMENT, "上门服务车辆与工具包齐备", "Service vehicle and tool kits at hand", 10, False, False),
    (S.EQUIPMENT, "电脑、网络与扫码设备可用", "Computer, network and scanner in working order", 10, False, False),
    (S.SAFETY, "消防器材有效、通道畅通", "Fire extinguishers valid, exits clear", 5, True, True),
    (S.SAFETY, "营业执照、租赁合同与现场一致", "License and lease agree with the place", 5, True, False),
    (S.PROCESS, "旧件单独存放、可追溯", "Failed parts kept apart and traceable", 5, False, False),
)


@transaction.atomic
def load_defaults() -> None:
    """Kinds without any required paper get the usual ones, and there is a template. Runs any number of times."""
    for kind, papers in PAPERS.items():
        if RequiredDocument.objects.filter(station_kind=kind).exists():
            continue
        RequiredDocument.objects.bulk_create(
            RequiredDocument(
                station_kind=kind, document_type=document, needs_number=with_number, needs_expiry=with_expiry
            )
            for document, with_number, with_expiry in papers
        )
    if InspectionTemplate.objects.exists():
        return
    template = InspectionTemplate.objects.create(name="建站实地考察表", name_en="Site inspection for new stations")
    InspectionItem.objects.bulk_create(
        InspectionItem(
            template=template, position=position, section=section, text=text, text_en=english, weight=weight,
            is_veto=veto, needs_photo=photo,
        )
        for position, (section, text, english, weight, veto, photo) in enumerate(ITEMS)
    )  # fmt: skip
    put_in_use(template, actor=None)

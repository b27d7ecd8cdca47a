"""Applications at each stage, brought there by the operations."""

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock
from stations import applications, inspections
from stations.models import (
    ApplicationDocument,
    ApplicationStatus,
    InspectionItem,
    InspectionTemplate,
    OperationCenter,
    RequiredDocument,
    StationApplication,
)
from tests.factories.stations import make_center, make_member

_next = count(1)
PLACES = Decimal("0.000001")


def require(kind: str, document_type: str, **kw: Any) -> RequiredDocument:
    """Headquarters wants this paper from this kind of station."""
    return RequiredDocument.objects.create(station_kind=kind, document_type=document_type, **kw)


def make_application(
    *, center: OperationCenter | None = None, filed_by: User | None = None, **kw: Any
) -> StationApplication:
    """A draft with all facts, no documents."""
    number = next(_next)
    facts = {
        "company_name": f"申请公司{number}", "license_number": f"91440300MA{number:08d}", "taxpayer_type": "general",
        "bank_name": "招商银行深圳分行", "bank_account": f"7559{number:012d}", "owner_name": "李老板",
        "phone": f"139{number:08d}", "station_name": f"申请站{number}", "division": "440305",
        "address": f"深圳市南山区科技路{number}号",
        "longitude": Decimal(100 + number % 200 * 0.05).quantize(PLACES),  # some km apart, so that none look alike
        "latitude": Decimal(25 + number // 200 * 0.05).quantize(PLACES),
        "technician_count": 4,
    }  # fmt: skip
    return StationApplication.objects.create(
        center=center or make_center(), filed_by=filed_by, created_at=clock.now(), **facts | kw
    )


def complete_application(*, documents: bool = True, **kw: Any) -> StationApplication:
    """A draft with every paper its kind must show."""
    application = make_application(**kw)
    if documents:
        for required in applications.required_documents(application.kind):
            ApplicationDocument.objects.create(
                application=application, document_type=required.document_type, document_number="沪-2026-001",
                expires_on=clock.today().replace(year=2090, day=1), has_file=True,
            )  # fmt: skip
    return application


def at_region_review(*, at: datetime | None = None, **kw: Any) -> StationApplication:
    """Submitted; the region is next."""
    return applications.submit_application(complete_application(**kw), at=at)


def make_template() -> InspectionTemplate:
    """Weights 84 and 16, and a veto item of weight 1 which counts only as veto in scores of whole percents."""
    number = next(_next)
    template = InspectionTemplate.objects.create(code=f"SITE-{number}", name="建站考察表")
    for position, (text, weight, is_veto) in enumerate(
        [("门头形象", 30, False), ("维修工位", 54, False), ("仓库面积", 16, False), ("消防安全", 1, True)]
    ):
        InspectionItem.objects.create(template=template, position=position, text=text, weight=weight, is_veto=is_veto)
    return inspections.put_in_use(template, actor=None)


def ratings_for(template: InspectionTemplate, *, veto: int = 5, rest: int = 5) -> dict[int, int]:
    """The same rating for all items, and one for veto items."""
    return {item.pk: veto if item.is_veto else rest for item in template.items.all()}


def passed(**kw: Any) -> tuple[StationApplication, User]:
    """Reviewed by the region and visited with success; headquarters is next. Answers also the region manager."""
    application = at_region_review(**kw)
    manager = make_member(Role.REGION_MANAGER, region=application.center.region)
    if application.status == ApplicationStatus.CENTER_CHECK:
        clerk = make_member(Role.CENTER_CLERK, center=application.center)
        application = applications.pass_center_check(application, actor=clerk)
    applications.approve_by_region(application, actor=manager)
    template = make_template()
    inspections.record_inspection(application, template=template, ratings=ratings_for(template), actor=manager)
    application.refresh_from_db()
    return application, manager

"""Today's corrections of registrations: applied at once, applied by another, and one that waits for a second pair of eyes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from portal.web.demo.story import BUSY, Story
from stations.models import ProductModel
from warranty import corrections
from warranty.models import RegistrationStatus, UnitRegistration, WarrantyClaim
from warranty.states import GRANTED

type Now = Callable[..., Any]


def tell(story: Story, now: Now) -> None:
    """Headquarters and the auditor find a correction each, with and without effect on money."""
    station = story.things["stations"][BUSY]
    clerk, manager, reviewer = story.clerk_of(station), story.people["manager"], story.people["reviewer"]
    mine = UnitRegistration.objects.filter(station=station, status=RegistrationStatus.APPROVED)
    rows = mine.select_related("unit__product_model", "unit__customer", "customer").order_by("pk")
    granted = WarrantyClaim.objects.filter(status__in=GRANTED, unit__isnull=False).values("unit")
    with_claim = list(rows.filter(unit__in=granted)[:2])
    for number, row in enumerate(rows.exclude(unit__in=granted)[:2], start=1):
        after = replace(corrections.values_of(row), invoice_number=f"3100{number:04d}")
        _file(now, row, after, "补录发票号码，原件已核对", reviewer)
    for row in with_claim[:1]:  # what was paid for it goes on the auditor's list
        model = row.unit.product_model
        other = ProductModel.objects.filter(family=model.family_id).exclude(pk=model.pk).order_by("code").first()
        if other is not None:
            after = replace(corrections.values_of(row), product_model=other)
            _file(now, row, after, "铭牌照片显示登记的型号有误，照片已核对", clerk)
    for row in with_claim[1:]:
        early = row.sale_date - timedelta(days=730)
        if row.unit.ship_date and early < row.unit.ship_date:
            early = row.unit.ship_date
        after = replace(corrections.values_of(row), sale_date=early, invoice_on=early)
        _file(now, row, after, "客户发票显示实际销售日更早，附发票照片", clerk)
    waiting = [filed for row in with_claim for filed in row.corrections.filter(status="filed")]
    for filed in waiting[:1]:
        now(partial(corrections.apply_correction, filed, actor=manager), manager)


def _file(now: Now, row: UnitRegistration, after: corrections.Values, reason: str, actor: Any) -> None:
    if corrections.changes_between(corrections.values_of(row), after):
        now(partial(corrections.file_correction, row, after=after, reason=reason, actor=actor), actor)

"""Campaigns and goodwill of the story: one campaign half done, one to release; a year's budget and what draws on it; a replay."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.accounts.roles import Role
from portal.core import clock
from portal.web.demo.story import BUSY, Story
from service.models import InstalledUnit, WorkedHours
from warranty import campaigns, goodwill, goodwill_budgets, grants
from warranty.models import ClaimStatus, GoodwillAuthorization, WarrantyClaim
from warranty.replays.running import start_replay

type Now = Callable[..., Any]
FEW = 40
ASKED = (
    ("老客户，三台设备，过保 12 天", 420, True),
    ("首次故障即超保 1 个月，用户投诉", 1_200, True),
    ("用户要求免费换新，设备已使用 5 年", 900, False),
    ("重点工程客户，批量采购，申请承担配件一半", 3_600, None),
)


def tell(story: Story, now: Now) -> None:
    """After the claims of the day."""
    _campaigns(story, now)
    _goodwill(story, now)
    _extension(story, now)
    manager, today = story.people["manager"], clock.local_date(story.until)
    year: dict[str, Any] = {"since": today - timedelta(days=90), "before": today, "parameters_on": today}
    now(lambda: start_replay(actor=manager, **year), manager)


def _campaigns(story: Story, now: Now) -> None:
    manager, approver = story.people["manager"], story.people["approver"]
    done = WorkedHours.objects.filter(
        work_order__status="completed", operation__is_diagnosis=False, work_order__request__unit__isnull=False
    )
    worked = done.select_related("operation", "work_order__request__unit__product_model").order_by("-pk").first()
    if worked is None or worked.work_order.request.unit is None:
        return
    model = worked.work_order.request.unit.product_model
    begin = clock.local_date(story.begin)
    recall: dict[str, Any] = {
        "code": "SC-2026-01", "name": f"{model.name}固件与电源模块检查", "name_en": f"Check of {model.code}",
        "kind": "recall", "valid_from": begin, "operations": [worked.operation],
        "instructions": "检查电源模块批次，属于问题批次的一律更换；升级固件到最新版本；拍照留存铭牌。",
    }  # fmt: skip
    made = now(lambda: campaigns.draw_up_campaign(actor=manager, **recall), manager)
    days = {"model": model.pk, "model_code": model.code, "since": "2000-01-01", "until": "2099-12-31"}
    scope = now(lambda: campaigns.count_scope(made, way="produced", given=days, actor=manager), manager)
    if not scope.counted["hit"]:
        serials = list(InstalledUnit.objects.filter(product_model=model).values_list("serial_number", flat=True)[:FEW])
        listed = {"serials": serials}
        scope = now(lambda: campaigns.count_scope(made, way="listed", given=listed, actor=manager), manager)
    now(lambda: campaigns.add_units(scope, actor=manager), manager)
    now(lambda: campaigns.release_campaign(made, actor=approver), approver)
    told = list(made.units.order_by("pk").values_list("serial_number", flat=True)[::2])
    now(lambda: campaigns.notify_units(made, actor=manager, serials=told, note="短信通知"), manager)
    now(campaigns.bring_up_to_date)
    seal = {"name": f"{model.name}外壳密封圈更换", "name_en": f"New housing seal for {model.code}"}
    second = recall | seal | {"code": "SC-2026-02", "kind": "service"}
    draft = now(lambda: campaigns.draw_up_campaign(actor=manager, **second), manager)
    few = {"serials": [*told[:5], "G3A29-TYPO1"]}
    more = now(lambda: campaigns.count_scope(draft, way="listed", given=few, actor=manager), manager)
    now(lambda: campaigns.add_units(more, actor=manager), manager)


def _goodwill(story: Story, now: Now) -> None:
    manager, finance, approver = (story.people[name] for name in ("manager", "finance", "approver"))
    today = clock.local_date(story.until)
    station = story.things["stations"][BUSY]
    for subject, amount in (({}, 50_000), ({"region": station.center.region}, 12_000)):
        given: dict[str, Any] = {"year": today.year, "amount": Decimal(amount), "reason": "年度预算", **subject}
        budget = now(lambda given=given: goodwill_budgets.propose_budget(actor=manager, **given), manager)
        now(lambda budget=budget: goodwill_budgets.release_budget(budget, actor=finance), finance)
    for role, limit in ((Role.SERVICE_MANAGER, 2_000), (Role.APPROVER, 1_000)):
        authority = now(
            lambda role=role, limit=limit: goodwill_budgets.propose_authority(
                role=str(role), limit=Decimal(limit), valid_from=date(today.year, 1, 1), actor=manager
            ),
            manager,
        )
        now(lambda authority=authority: goodwill_budgets.release_authority(authority, actor=finance), finance)
    next_year: dict[str, Any] = {"year": today.year + 1, "amount": Decimal(60_000), "reason": "下年度预算"}
    now(lambda: goodwill_budgets.propose_budget(actor=manager, **next_year), manager)
    for text, amount, granted in ASKED:
        _ask(story, now, text, Decimal(amount), granted, approver)


def _ask(story: Story, now: Now, text: str, amount: Decimal, granted: bool | None, approver: Any) -> None:
    station = story.things["stations"][BUSY]
    clerk, until = story.clerk_of(station), clock.local_date(story.until) + timedelta(days=60)
    units = InstalledUnit.objects.filter(requests__station=station).exclude(
        pk__in=GoodwillAuthorization.objects.values("unit")
    )
    unit = units.order_by("pk").distinct()[0]
    asked = now(
        lambda: goodwill.request_goodwill(unit, station=station, amount=amount, reason=text, actor=clerk), clerk
    )
    if granted:
        shares = {"part_share_percent": 50, "labor_share_percent": 50}
        now(
            lambda: goodwill.authorize_request(
                asked, actor=approver, expires_on=until, budget=amount, shares=shares, answer="承担一半"
            ),
            approver,
        )
    elif granted is False:
        answer = "设备已超保三年以上，不适用善意索赔"
        now(lambda: goodwill.refuse_goodwill(asked, answer=answer, actor=approver), approver)


def _extension(story: Story, now: Now) -> None:
    reviewer, today = story.people["reviewer"], clock.local_date(story.until)
    claim = WarrantyClaim.objects.filter(status=ClaimStatus.PAID, unit__isnull=False).order_by("pk").first()
    if claim is None or claim.unit is None:
        return
    unit, bought = claim.unit, today - timedelta(days=60)
    now(
        lambda: grants.extend_cover(
            unit, contract_number="YB-2026-00018", bought_on=bought, months=12, part_classes=["core", "whole_unit"],
            payer="insurer", payer_name="平安产险上海分公司", actor=reviewer,
        ),
        reviewer,
    )  # fmt: skip

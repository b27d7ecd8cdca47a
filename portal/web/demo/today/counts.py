"""The central warehouse is counted: one count posted, one under way, one planned; and a kit is built."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from parts import kits
from parts.counts import entry, planning, posting
from parts.models import KitRecipe, ListPrice, Location, Part, StockBalance, StockCount
from parts.stock import central_warehouse
from portal.core import clock
from portal.web.demo.story import Story

type Now = Callable[..., Any]


def tell(story: Story, now: Now) -> None:
    """The parts clerk counts first, the service manager again, finance approves."""
    people = story.people
    bins = list(Location.objects.filter(parent=central_warehouse(), is_active=True).order_by("-pick_order")[:3])
    if len(bins) < 3:
        return
    done = now(lambda: _begin([bins[0]], "季度抽盘", people["warehouse"]), people["warehouse"])
    now(lambda: _count(done, people["warehouse"], off=1), people["warehouse"])
    now(lambda: _count(done, people["manager"], off=1), people["manager"])
    now(lambda: posting.approve_count(done, actor=people["finance"], note="差异已核实"), people["finance"])
    under_way = now(lambda: _begin([bins[1]], "新货架首盘", people["warehouse"]), people["warehouse"])
    now(lambda: _half(under_way, people["warehouse"]), people["warehouse"])
    now(lambda: _plan([bins[2]], "搬库前盘点", people["warehouse"]), people["warehouse"])
    now(lambda: _kit(people["warehouse"]), people["warehouse"])


def _plan(bins: list[Location], note: str, clerk: Any) -> StockCount:
    return planning.plan_count(central_warehouse(), reason="bins", bins=bins, note=note, actor=clerk)


def _begin(bins: list[Location], note: str, clerk: Any) -> StockCount:
    return entry.start_count(_plan(bins, note, clerk), actor=clerk)


def _count(count: StockCount, counter: Any, *, off: int) -> None:
    """All of it, with the first line off by a piece or two percent and a bit."""
    count.refresh_from_db()
    lines = count.lines.all() if count.status == "counting" else count.lines.filter(must_recount=True)
    found = {row.pk: row.book_qty - row.apart_qty for row in lines}
    for pk in list(found)[:2]:
        found[pk] = max(found[pk] - off - int(found[pk] / 30), Decimal(0))
    entry.enter_counts(count, found=found, actor=counter)
    entry.hand_in(count, actor=counter)


def _half(count: StockCount, counter: Any) -> None:
    lines = list(count.lines.all())
    half = lines[: len(lines) // 2 + 1]
    entry.enter_counts(count, found={row.pk: row.book_qty - row.apart_qty for row in half}, actor=counter)


def _kit(clerk: Any) -> None:
    """A kit of its own number, of three parts that lie there in plenty."""
    place = central_warehouse()
    held = StockBalance.objects.filter(location__in=Location.objects.within(place.pk), location__frozen_by="")
    rows = held.filter(on_hand__gte=100, reserved=0, part__is_serialised=False, part__is_batch_tracked=False)
    components = [row.part for row in rows.select_related("part").order_by("part__number")[:3]]
    kit = Part.objects.create(
        number="KIT-LOCK-01", name="智能门锁维修套装", name_en="Smart lock repair kit", category=components[0].category,
        part_class="consumable", unit="套", pinyin_key="znmswxtz",
    )  # fmt: skip
    ListPrice.objects.create(part=kit, price=Decimal("168.00"), valid_from=clock.today())
    for part in components:
        KitRecipe.objects.create(kit=kit, component=part, qty=2 if part == components[-1] else 1)
    kits.build_kits(kit, Decimal(5), place=place, actor=clerk, note="维修套装")

"""Planning runs: history from the ledger, supersession, levels by hand, costs, cancelling; and what is decided then."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from parts import books, stock
from parts.models import Part, PlanningFigure, PlanningRun, PurchaseOrder, PurchaseSuggestion
from parts.planning import cost, forecast, levels
from parts.purchasing import orders
from parts.purchasing.orders import Needed, ReasonTooShort
from parts.replenishment import decisions, queries
from parts.replenishment.run import PlanningUnderWay, start_planning
from parts.sharing import Link
from portal.core import clock, jobs
from portal.core.models.jobs import JobRun
from portal.web import parts_figures
from tests.factories.parts import make_part, make_supersession, make_supplier, make_supplier_part, put_stock
from tests.factories.stations import make_station

D = Decimal
pieces = st.integers(0, 5_000).map(lambda number: D(number) / 4)


def at(text: str) -> datetime:
    """An instant in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    clock.set(at("2026-06-15T09:00"))
    yield
    clock.set(None)


@transaction.atomic
def opened(part: Part, qty: int, day: str) -> None:
    """So many pieces come to the central warehouse on a day."""
    moves = [
        stock.Move(stock.world().pk, part.pk, D(-qty), unit_cost=D("10.00")),
        stock.Move(stock.central_warehouse().pk, part.pk, D(qty)),
    ]
    stock.post(kind="opening", source=f"opening-{part.pk}-{day}", moves=moves, at=at(f"{day}T08:00"))


@transaction.atomic
def shipped(part: Part, qty: int, month: str, station: Any) -> None:
    """Headquarters shipped so many pieces in a month."""
    moves = [
        stock.Move(stock.central_warehouse().pk, part.pk, D(-qty)),
        stock.Move(stock.transit_location(station).pk, part.pk, D(qty)),
    ]
    stock.post(kind="ship", source=f"ship-{part.pk}-{month}-{qty}", moves=moves, at=at(f"{month}-10T08:00"))


def with_history(*, monthly: int = 20, months: int = 12, left: int = 0) -> Part:
    """A part with a supplier that shipped so many pieces every month until May 2026."""
    part, station = make_part(), make_station()
    make_supplier_part(make_supplier(), part, "10.00", lead_days=10, lead_sd_days=2, pack_qty=5)
    first = 2026 * 12 + 5 - months
    opened(part, monthly * months + left, f"{first // 12}-{first % 12 + 1:02d}-01")
    for number in range(first, first + months):
        shipped(part, monthly, f"{number // 12}-{number % 12 + 1:02d}", station)
    return part


def run_now() -> PlanningRun:
    """A finished run."""
    run = start_planning(actor=None)
    jobs.drain()
    run.refresh_from_db()
    return run


def figure_of(run: PlanningRun, part: Part) -> PlanningFigure:
    return run.figures.get(part=part, location=stock.central_warehouse())


@pytest.mark.django_db
def test_run_takes_demand_by_month_from_the_ledger() -> None:
    part = with_history(months=8)

    run = run_now()

    figure = figure_of(run, part)
    assert [int(qty) for qty in figure.history] == [0] * 16 + [20] * 8
    assert (figure.history_months, figure.pattern, figure.forecast_month, figure.xyz) == (8, "smooth", 20, "Y")
    assert figure.demand_mean == (D(20) * 12 / 365).quantize(D("0.00001"))
    assert (figure.demand_sd, figure.last_issue_on.isoformat(), figure.issue_value) == (0, "2026-05-10", D("1600.00"))
    assert (run.part_count, run.suggestion_count) == (1, 1)
    assert JobRun.objects.get(pk=run.job_run_id).status == "done"
    assert figure.suggestion.order_value == figure.suggested_qty * 10 == run.order_value


@pytest.mark.django_db
def test_run_merges_history_along_supersession_as_the_pure_rule_does() -> None:
    station = make_station()
    a, b, kit_1, kit_2 = (make_part() for _ in range(4))
    make_supersession(a, b)
    make_supersession(b, kit_1)
    make_supersession(b, kit_2, ratio=D(2))
    for part, qty in ((a, 5), (b, 3), (kit_1, 2)):
        opened(part, 100, "2026-01-01")
        shipped(part, qty, "2026-03", station)

    run = run_now()

    links = [Link(a.pk, b.pk), Link(b.pk, kit_1.pk), Link(b.pk, kit_2.pk, ratio=D(2))]
    pure = forecast.merged({a.pk: [D(5)], b.pk: [D(3)], kit_1.pk: [D(2)]}, links)
    found = {figure.part_id: figure.history[-3] for figure in run.figures.all() if any(figure.history)}
    assert found == {part: history[0] for part, history in pure.items()} == {kit_1.pk: 10, kit_2.pk: 16}


@pytest.mark.django_db
def test_stock_that_is_used_up_first_counts_for_the_successor_and_replaced_stock_does_not() -> None:
    used_up, replaced, new, other = (make_part() for _ in range(4))
    make_supersession(used_up, new, mode="use_up")
    make_supersession(replaced, other, mode="immediate")
    for part, qty in ((used_up, 4), (new, 3), (replaced, 9), (other, 1)):
        opened(part, qty, "2026-05-01")

    run = run_now()

    assert figure_of(run, new).on_hand == 7
    assert figure_of(run, other).on_hand == 1
    assert (figure_of(run, replaced).on_hand, figure_of(run, replaced).suggested_qty) == (9, 0)
    assert not run.figures.filter(part=used_up, on_hand__gt=0).exists()


@pytest.mark.django_db
def test_too_little_history_takes_the_minimum_set_by_hand_and_forced_ones_are_a_floor() -> None:
    young, forced, bare = with_history(months=3), with_history(months=12), with_history(months=2)
    hq = stock.central_warehouse()
    decisions.set_stock_level(young, hq, minimum=D(30), reason="新品试销", actor=None)
    decisions.set_stock_level(forced, hq, minimum=D(500), reason="战略备件", is_forced=True, actor=None)

    run = run_now()

    assert (figure_of(run, young).level_source, figure_of(run, young).reorder_point) == ("manual", 30)
    assert (figure_of(run, forced).level_source, figure_of(run, forced).reorder_point) == ("forced", 500)
    assert figure_of(run, forced).suggested_qty == 500
    assert (figure_of(run, bare).level_source, figure_of(run, bare).suggested_qty) == ("none", 0)


@pytest.mark.django_db
def test_what_is_on_order_is_not_suggested_again() -> None:
    part = with_history()
    supplier = part.suppliers.get().supplier
    wanted = figure_of(run_now(), part).suggested_qty

    draft = orders.draft_purchase_order(supplier, lines=[Needed(part.number, wanted)], actor=None)
    figure = figure_of(run_now(), part)

    assert (figure.on_order, figure.suggested_qty) == (wanted, 0)
    assert draft.lines.get().open_qty == wanted
    assert set(PurchaseSuggestion.objects.values_list("status", flat=True)) == {"outdated"}


@pytest.mark.django_db
def test_station_minimum_forced_by_headquarters_is_planned_for_the_station() -> None:
    station, part = make_station(), make_part(pack_qty=2)
    put_stock(stock.station_location(station), part, 1)
    place = stock.station_location(station)
    decisions.set_stock_level(part, place, minimum=D(4), reason="网点必备", is_forced=True, actor=None)

    figure = run_now().figures.get(location=place)

    assert (figure.on_hand, figure.reorder_point, figure.suggested_qty) == (1, 4, 4)
    assert not hasattr(figure, "suggestion")


@pytest.mark.django_db
def test_one_run_at_a_time_and_a_cancelled_one_counts_for_nothing() -> None:
    with_history()
    run = start_planning(actor=None)
    with pytest.raises(PlanningUnderWay):
        start_planning(actor=None)

    assert run.job_run is not None
    jobs.request_cancel(run.job_run)
    jobs.drain()

    run.refresh_from_db()
    run.job_run.refresh_from_db()
    assert (run.finished_at, run.job_run.status) == (None, "cancelled")
    assert PlanningFigure.objects.of_last_run().count() == 0
    assert run_now().finished_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("unit", "lost", "shown"), [("件", "0.213", "1"), ("件", "2.000", "2"), ("米", "0.213", "0.213")]
)
def test_expected_lost_demand_of_counted_units_reads_as_whole_pieces(unit: str, lost: str, shown: str) -> None:
    assert PurchaseSuggestion(part=Part(unit=unit), lost_qty=D(lost)).lost_pieces == D(shown)


@pytest.mark.django_db
def test_accepted_suggestions_become_one_draft_a_supplier() -> None:
    supplier = make_supplier()
    parts = [with_history(), with_history(monthly=40), with_history(monthly=7)]
    for part in parts[:2]:
        make_supplier_part(supplier, part, "9.00", lead_days=5, pack_qty=10)
        part.suppliers.exclude(supplier=supplier).update(is_preferred=False)
    run = run_now()
    rows = [run.suggestions.get(part=part) for part in parts]

    decisions.accept_suggestion(rows[0], actor=None)
    with pytest.raises(ReasonTooShort):
        decisions.accept_suggestion(rows[1], qty=D(33), actor=None)
    decisions.accept_suggestion(rows[1], qty=D(33), reason="促销活动", actor=None)
    decisions.reject_suggestion(rows[2], reason="即将停产", actor=None)
    [order] = decisions.order_suggestions(actor=None)

    assert {line.part_id: line.ordered_qty for line in order.lines.all()} == {
        parts[0].pk: rows[0].suggested_qty,
        parts[1].pk: D(40),
    }
    rows[0].refresh_from_db()
    assert (order.supplier, order.status, rows[0].status) == (supplier, "draft", "ordered")
    assert rows[0].purchase_line == order.lines.get(part=parts[0])
    with pytest.raises(decisions.NothingAccepted):
        decisions.order_suggestions(actor=None)
    assert PurchaseOrder.objects.count() == 1
    assert list(books.purchase_lines_add_up()) == []


@pytest.mark.django_db
def test_slow_movers_and_turnover_are_read_from_the_ledger() -> None:
    idle, busy, station = make_part(), make_part(), make_station()
    for part in (idle, busy):
        opened(part, 100, "2025-01-01")
    shipped(busy, 50, "2026-05", station)
    run_now()

    assert [row.part for row in queries.slow_movers()] == [idle]
    [cell] = [cell for cell in queries.idle_grid() if cell.count]
    assert (cell.low, cell.high, cell.value) == (360, 720, D("1000.00"))
    [row] = queries.turnover([stock.central_warehouse().pk])
    assert row.issued == D("500.00")
    assert row.mean_value == ((D(2000) * 11 + D(1500) * 2) / 13).quantize(D("0.01"))
    assert row.times == D("0.26")


@pytest.mark.django_db
def test_fill_rate_counts_lines_taken_within_24_hours_of_need(cast: Any) -> None:
    assert parts_figures.fill_rates(cast.clerk_a, since=at("2026-01-01T00:00")) == []
    assert parts_figures.FillRate(1, "A", "A", 3, 2).percent == D("66.67")
    assert parts_figures.FillRate(1, "A", "A", 0, 0).percent is None


@pytest.mark.django_db
def test_stock_levels_refuse_nonsense() -> None:
    part, hq = make_part(), stock.central_warehouse()

    with pytest.raises(decisions.LevelImpossible, match="3"):
        decisions.set_stock_level(part, hq, minimum=D(5), target=D(3), reason="测试用途", actor=None)
    with pytest.raises(decisions.LevelImpossible):
        decisions.set_stock_level(part, hq, minimum=D("NaN"), reason="测试用途", actor=None)
    with pytest.raises(ReasonTooShort):
        decisions.set_stock_level(part, hq, minimum=D(5), reason="", actor=None)
    with pytest.raises(decisions.NoPlaceForLevels):
        decisions.set_stock_level(part, stock.world(), minimum=D(5), reason="测试用途", actor=None)


@given(
    position=st.integers(-2_000, 5_000).map(D),
    point=pieces,
    extra=pieces,
    pack=st.sampled_from([D(1), D(6), D("0.5"), D(12)]),
    moq=st.sampled_from([D(0), D(10), D(50)]),
)
def test_suggestion_never_leaves_the_position_below_the_reorder_point(
    position: Decimal, point: Decimal, extra: Decimal, pack: Decimal, moq: Decimal
) -> None:
    target = D(levels.whole(point + extra))
    terms = {"point": point, "target": target, "pack": pack, "moq": moq}

    found = levels.suggestion(position, **terms)

    assert found % pack == 0
    assert found == 0 or found >= moq
    assert position + found >= min(point, target)
    assert levels.suggestion(position - 1, **terms) >= found
    assert levels.suggestion(position + found, **terms) == 0 or position + found <= point < target + pack


@given(mean=pieces, sd=pieces, lead=st.integers(1, 90).map(D), position=st.integers(-100, 9_000).map(D))
def test_waiting_never_gains_and_costs_less_the_more_there_is(
    mean: Decimal, sd: Decimal, lead: Decimal, position: Decimal
) -> None:
    def lost(there: Decimal) -> Decimal:
        time = levels.LeadTime(lead, D(2))
        return cost.lost_by_waiting(there, demand_mean=mean, demand_sd=sd, lead=time, review_days=D(30))

    assert 0 <= lost(position) <= mean * 30 + (sd + mean) * 1_000
    assert lost(position + 5_000_000) == 0


def test_cost_of_waiting_is_the_demand_of_the_interval_when_nothing_is_there() -> None:
    sure = levels.LeadTime(D(10), D(0))

    lost = cost.lost_by_waiting(D(0), demand_mean=D(4), demand_sd=D(0), lead=sure, review_days=D(30))

    assert lost == 120
    assert cost.holding_cost(D("3650.00"), rate_percent=D(20), days=D(30)) == D("60.00")
    assert cost.expected_shortage(D(100), mean=D(100), sd=D(10)) == D("3.989")

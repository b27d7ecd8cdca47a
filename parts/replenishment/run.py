"""A planning run: from the ledger's history to suggestions, with every number that led to them. The rules are in planning."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parts import stock, superseding
from parts.models import LevelSource, Part, PartLifecycle, PlanningFigure, PlanningRun, PurchaseSuggestion
from parts.planning import classes, cost, forecast, levels
from parts.replenishment.history import collect_figures
from parts.states import SuggestionStatus
from portal.core import clock, events, jobs, money, parameters
from portal.core.bulk import update_rows
from portal.core.errors import Refusal
from portal.core.models.jobs import JobStatus
from portal.core.parameters import param

CHUNK = 5_000
KEYS = (
    "parts.service_factors",
    "parts.planning_months",
    "parts.planning_min_months",
    "parts.review_days",
    "parts.croston_alpha",
    "parts.holding_rate_percent",
    "parts.station_lead",
    "parts.default_lead_days",
    "parts.measured_lead_receipts",
)
COMPUTED = (
    "is_computed", "history_months", "abc", "xyz", "pattern", "adi", "cv2", "forecast_month", "demand_mean", "demand_sd",
    "factor", "safety_stock", "reorder_point", "target", "level_source", "position", "suggested_qty",
)  # fmt: skip
PIECES = Decimal("0.001")
FINE = Decimal("0.00001")
FOUR = Decimal("0.0001")
ZERO = Decimal(0)


class PlanningUnderWay(Refusal):
    """One run at a time."""

    message = gettext_lazy("Planning is under way since %(since)s; wait for it or cancel it.")
    code = "planning_under_way"


@dataclass(frozen=True)
class Rules:
    """The parameters of a run, as they were when it began."""

    factors: dict[str, Decimal]
    min_months: int
    review_days: Decimal
    station_review_days: Decimal
    alpha: Decimal
    rate_percent: Decimal
    month_days: Decimal
    central: int
    as_of: date

    @classmethod
    def of(cls, run: PlanningRun) -> "Rules":
        """Read once a run; days of a month are the mean of the last twelve."""
        at = run.started_at
        station = param("parts.station_lead", at)
        return cls(
            factors={key: Decimal(str(value)) for key, value in param("parts.service_factors", at).items()},
            min_months=param("parts.planning_min_months", at),
            review_days=Decimal(param("parts.review_days", at)),
            station_review_days=Decimal(str(station["review_days"])),
            alpha=param("parts.croston_alpha", at),
            rate_percent=param("parts.holding_rate_percent", at),
            month_days=Decimal((run.as_of - run.as_of.replace(year=run.as_of.year - 1)).days) / 12,
            central=stock.central_warehouse().pk,
            as_of=run.as_of,
        )


@transaction.atomic
def start_planning(*, actor: Any | None, at: datetime | None = None) -> PlanningRun:
    """A run is queued over all parts, as of the first day of this month, with the parameters of now.

    Raises PlanningUnderWay. Writes a PlanningRun, a JobRun, one Event. Source: rules.md 3.9.
    """
    moment = at or clock.now()
    last = PlanningRun.objects.select_related("job_run").order_by("-pk").first()
    if last and last.finished_at is None and last.job_run and not last.job_run.is_over:
        raise PlanningUnderWay(since=clock.local(last.started_at).strftime("%Y-%m-%d %H:%M"))
    run = PlanningRun.objects.create(
        started_by=actor,
        started_at=moment,
        as_of=clock.local_date(moment).replace(day=1),
        months=param("parts.planning_months", moment),
        parameters={key: {"value": param(key, moment), "version": parameters.version(key, moment)} for key in KEYS},
    )
    run.job_run = jobs.start_run("parts.plan", owner=actor, title=_("Planning"), planning=run.pk)
    run.save(update_fields=["job_run"])
    events.record(run, "planningrun.started", actor=actor, at=moment, root="")
    return run


def collect(run: PlanningRun) -> int:
    """The run has its figures' inputs, once; how many."""
    if run.collected_at is None:
        run.part_count = collect_figures(run)
        run.collected_at = clock.now()
        run.save(update_fields=["part_count", "collected_at"])
    return run.part_count


def abc_of(run: PlanningRun) -> dict[int, str]:
    """The class of every part by the network's issue value."""
    central = stock.central_warehouse().pk
    rows = run.figures.filter(location=central).values_list("part", "part__number", "issue_value")
    letters = classes.abc({number: value for _part, number, value in rows})
    return {part: letters[number] for part, number, _value in rows}


def not_ordered() -> set[int]:
    """Parts that nobody buys any more: discontinued, or superseded."""
    ended = Part.objects.filter(lifecycle=PartLifecycle.DISCONTINUED).values_list("pk", flat=True)
    return {*ended, *(int(link.old) for link in superseding.links())}


def compute_chunk(run: PlanningRun, rules: Rules, letters: dict[int, str], ended: set[int]) -> int:
    """The next figures are computed, and their suggestions stand; how many, 0 at the end. Needs a transaction."""
    rows = list(run.figures.filter(is_computed=False).order_by("pk")[:CHUNK])
    for figure in rows:
        figure.run = run
        compute(figure, rules, letters.get(figure.part_id, "C"), is_ordered=figure.part_id not in ended)
    update_rows(rows, COMPUTED)
    suppliers = dict(run.figures.filter(pk__in=[row.pk for row in rows]).values_list("pk", "supplier_part__supplier"))
    wanted = [row for row in rows if row.suggested_qty and row.location_id == rules.central]
    PurchaseSuggestion.objects.bulk_create(
        (suggest(figure, rules, suppliers.get(figure.pk)) for figure in wanted), batch_size=1_000
    )
    return len(rows)


def compute(figure: PlanningFigure, rules: Rules, letter: str, *, is_ordered: bool = True) -> None:
    """Every number of the figure from its history, delivery time, stock and levels set by hand; saves nothing."""
    figure.is_computed = True
    figure.history_months = months_between(figure.first_on, rules.as_of, len(figure.history))
    history = figure.history[len(figure.history) - figure.history_months :]
    found = forecast.describe(history)
    month = forecast.forecast(history, alpha=rules.alpha)
    mean, sd = month / rules.month_days, found.sd / rules.month_days.sqrt()
    figure.abc, figure.xyz, figure.pattern = letter, classes.xyz(figure.history[-12:]), found.pattern.value
    figure.adi = found.adi.quantize(FOUR, ROUND_HALF_UP) if found.adi is not None else None
    figure.cv2 = found.cv2.quantize(FOUR, ROUND_HALF_UP)
    figure.forecast_month = month.quantize(PIECES, ROUND_HALF_UP)
    figure.demand_mean, figure.demand_sd = mean.quantize(FINE, ROUND_HALF_UP), sd.quantize(FINE, ROUND_HALF_UP)
    figure.factor = rules.factors[letter]
    _set_levels(figure, rules)
    position = levels.Position(figure.on_hand, figure.on_order, figure.reserved, figure.backorder).total
    figure.position = position
    figure.suggested_qty = (
        levels.suggestion(
            position,
            point=figure.reorder_point,
            target=figure.target,
            pack=figure.pack_qty,
            moq=figure.min_order_qty,
        )
        if is_ordered
        else ZERO
    )


def _set_levels(figure: PlanningFigure, rules: Rules) -> None:
    """Safety stock, reorder point and target, and where they come from. A target set by hand always holds."""
    lead = levels.LeadTime(figure.lead_days, figure.lead_sd_days)
    review = rules.review_days if figure.location_id == rules.central else rules.station_review_days
    safety, point, target = 0, ZERO, ZERO
    source = LevelSource.NONE
    if figure.history_months >= rules.min_months:
        safety = levels.safety_stock(
            factor=figure.factor, demand_mean=figure.demand_mean, demand_sd=figure.demand_sd, lead=lead
        )
        point = levels.reorder_point(demand_mean=figure.demand_mean, lead=lead, safety=safety)
        target = point + figure.demand_mean * review
        source = LevelSource.COMPUTED
    elif figure.minimum is not None:
        point = target = figure.minimum
        source = LevelSource.MANUAL
    if figure.is_forced and figure.minimum is not None and figure.minimum >= point:
        point = figure.minimum
        source = LevelSource.FORCED
    if figure.manual_target is not None:
        target = figure.manual_target
    figure.safety_stock, figure.reorder_point = Decimal(safety), point.quantize(FINE, ROUND_HALF_UP)
    figure.target = Decimal(levels.whole(max(target, point)))
    figure.level_source = source


def months_between(first_on: date | None, as_of: date, most: int) -> int:
    """Full months of history: from the month of the first movement until `as_of`."""
    if first_on is None:
        return 0
    return max(0, min(most, (as_of.year - first_on.year) * 12 + as_of.month - first_on.month))


def suggest(figure: PlanningFigure, rules: Rules, supplier: int | None) -> PurchaseSuggestion:
    """An unsaved suggestion with the cost of following it and of not following it (planning.cost says how)."""
    lead = levels.LeadTime(figure.lead_days, figure.lead_sd_days)
    lost = cost.lost_by_waiting(
        figure.position,
        demand_mean=figure.demand_mean,
        demand_sd=figure.demand_sd,
        lead=lead,
        review_days=rules.review_days,
    )
    value = money.round_money(figure.suggested_qty * (figure.unit_price or ZERO))
    return PurchaseSuggestion(
        figure=figure,
        run_id=figure.run_id,
        part_id=figure.part_id,
        supplier_id=supplier,
        abc=figure.abc,
        suggested_qty=figure.suggested_qty,
        unit_price=figure.unit_price,
        order_value=value,
        holding_cost=cost.holding_cost(value, rate_percent=rules.rate_percent, days=rules.review_days),
        lost_qty=lost,
        lost_value=money.round_money(lost * (figure.list_price or ZERO)),
    )


def finish_planning(run: PlanningRun) -> int:
    """The run is the one that counts; what nobody ordered of earlier suggestions is outdated. Writes one Event."""
    moment = clock.now()
    sums = run.suggestions.aggregate(value=Sum("order_value", default=ZERO))
    run.suggestion_count, run.order_value = run.suggestions.count(), sums["value"]
    run.finished_at = moment
    run.save(update_fields=["suggestion_count", "order_value", "finished_at"])
    PurchaseSuggestion.objects.filter(
        run__lt=run.pk, status__in=[SuggestionStatus.OPEN, SuggestionStatus.ACCEPTED]
    ).update(status=SuggestionStatus.OUTDATED)
    data = {"figures": run.part_count, "suggestions": run.suggestion_count}
    events.record(run, "planningrun.finished", actor=run.started_by, at=moment, data=data, root="")
    return 0


def plan(job: Any, run: PlanningRun) -> None:
    """The whole run, step by step, each a transaction of its own; begun again it goes on where it was."""

    def first() -> int:
        collect(run)
        return 0

    count = 1

    def step() -> int:
        nonlocal count
        count = compute_chunk(run, rules, letters, ended)
        return count

    try:
        jobs.advance(job, first)
        started = jobs.begin(job.pk, total=run.part_count)
        rules, letters, ended = Rules.of(run), abc_of(run), not_ordered()
        while count:
            jobs.advance(started, step)
        jobs.advance(started, lambda: finish_planning(run))
    except jobs.Cancelled:
        jobs.finish(job, status=JobStatus.CANCELLED)
    else:
        jobs.finish(job, result_url=run.get_absolute_url())

"""A replay: started over a period, judged in steps in the background, cancelled at any step. Decides and pays nothing."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parts.models import PriceList
from portal.core import clock, events, jobs
from portal.core.errors import Refusal
from portal.core.models.jobs import JobRun, JobStatus
from warranty.assessment import load
from warranty.assessment.concluding import Conclusion, conclude
from warranty.assessment.cover import headline
from warranty.models import ClaimLine, ClaimVersion, LineKind, ReplayDifference, ReplayRun, WarrantyPolicy
from warranty.replays.drafts import Drafts

CHUNK = 500
LONGEST = timedelta(days=731)
ZERO = Decimal(0)


class NothingToTry(Refusal):
    """A replay compares with something."""

    message = gettext_lazy("Choose a draft policy, a price list, a grade, or the day of other rates or parameters.")
    code = "nothing_to_try"


class HalfAGradeRule(Refusal):
    """A grade is tried as another one."""

    message = gettext_lazy("Choose both grades, and two that differ.")
    code = "half_a_grade_rule"


class PeriodWrong(Refusal):
    """Some days, and not all of history."""

    message = gettext_lazy("Decided before: got %(before)s, expected a day after %(since)s and within two years of it.")
    code = "replay_period"


@transaction.atomic
def start_replay(
    *,
    since: date,
    before: date,
    actor: Any,
    policy: WarrantyPolicy | None = None,
    price_list: PriceList | None = None,
    parameters_on: date | None = None,
    rates_on: date | None = None,
    grade_from: str = "",
    grade_to: str = "",
    at: datetime | None = None,
) -> ReplayRun:
    """A run is queued over the claims decided in [since, before). Raises NothingToTry, HalfAGradeRule, PeriodWrong.

    A draft policy is tried as if every sale had been made under it, a price list as if every repair had been made at it;
    rates of a day with those proposed for it; stations of one grade as if they held another.
    Writes a ReplayRun, a JobRun, one Event.
    """
    if not any((policy, price_list, parameters_on, rates_on, grade_from, grade_to)):
        raise NothingToTry
    if bool(grade_from) != bool(grade_to) or (grade_from and grade_from == grade_to):
        raise HalfAGradeRule(field="grade_to")
    if not since < before <= since + LONGEST:
        raise PeriodWrong(since=since.isoformat(), before=before.isoformat(), field="before")
    run = ReplayRun.objects.create(
        started_by=actor, policy=policy, price_list=price_list, parameters_on=parameters_on, rates_on=rates_on,
        grade_from=grade_from, grade_to=grade_to, since=since, before=before, started_at=at or clock.now(),
    )  # fmt: skip
    run.job_run = jobs.start_run("warranty.replay", owner=actor, title=_("Replay of claims"), replay=run.pk)
    run.save(update_fields=["job_run"])
    events.record(run, "replayrun.started", actor=actor, at=at, root="")
    return run


def carry_out(job: JobRun, run: ReplayRun) -> None:
    """Every claim of the period is judged twice, in steps; what an earlier worker did is not done again."""
    drafts = Drafts.of(run)
    done = -1
    try:
        while done:
            before = run.claim_count
            jobs.advance(job, lambda: step(run, drafts))
            done = run.claim_count - before
    except jobs.Cancelled:
        jobs.finish(job, status=JobStatus.CANCELLED, result_url=run.get_absolute_url())
        return
    run.finished_at = clock.now()
    run.save(update_fields=["finished_at"])
    jobs.finish(job, result_url=run.get_absolute_url())


def step(run: ReplayRun, drafts: Drafts) -> int:
    """The next claims are judged and the differences stand; how many were judged. Needs a transaction."""
    versions = list(_versions(run)[:CHUNK])
    parts = _parts([version.claim_id for version in versions])
    drafts.read_prices((version.claim, parts.get(version.claim_id, {})) for version in versions)
    outcomes, differences = Counter(run.outcomes), []
    for version in versions:
        inputs = load(version.inputs or {})
        was = conclude(inputs)
        would = conclude(drafts.apply(inputs, version.claim, parts.get(version.claim_id, {})))
        run.allowed_before += was.price.allowed
        run.allowed_after += would.price.allowed
        outcomes[f"{was.decision.state}>{would.decision.state}"] += 1
        if (difference := _difference(run, version, was, would)) is not None:
            differences.append(difference)
    ReplayDifference.objects.bulk_create(differences)
    run.changed_count += len(differences)
    run.claim_count += len(versions)
    run.outcomes = dict(outcomes)
    run.last_version = versions[-1].pk if versions else run.last_version
    run.save(update_fields=[
        "allowed_before", "allowed_after", "outcomes", "claim_count", "changed_count", "last_version",
    ])  # fmt: skip
    return len(versions)


def _versions(run: ReplayRun) -> Any:
    """The latest submissions of the claims of the period that were not looked at yet."""
    latest = ClaimVersion.objects.filter(
        pk__gt=run.last_version, version=F("claim__version"), inputs__isnull=False,
        claim__decided_at__gte=clock.start_of(run.since), claim__decided_at__lt=clock.start_of(run.before),
    )  # fmt: skip
    return latest.select_related("claim__product_model", "claim__station__center").order_by("pk")


def _parts(claims: list[int]) -> dict[int, dict[int, int]]:
    """The part of each part line, by claim and position."""
    found: dict[int, dict[int, int]] = {}
    rows = ClaimLine.objects.filter(claim__in=claims, kind=LineKind.PART, part__isnull=False)
    for claim, position, part in rows.values_list("claim_id", "position", "part_id"):
        found.setdefault(claim, {})[position] = part
    return found


def _difference(run: ReplayRun, version: ClaimVersion, was: Conclusion, would: Conclusion) -> ReplayDifference | None:
    if (was.price.allowed, was.decision.state) == (would.price.allowed, would.decision.state):
        return None
    return ReplayDifference(
        run=run,
        claim=version.claim,
        allowed_before=was.price.allowed,
        allowed_after=would.price.allowed,
        outcome_before=was.decision.state,
        outcome_after=would.decision.state,
        code_before=headline(was.verdicts).code or "",
        code_after=headline(would.verdicts).code or "",
    )

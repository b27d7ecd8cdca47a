"""Units come into a campaign: what an addition would do is counted first, then it is done in steps, set by set."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock, events, jobs, states
from portal.core.errors import Refusal
from portal.core.models.jobs import JobRun, JobStatus
from warranty.models import Campaign, CampaignScope, CampaignStatus, ScopeWay

CHUNK = 20_000
SHOWN = 20
COUNTED = ("hit", "unknown", "already")
OPEN = frozenset({CampaignStatus.DRAFT, CampaignStatus.RELEASED})

# The serial numbers that an addition names, in order, with their units: (position, serial_number, unit_id).
NAMED = {
    ScopeWay.LISTED: """
        SELECT named.position, named.serial, unit.id
        FROM unnest(%(serials)s::text[]) WITH ORDINALITY AS named(serial, position)
        LEFT JOIN service_installedunit unit ON unit.serial_number = named.serial""",
    ScopeWay.RANGE: """
        SELECT unit.id, unit.serial_number, unit.id FROM service_installedunit unit
        WHERE unit.serial_number COLLATE "C" BETWEEN %(first)s AND %(last)s
          AND length(unit.serial_number) = length(%(first)s)""",
    ScopeWay.PRODUCED: """
        SELECT unit.id, unit.serial_number, unit.id FROM service_installedunit unit
        WHERE unit.product_model_id = %(model)s
          AND unit.produced_on BETWEEN %(since)s::date AND %(until)s::date""",
}


class CampaignOver(Refusal):
    """What has ended gets no more units."""

    message = gettext_lazy("%(code)s has ended or was dropped; it gets no more units.")
    code = "campaign_over"


class RangeWrong(Refusal):
    """From the lower to the higher, of one length."""

    message = gettext_lazy("To: got %(last)s, expected as many characters as %(first)s, and not before it.")
    code = "serial_range_wrong"


class AddedAlready(Refusal):
    """Once."""

    message = gettext_lazy("This addition was carried out already.")
    code = "scope_added_already"


@transaction.atomic
def count_scope(
    campaign: Campaign, *, way: str, given: Mapping[str, Any], actor: Any, at: datetime | None = None
) -> CampaignScope:
    """What the addition would do stands counted: units hit, serial numbers not on file, already in the campaign.

    given: serials; or first and last; or model (key), since and until (ISO days). Raises CampaignOver, RangeWrong.
    """
    row = states.lock(campaign)
    if row.status not in OPEN:
        raise CampaignOver(code=row.code)
    if way == ScopeWay.RANGE:
        first, last = given["first"], given["last"]
        if len(first) != len(last) or last < first:
            raise RangeWrong(first=first, last=last, field="last")
    scope = CampaignScope.objects.create(
        campaign=row, way=way, given=dict(given), drawn_up_by=actor, drawn_up_at=at or clock.now()
    )
    scope.counted = _count(scope)
    scope.save(update_fields=["counted"])
    return scope


@transaction.atomic
def add_units(scope: CampaignScope, *, actor: Any, at: datetime | None = None) -> CampaignScope:
    """The addition is carried out in the background, with progress; it can be cancelled. Raises AddedAlready, CampaignOver."""
    row = CampaignScope.objects.select_for_update(of=("self",), no_key=True).select_related("campaign").get(pk=scope.pk)
    if row.job_run_id is not None:
        raise AddedAlready
    if row.campaign.status not in OPEN:
        raise CampaignOver(code=row.campaign.code)
    total = row.counted["hit"] + row.counted["unknown"]
    title = _("Units of campaign %(code)s") % {"code": row.campaign.code}
    row.job_run = jobs.start_run("warranty.campaign_units", owner=actor, title=title, total=total, scope=row.pk)
    row.save(update_fields=["job_run"])
    events.record(row.campaign, "campaign.units_added", actor=actor, at=at, data={"way": row.way, **row.counted})
    return row


def carry_out(job: JobRun, scope: CampaignScope) -> None:
    """All named serial numbers are in the campaign, in steps; what an earlier worker did is not done again."""
    try:
        while True:
            before = scope.reached
            jobs.advance(job, lambda: step(scope))
            if scope.reached == before:
                break
    except jobs.Cancelled:
        jobs.finish(job, status=JobStatus.CANCELLED, result_url=scope.campaign.get_absolute_url())
        return
    scope.finished_at = clock.now()
    scope.save(update_fields=["finished_at"])
    jobs.finish(job, result_url=scope.campaign.get_absolute_url())


def step(scope: CampaignScope) -> int:
    """The next serial numbers are in the campaign; how many came in. Needs a transaction."""
    named = NAMED[ScopeWay(scope.way)]
    query = f"""
        WITH named(position, serial, unit_id) AS ({named}),
        next AS (SELECT * FROM named WHERE position > %(reached)s ORDER BY position LIMIT %(chunk)s),
        made AS (
            INSERT INTO warranty_campaignunit (campaign_id, scope_id, serial_number, unit_id, used_by)
            SELECT %(campaign)s, %(scope)s, serial, unit_id, '' FROM next ON CONFLICT DO NOTHING RETURNING 1
        )
        SELECT (SELECT count(*) FROM made), (SELECT max(position) FROM next)"""  # noqa: S608 fixed texts only
    values = _values(scope) | {
        "reached": scope.reached, "chunk": CHUNK, "campaign": scope.campaign_id, "scope": scope.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        count, reached = cursor.fetchone()
    if reached is not None:
        scope.added += count
        scope.reached = reached
        scope.save(update_fields=["added", "reached"])
    return int(count)


def _count(scope: CampaignScope) -> dict[str, Any]:
    """hit: on file and new to the campaign; unknown: not on file; already: in the campaign; sample: some not on file."""
    named = NAMED[ScopeWay(scope.way)]
    query = f"""
        WITH named(position, serial, unit_id) AS ({named})
        SELECT count(*) FILTER (WHERE kept.id IS NULL AND named.unit_id IS NOT NULL),
               count(*) FILTER (WHERE kept.id IS NULL AND named.unit_id IS NULL),
               count(*) FILTER (WHERE kept.id IS NOT NULL),
               (array_agg(named.serial ORDER BY named.position)
                FILTER (WHERE kept.id IS NULL AND named.unit_id IS NULL))[1:{SHOWN}]
        FROM named LEFT JOIN warranty_campaignunit kept
          ON kept.campaign_id = %(campaign)s AND kept.serial_number = named.serial"""  # noqa: S608 fixed texts only
    with connection.cursor() as cursor:
        cursor.execute(query, _values(scope) | {"campaign": scope.campaign_id})
        *counts, sample = cursor.fetchone()
    return {**dict(zip(COUNTED, counts, strict=True)), "sample": sample or []}


def _values(scope: CampaignScope) -> dict[str, Any]:
    return {
        name: value
        for name, value in scope.given.items()
        if name in {"serials", "first", "last", "model", "since", "until"}
    }

"""A campaign is drawn up, released by a second person, told to owners, ended or dropped."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts.models import Part
from portal.core import clock, events, states
from portal.core.errors import Refusal
from service.models import LaborOperation
from warranty.models import Campaign, CampaignKind, CampaignStatus, CampaignUnit

FIELDS = ("name", "name_en", "kind", "instructions", "valid_from", "valid_to")


class CampaignKnown(Refusal):
    """One code, one campaign."""

    message = _("Campaign %(code)s exists already.")
    code = "campaign_known"


class CampaignNotADraft(Refusal):
    """What is released stays as it is."""

    message = _("%(code)s is no longer a draft: its terms stay as they are.")
    code = "campaign_not_a_draft"


class OwnCampaign(Refusal):
    """Four eyes."""

    message = _("You drew up this campaign: another person releases it.")
    code = "own_campaign"


class NoUnits(Refusal):
    """A campaign is for some units."""

    message = _("%(code)s has no units yet.")
    code = "campaign_without_units"


class CampaignWithoutWork(Refusal):
    """A campaign is for some work."""

    message = _("%(code)s names no operation yet.")
    code = "campaign_without_operations"


class CampaignInThePast(Refusal):
    """What has been done is paid as it was."""

    message = _("Closed from: got %(got)s, expected %(today)s or later.")
    code = "campaign_in_the_past"


@transaction.atomic
def draw_up_campaign(
    *,
    code: str,
    name: str,
    valid_from: date,
    operations: Iterable[LaborOperation],
    actor: Any,
    parts: Iterable[Part] = (),
    kind: str = CampaignKind.SERVICE,
    name_en: str = "",
    instructions: str = "",
    valid_to: date | None = None,
    at: datetime | None = None,
) -> Campaign:
    """A draft that pays nothing yet. Raises CampaignKnown. Writes one Event."""
    if Campaign.objects.filter(code=code.strip()).exists():
        raise CampaignKnown(code=code.strip(), field="code")
    made = Campaign.objects.create(
        code=code.strip(), name=name, name_en=name_en, kind=kind, instructions=instructions, valid_from=valid_from,
        valid_to=valid_to, created_by=actor,
    )  # fmt: skip
    made.operations.set(operations)
    made.parts.set(parts)
    events.record(made, "campaign.drawn_up", actor=actor, at=at, to_status=made.status)
    return made


@transaction.atomic
def change_campaign(
    campaign: Campaign,
    *,
    actor: Any,
    operations: Iterable[LaborOperation],
    parts: Iterable[Part] = (),
    at: datetime | None = None,
    **changes: Any,
) -> Campaign:
    """The draft has these terms. Raises CampaignNotADraft. Writes one Event."""
    row = _draft(campaign)
    for name in FIELDS:
        if name in changes:
            setattr(row, name, changes[name])
    row.save(update_fields=FIELDS)
    row.operations.set(operations)
    row.parts.set(parts)
    events.record(row, "campaign.changed", actor=actor, at=at)
    return row


@transaction.atomic
def release_campaign(campaign: Campaign, *, actor: Any, at: datetime | None = None) -> Campaign:
    """Its operations on its units are paid in full. Raises OwnCampaign, NoUnits, CampaignWithoutWork, TransitionNotAllowed.

    Writes one Event. Source: rules.md 3.3(2).
    """
    moment = at or clock.now()
    row = states.lock(campaign)
    states.require_move(row, CampaignStatus.RELEASED)
    if row.created_by_id == actor.pk:
        raise OwnCampaign
    units = row.units.count()
    if not units:
        raise NoUnits(code=row.code)
    if not row.operations.exists():
        raise CampaignWithoutWork(code=row.code)
    row.released_by, row.released_at = actor, moment
    row.save(update_fields=["released_by", "released_at"])
    return states.move(row, CampaignStatus.RELEASED, actor=actor, at=moment, data={"units": units})


@transaction.atomic
def end_campaign(campaign: Campaign, *, before: date, actor: Any, at: datetime | None = None) -> Campaign:
    """Repairs from this day on are not paid by it any more. Raises CampaignInThePast, TransitionNotAllowed. Writes one Event."""
    moment = at or clock.now()
    row = states.lock(campaign)
    states.require_move(row, CampaignStatus.ENDED)
    today = clock.local_date(moment)
    if before < today or before <= row.valid_from:
        first = max(today, date.fromordinal(row.valid_from.toordinal() + 1))
        raise CampaignInThePast(got=before.isoformat(), today=first.isoformat(), field="before")
    row.valid_to = before
    row.save(update_fields=["valid_to"])
    return states.move(row, CampaignStatus.ENDED, actor=actor, at=moment, data={"before": before.isoformat()})


@transaction.atomic
def drop_campaign(campaign: Campaign, *, reason: str, actor: Any, at: datetime | None = None) -> Campaign:
    """The draft will not be released. Raises TransitionNotAllowed. Writes one Event."""
    return states.move(states.lock(campaign), CampaignStatus.DROPPED, actor=actor, at=at, note=reason)


@transaction.atomic
def notify_units(
    campaign: Campaign, *, actor: Any, serials: Iterable[str] = (), note: str = "", at: datetime | None = None
) -> int:
    """The owners of these units, or of all that were not told yet, have been told; how many. Writes one Event."""
    moment = at or clock.now()
    row = states.lock(campaign)
    rows = CampaignUnit.objects.filter(campaign=row, notified_at=None)
    named = [each.strip() for each in serials if each.strip()]
    if named:
        rows = rows.filter(serial_number__in=named)
    count = rows.update(notified_at=moment)
    events.record(row, "campaign.notified", actor=actor, at=moment, note=note, data={"units": count})
    return count


def _draft(campaign: Campaign) -> Campaign:
    row = states.lock(campaign)
    if not row.is_draft:
        raise CampaignNotADraft(code=row.code)
    return row

"""Budgets of goodwill and who may give how much away: proposed by one person, released by another."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.money import round_money
from stations.models import ProductFamily, Region
from warranty.models import GoodwillAuthority, GoodwillBudget


class OwnProposal(Refusal):
    """Four eyes."""

    message = _("You proposed it: another person releases it.")
    code = "own_goodwill_proposal"


class NothingProposed(Refusal):
    """There is nothing to release."""

    message = _("Nothing is proposed for %(budget)s.")
    code = "nothing_proposed"


class BelowWhatIsHeld(Refusal):
    """A budget is not cut below what was promised."""

    message = _("Budget: got %(got)s, expected at least %(held)s, which is reserved or consumed.")
    code = "budget_below_what_is_held"


class AuthorityOverlaps(Refusal):
    """One limit a day."""

    message = _("Another limit of the same person or role holds on these days; end it first.")
    code = "authority_overlaps"


class AuthorityReleased(Refusal):
    """Once."""

    message = _("This limit was released already.")
    code = "authority_released"


@transaction.atomic
def propose_budget(
    *,
    year: int,
    amount: Decimal,
    reason: str,
    actor: Any,
    region: Region | None = None,
    family: ProductFamily | None = None,
    at: datetime | None = None,
) -> GoodwillBudget:
    """The year's budget of the region, product line or all is to be this; it holds once another person has released it.

    Raises BelowWhatIsHeld. Writes one Event.
    """
    made, _new = GoodwillBudget.objects.get_or_create(
        year=year, region=region, family=family, defaults={"proposed_by": actor}
    )
    row = GoodwillBudget.objects.select_for_update(of=("self",), no_key=True).get(pk=made.pk)
    _refuse_below(row, amount)
    row.proposed, row.proposed_by, row.reason = round_money(amount), actor, reason.strip()
    row.save(update_fields=["proposed", "proposed_by", "reason"])
    data = {"amount": str(row.proposed)}
    events.record(row, "goodwillbudget.proposed", actor=actor, at=at, note=reason, data=data)
    return row


@transaction.atomic
def release_budget(budget: GoodwillBudget, *, actor: Any, at: datetime | None = None) -> GoodwillBudget:
    """The proposed amount holds. Raises NothingProposed, OwnProposal, BelowWhatIsHeld. Writes one Event."""
    rows = GoodwillBudget.objects.select_related("region", "family")
    row = rows.select_for_update(of=("self",), no_key=True).get(pk=budget.pk)
    if row.proposed is None:
        raise NothingProposed(budget=str(row))
    if row.proposed_by_id == actor.pk:
        raise OwnProposal
    _refuse_below(row, row.proposed)
    data = {"before": str(row.amount), "amount": str(row.proposed)}
    row.amount, row.proposed, row.released_by = row.proposed, None, actor
    row.save(update_fields=["amount", "proposed", "released_by"])
    events.record(row, "goodwillbudget.released", actor=actor, at=at, data=data)
    return row


@transaction.atomic
def propose_authority(
    *, limit: Decimal, valid_from: date, actor: Any, user: Any = None, role: str = "", valid_to: date | None = None
) -> GoodwillAuthority:
    """The person, or everybody in the role, may authorize so much alone, once another person has released it."""
    made = GoodwillAuthority.objects.create(
        user=user, role="" if user else role, limit=round_money(limit), valid_from=valid_from, valid_to=valid_to,
        created_by=actor,
    )  # fmt: skip
    events.record(made, "goodwillauthority.proposed", actor=actor, data={"limit": str(made.limit)})
    return made


@transaction.atomic
def release_authority(authority: GoodwillAuthority, *, actor: Any, at: datetime | None = None) -> GoodwillAuthority:
    """The limit holds; an earlier one without an end, of the same person or role, ends the day it begins.

    Raises OwnProposal, AuthorityReleased, AuthorityOverlaps. Writes one Event.
    """
    row = GoodwillAuthority.objects.select_for_update(of=("self",), no_key=True).get(pk=authority.pk)
    if row.released_by_id is not None:
        raise AuthorityReleased
    if row.created_by_id == actor.pk:
        raise OwnProposal
    same = GoodwillAuthority.objects.filter(user=row.user, role=row.role, released_by__isnull=False)
    same.filter(valid_to=None, valid_from__lt=row.valid_from).update(valid_to=row.valid_from)
    row.released_by = actor
    try:
        with transaction.atomic():
            row.save(update_fields=["released_by"])
    except IntegrityError:
        raise AuthorityOverlaps from None
    data = {"limit": str(row.limit), "from": row.valid_from.isoformat()}
    events.record(row, "goodwillauthority.released", actor=actor, at=at or clock.now(), data=data)
    return row


def _refuse_below(row: GoodwillBudget, amount: Decimal) -> None:
    held = row.reserved + row.consumed
    if amount < held:
        raise BelowWhatIsHeld(got=amount, held=held, field="amount")

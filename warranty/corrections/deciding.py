"""A correction is applied or refused by somebody else; what stands afterwards is a new version of the registration."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.states import lock, move
from service import units
from warranty import rejudging
from warranty.corrections.effects import Effect, effects_of
from warranty.corrections.filing import check_values
from warranty.corrections.values import Values, plain, values_of, with_stored
from warranty.models import CorrectionEffect, RegistrationCorrection, UnitRegistration
from warranty.telling import tell_of_correction


class OwnCorrection(Refusal):
    """Four eyes: who filed it does not decide it."""

    message = _("You filed this correction; somebody else has to decide it.")
    code = "own_correction"


class RegistrationMovedOn(Refusal):
    """A correction changes what its filer saw, or nothing."""

    message = _("The registration has changed since this correction was filed: refuse it and file it anew.")
    code = "registration_moved_on"


@transaction.atomic
def apply_correction(
    correction: RegistrationCorrection, *, actor: Any, at: datetime | None = None
) -> RegistrationCorrection:
    """The registration and its unit say what they should; open claims are judged again, granted ones are for the auditor.

    Raises OwnCorrection, RegistrationMovedOn, TransitionNotAllowed, and what filing raises where the unit changed since.
    Writes effects, events, and a version of every open claim.
    """
    moment = at or clock.now()
    correction = lock(correction)
    if correction.filed_by_id == actor.pk:
        raise OwnCorrection
    registration = lock(
        UnitRegistration.objects.get(pk=correction.registration_id),
        "unit__product_model", "unit__customer", "customer",
    )  # fmt: skip
    before = values_of(registration)
    if plain(before, list(correction.before)) != correction.before:
        raise RegistrationMovedOn
    after = with_stored(before, correction.after)
    check_values(registration, before, after)
    effects = effects_of(registration, before, after)
    return carry_out(correction, registration, effects, actor=actor, at=moment)


@transaction.atomic
def refuse_correction(
    correction: RegistrationCorrection, *, actor: Any, note: str, at: datetime | None = None
) -> RegistrationCorrection:
    """Nothing changes. Raises OwnCorrection, TransitionNotAllowed."""
    correction = lock(correction)
    if correction.filed_by_id == actor.pk:
        raise OwnCorrection
    _sign(correction, actor, at or clock.now())
    refused = move(correction, "refused", actor=actor, at=at, note=note)
    tell_of_correction(refused, reason=note)
    return refused


def carry_out(
    correction: RegistrationCorrection,
    registration: UnitRegistration,
    effects: Sequence[Effect],
    *,
    actor: Any,
    at: datetime,
) -> RegistrationCorrection:
    """The locked correction of the locked registration happens; whoever calls has checked it."""
    before = values_of(registration)
    after = with_stored(before, correction.after)
    _write(registration, before, after, correction, actor, at)
    CorrectionEffect.objects.bulk_create(_row(correction, effect) for effect in effects if effect.changes_money)
    for effect in effects:
        if effect.is_open and effect.changes_money:
            rejudging.judge_open_claim(effect.claim, effect.inputs, actor=actor, at=at, source=correction.number)
        elif effect.changes_money:
            data = {"note": correction.number}
            events.record(effect.claim, "warrantyclaim.start_corrected", actor=actor, at=at, data=data)
    _sign(correction, actor, at)
    applied = move(correction, "applied", actor=actor, at=at)
    tell_of_correction(applied)
    return applied


def _write(
    registration: UnitRegistration, before: Values, after: Values, correction: Any, actor: Any, at: datetime
) -> None:
    registration.unit, registration.customer = after.unit, after.customer
    registration.sale_date, registration.handed_over_on = after.sale_date, after.handed_over_on
    registration.invoice_number, registration.invoice_on = after.invoice_number, after.invoice_on
    registration.version += 1
    registration.save()
    source = correction.number
    if before.unit.pk != after.unit.pk:
        units.record_sale(before.unit, units.SaleFacts(), actor=actor, at=at, source=source, whole=True)
    facts = units.SaleFacts(
        sold_on=after.sale_date,
        invoice_on=after.invoice_on,
        installed_on=after.handed_over_on,
        customer=after.customer,
        product_model=after.product_model if before.unit.pk == after.unit.pk else None,
    )
    units.record_sale(after.unit, facts, actor=actor, at=at, source=source, whole=True)
    data = {"correction": source, "version": registration.version}
    events.record(registration, "unitregistration.corrected", actor=actor, at=at, note=correction.reason, data=data)


def _row(correction: RegistrationCorrection, effect: Effect) -> CorrectionEffect:
    return CorrectionEffect(
        correction=correction,
        claim=effect.claim,
        claim_status=effect.claim.status,
        answer_before=effect.answer_before,
        answer_after=effect.answer_after,
        allowed_before=effect.allowed_before,
        allowed_after=effect.allowed_after,
    )


def _sign(correction: RegistrationCorrection, actor: Any, at: datetime) -> None:
    correction.decided_by, correction.decided_at = actor, at
    correction.save(update_fields=["decided_by", "decided_at"])

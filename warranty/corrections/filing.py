"""A correction is filed: it changes nothing until it is applied, at once only where headquarters files it and no money changes."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.states import lock
from warranty import registration as registering
from warranty.corrections.effects import effects_of
from warranty.corrections.values import Values, changes_between, plain, values_of
from warranty.four_eyes import require_words
from warranty.models import CorrectionStatus, RegistrationCorrection, RegistrationStatus, UnitRegistration


class NothingToCorrect(Refusal):
    """A correction changes something."""

    message = _("Nothing differs from what is on file.")
    code = "nothing_to_correct"


class NotRegistered(Refusal):
    """Only a registration that stands is corrected; one that waits is refused and filed anew."""

    message = _("%(registration)s is not approved: refuse it and have it filed anew.")
    code = "not_registered"


class CorrectionWaits(Refusal):
    """One correction at a time, or their effects would not be what was shown."""

    message = _("Correction %(number)s of this registration waits for a decision.")
    code = "correction_waits"


class FiledBeforeSale(Refusal):
    """A sale is filed after it happened."""

    message = _("The registration was filed on %(filed)s: the sale day %(day)s cannot be later.")
    code = "filed_before_sale"


@transaction.atomic
def file_correction(
    registration: UnitRegistration, *, after: Values, reason: str, actor: Any, at: datetime | None = None
) -> RegistrationCorrection:
    """The correction waits for somebody else; from headquarters and without effect on money it is applied at once.

    Raises NothingToCorrect, NotRegistered, CorrectionWaits, FiledBeforeSale, RegisteredAlready, TextTooShort and what
    check_sale raises.
    Writes the correction and one Event, and what apply_correction writes.
    """
    from warranty.corrections.deciding import carry_out

    moment = at or clock.now()
    locked = lock(registration, "unit__product_model", "unit__customer", "customer")
    before = values_of(locked)
    _check(locked, before, after)
    require_words(reason, "reason", moment)
    names = changes_between(before, after)
    effects = effects_of(locked, before, after)
    filed = RegistrationCorrection.objects.create(
        registration=locked,
        number=take_number("RC", at=moment),
        before=plain(before, names),
        after=plain(after, names),
        reason=reason.strip(),
        changes_money=any(effect.changes_money for effect in effects),
        filed_by=actor,
        filed_at=moment,
    )
    data = {"correction": filed.number}
    events.record(locked, "unitregistration.correction_filed", actor=actor, at=moment, note=reason, data=data)
    events.record(filed, "registrationcorrection.filed", actor=actor, at=moment, to_status=CorrectionStatus.FILED)
    if actor.has_perm("warranty.approve_registration") and not filed.changes_money:
        return carry_out(filed, locked, effects, actor=actor, at=moment)
    return filed


def _check(registration: UnitRegistration, before: Values, after: Values) -> None:
    if registration.status != RegistrationStatus.APPROVED:
        raise NotRegistered(registration=registration.number)
    if not changes_between(before, after):
        raise NothingToCorrect
    waiting = registration.corrections.filter(status=CorrectionStatus.FILED).first()
    if waiting is not None:
        raise CorrectionWaits(number=waiting.number)
    check_values(registration, before, after)


def check_values(registration: UnitRegistration, before: Values, after: Values) -> None:
    """What is wanted can be. Raises FiledBeforeSale, RegisteredAlready and what check_sale raises."""
    if after.unit.pk != before.unit.pk:
        registering.check_unit(after.unit, None)
    if after.sale_date > registration.filed_on:
        raise FiledBeforeSale(filed=registration.filed_on, day=after.sale_date, field="sale_date")
    sale = registering.Sale(after.sale_date, after.handed_over_on, invoice_on=after.invoice_on)
    registering.check_sale(after.unit, sale, on=clock.today())


def preview(registration: UnitRegistration, after: Values) -> list[Any]:
    """What filing it would list, writing nothing. Raises as file_correction does."""
    before = values_of(registration)
    _check(registration, before, after)
    return effects_of(registration, before, after)

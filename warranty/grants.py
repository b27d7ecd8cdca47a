"""Extended-warranty contracts of units. Not here: policies, goodwill."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events, states
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from service.models import InstalledUnit
from warranty.models import ExtendedContract, ExtendedPayer, ExtendedStatus


class BoughtInFuture(Refusal):
    """A contract is recorded after it was bought."""

    message = _("Bought on: got %(day)s, expected today or earlier.")
    code = "bought_in_future"


class ContractKnown(Refusal):
    """One contract, one record."""

    message = _("Contract %(contract)s is recorded already for unit %(unit)s.")
    code = "contract_known"


class PayerUnnamed(Refusal):
    """Whoever is not the manufacturer has a name."""

    message = _("Name who pays.")
    code = "payer_unnamed"


@transaction.atomic
def extend_cover(
    unit: InstalledUnit,
    *,
    contract_number: str,
    bought_on: date,
    months: int,
    part_classes: Collection[str],
    payer: str,
    actor: Any,
    payer_name: str = "",
    at: datetime | None = None,
) -> ExtendedContract:
    """The contract adds its months behind the unit's own for these classes of parts, for failures since it was bought.

    Raises BoughtInFuture, ContractKnown, PayerUnnamed. Writes one Event. Source: rules.md 3.3(5).
    """
    moment = at or clock.now()
    today = clock.local_date(moment)
    if bought_on > today:
        raise BoughtInFuture(day=bought_on.isoformat(), field="bought_on")
    if payer != ExtendedPayer.MANUFACTURER and not payer_name.strip():
        raise PayerUnnamed(field="payer_name")
    known = ExtendedContract.objects.filter(contract_number=contract_number.strip()).select_related("unit").first()
    if known is not None:
        raise ContractKnown(contract=known.contract_number, unit=known.unit.serial_number, field="contract_number")
    made = ExtendedContract.objects.create(
        unit=unit, contract_number=contract_number.strip(), bought_on=bought_on, months=months,
        part_classes=sorted(part_classes), payer=payer, payer_name=payer_name.strip(), recorded_by=actor,
        recorded_at=moment, number=take_number("EX", at=moment),
    )  # fmt: skip
    data = {"unit": unit.serial_number, "months": months, "part_classes": sorted(part_classes)}
    events.record(made, "extendedcontract.recorded", actor=actor, at=moment, to_status=made.status, data=data)
    return made


@transaction.atomic
def cancel_extension(
    contract: ExtendedContract, *, reason: str, actor: Any, at: datetime | None = None
) -> ExtendedContract:
    """The contract covers nothing any more; what was decided on it stays. Raises TransitionNotAllowed. Writes one Event."""
    return states.move(states.lock(contract), ExtendedStatus.CANCELLED, actor=actor, at=at, note=reason)

"""Registering a sale: a station files it, headquarters approves it, and cover starts on the sale day.

Not here: correcting one that stands (corrections), bringing many in by file (imports).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.attachments import attach
from portal.core.errors import Refusal, refuse_all
from portal.core.jobs import enqueue
from portal.core.parameters import param
from portal.core.states import lock, move
from service import units
from service.intake import customer_named
from service.models import Customer, InstalledUnit
from service.models.customers import normal_serial
from stations.models import ProductModel, Station
from warranty import facts
from warranty.models import RegistrationStatus, UnitRegistration


class SaleInFuture(Refusal):
    """A sale is registered after it happened."""

    message = _("The sale day %(day)s lies in the future.")
    code = "sale_in_future"


class SaleBeforeUnit(Refusal):
    """Nobody sells what has not been made, or has not left the factory."""

    message = _("The sale day %(day)s lies before %(bound)s, the day the unit was produced or shipped.")
    code = "sale_before_unit"


class HandOverBeforeSale(Refusal):
    """A unit is sold first, then handed over."""

    message = _("The hand-over day %(day)s lies before the sale day %(sale)s.")
    code = "hand_over_before_sale"


class DayInFuture(Refusal):
    """What is registered has happened."""

    message = _("%(day)s lies in the future.")
    code = "day_in_future"


class UnknownSerial(Refusal):
    """There is no such unit."""

    message = _("The serial number %(serial)s is not in our files: check it against the plate.")
    code = "unknown_serial"


class RegisteredAlready(Refusal):
    """A unit has one approved registration."""

    message = _("%(unit)s is registered already.")
    code = "registered_already"


class RegistrationWaits(Refusal):
    """A station files a sale once."""

    message = _("Your registration of %(unit)s waits for headquarters already.")
    code = "registration_waits"


class ModelDisagrees(Refusal):
    """The model is the one on file for the serial number."""

    message = _("%(unit)s is on file as %(expected)s, not %(got)s: check the plate.")
    code = "model_disagrees"


class OwnRegistration(Refusal):
    """Four eyes: who filed it does not approve it."""

    message = _("You filed this registration; somebody else has to approve it.")
    code = "own_registration"


@dataclass(frozen=True)
class Sale:
    """What is known of a sale. product_model, customer: None where nobody says."""

    sale_date: date
    handed_over_on: date | None = None
    invoice_number: str = ""
    invoice_on: date | None = None
    product_model: ProductModel | None = None
    customer: Customer | None = None


@dataclass(frozen=True)
class Buyer:
    """Who bought it: the customer on file under name and phone number, else a new one."""

    name: str
    phone: str
    address: str = ""


@transaction.atomic
def register_sale(
    serial_number: str, *, sale: Sale, buyer: Buyer, station: Station, actor: Any, invoice: Any = None
) -> UnitRegistration:
    """The sale of the unit under this number to this buyer is filed; refused, nothing is written, the buyer neither.

    Raises UnknownSerial, or everything else at once: PhoneNotANumber, and what file_registration raises.
    """
    unit = unit_named(serial_number)
    today = clock.today()
    wrong = [*wrong_with_unit(unit, station), *wrong_with_sale(unit, sale, on=today)]
    try:
        customer = customer_named(name=buyer.name, phone=buyer.phone, address=buyer.address, actor=actor)
    except Refusal as refusal:
        wrong.append(refusal)
    refuse_all(wrong)
    sold = replace(sale, customer=customer)
    return file_registration(unit, sale=sold, station=station, invoice=invoice, actor=actor)


@transaction.atomic
def file_registration(
    unit: InstalledUnit,
    *,
    sale: Sale,
    actor: Any,
    station: Station | None = None,
    invoice: Any = None,
    filed_on: date | None = None,
    at: datetime | None = None,
) -> UnitRegistration:
    """The sale is on file and waits for approval. invoice: a picture or PDF.

    Raises SaleInFuture, SaleBeforeUnit, HandOverBeforeSale, DayInFuture, ModelDisagrees, RegisteredAlready,
    RegistrationWaits, BadFile. Writes one Event.
    """
    moment = at or clock.now()
    day = filed_on or clock.local_date(moment)
    refuse_all([*wrong_with_unit(unit, station), *wrong_with_sale(unit, sale, on=day)])
    filed = UnitRegistration.objects.create(
        unit=unit,
        station=station,
        sale_date=sale.sale_date,
        handed_over_on=sale.handed_over_on,
        invoice_number=sale.invoice_number.strip(),
        invoice_on=sale.invoice_on,
        product_model=sale.product_model,
        customer=sale.customer,
        filed_on=day,
        filed_by=actor,
    )
    events.record(filed, "unitregistration.filed", actor=actor, at=moment, to_status=RegistrationStatus.FILED)
    if invoice is not None:
        attach(filed, invoice, kind="invoice", actor=actor, field="invoice")
    return filed


def unit_named(serial_number: str) -> InstalledUnit:
    """The unit under the serial number, however it is typed. Raises UnknownSerial."""
    unit = facts.find_unit(normal_serial(serial_number))
    if unit is None:
        raise UnknownSerial(serial=serial_number, field="serial_number")
    return unit


def check_sale(unit: InstalledUnit, sale: Sale, *, on: date) -> None:
    """The days stand in an order that can be. Raises SaleInFuture, SaleBeforeUnit, HandOverBeforeSale, DayInFuture …"""
    refuse_all(list(wrong_with_sale(unit, sale, on=on)))


def wrong_with_sale(unit: InstalledUnit, sale: Sale, *, on: date) -> Iterator[Refusal]:
    """Everything that keeps the sale from being filed, at most one thing a field."""
    bound = max(filter(None, (unit.produced_on, unit.ship_date)), default=None)
    if sale.sale_date > on:
        yield SaleInFuture(day=sale.sale_date, field="sale_date")
    elif bound is not None and sale.sale_date < bound:
        yield SaleBeforeUnit(day=sale.sale_date, bound=bound, field="sale_date")
    for name in ("handed_over_on", "invoice_on"):
        day = getattr(sale, name)
        if day is not None and day > on:
            yield DayInFuture(day=day, field=name)
        elif name == "handed_over_on" and day is not None and day < sale.sale_date:
            yield HandOverBeforeSale(day=day, sale=sale.sale_date, field=name)
    model = sale.product_model
    if model is not None and model.pk != unit.product_model_id:
        yield ModelDisagrees(
            unit=unit.serial_number, expected=unit.product_model.code, got=model.code, field="product_model"
        )


def check_unit(unit: InstalledUnit, station: Station | None) -> None:
    """The unit may still be registered by this station. Raises RegisteredAlready, RegistrationWaits."""
    refuse_all(list(wrong_with_unit(unit, station)))


def wrong_with_unit(unit: InstalledUnit, station: Station | None) -> Iterator[Refusal]:
    """What keeps the unit from being registered."""
    rows = UnitRegistration.objects.filter(unit=unit)
    if rows.filter(status=RegistrationStatus.APPROVED).exists():
        yield RegisteredAlready(unit=unit.serial_number, field="serial_number")
    elif station is not None and rows.filter(status=RegistrationStatus.FILED, station=station).exists():
        yield RegistrationWaits(unit=unit.serial_number, field="serial_number")


def last_day_to_file(sale_date: date) -> date:
    """Filed later, a registration is passed over and does not start the cover (C01)."""
    return sale_date + timedelta(days=param("warranty.registration_days", sale_date))


def is_late(filed: UnitRegistration) -> bool:
    """Whether it was filed too late to start the cover."""
    return filed.filed_on > last_day_to_file(filed.sale_date)


def disagreements(filed: UnitRegistration) -> dict[str, date]:
    """Days on file that the sale day does not agree with, by what they are: a person compares them with the papers.

    invoice: of this filing; unit_invoice, unit_hand_over: what the unit's own record said before it. unit must be loaded.
    """
    unit, found = filed.unit, {}
    if filed.invoice_on is not None and filed.invoice_on != filed.sale_date:
        found["invoice"] = filed.invoice_on
    if unit.invoice_on is not None and unit.invoice_on not in {filed.sale_date, filed.invoice_on}:
        found["unit_invoice"] = unit.invoice_on
    if unit.installed_on is not None and unit.installed_on < filed.sale_date:
        found["unit_hand_over"] = unit.installed_on
    return found


@transaction.atomic
def approve_registration(filed: UnitRegistration, *, actor: Any, at: datetime | None = None) -> UnitRegistration:
    """The registration starts the cover, and the unit carries customer, sale, invoice and hand-over.

    Raises OwnRegistration, RegisteredAlready, TransitionNotAllowed.
    """
    approved = _decide(filed, RegistrationStatus.APPROVED, actor=actor, at=at)
    units.record_sale(approved.unit, facts_of_sale(approved), actor=actor, at=at, source=approved.number)
    return approved


def facts_of_sale(filed: UnitRegistration) -> units.SaleFacts:
    """What the unit's own record learns from a registration."""
    return units.SaleFacts(
        sold_on=filed.sale_date,
        invoice_on=filed.invoice_on,
        installed_on=filed.handed_over_on,
        customer=filed.customer,
    )


@transaction.atomic
def refuse_registration(
    filed: UnitRegistration, *, actor: Any, note: str, at: datetime | None = None
) -> UnitRegistration:
    """The registration does not count. Raises OwnRegistration, TransitionNotAllowed."""
    return _decide(filed, RegistrationStatus.REFUSED, actor=actor, at=at, note=note)


def _decide(filed: UnitRegistration, to: str, *, actor: Any, at: datetime | None, note: str = "") -> UnitRegistration:
    moment = at or clock.now()
    filed = lock(filed)
    if filed.filed_by_id == actor.pk:
        raise OwnRegistration
    others = UnitRegistration.objects.filter(unit=filed.unit_id, status=RegistrationStatus.APPROVED)
    if to == RegistrationStatus.APPROVED and others.exists():
        raise RegisteredAlready(unit=str(filed.unit))
    filed.decided_by, filed.decided_at = actor, moment
    filed.save(update_fields=["decided_by", "decided_at"])
    decided = move(filed, to, actor=actor, at=moment, note=note)
    enqueue("warranty.tell_registration", registration=decided.pk)
    return decided

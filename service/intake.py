"""A request comes in, is answered, closed without a visit, cancelled or merged. Not here: who goes (dispatch)."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core import calendar, clock, events, statements
from portal.core.errors import Refusal
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.phones import PhoneNotANumber, is_phone
from portal.core.states import lock, move
from service import entitlement
from service.models import Category, Channel, Customer, FaultCode, InstalledUnit, ServiceRequest, Urgency
from service.models.customers import digits_of, normal_serial
from service.states import RequestStatus
from stations.models import ProductFamily, ProductModel


class FaultTextMissing(Refusal):
    """A request says what is wrong."""

    message = _("Write down what the customer says.")
    code = "fault_text_missing"


class UnitOfAnotherCustomer(Refusal):
    """The unit is registered at somebody else's."""

    message = _("Unit %(serial)s belongs to another customer: choose that customer, or another unit.")
    code = "unit_of_another_customer"


class SerialTaken(Refusal):
    """A serial number names one unit only."""

    message = _("Serial number %(serial)s is already on file.")
    code = "serial_taken"


class FaultCodeOfAnotherFamily(Refusal):
    """A fault is one of the unit's product family, or of all."""

    message = _(
        "Fault code %(fault)s is one of “%(given)s”, but the unit is of “%(expected)s”: choose one of its codes."
    )
    code = "fault_code_of_another_family"

    @classmethod
    def of(cls, fault: FaultCode, family: Any) -> "FaultCodeOfAnotherFamily":
        """The refusal of this code for a unit of that family."""
        return cls(fault=fault.code, given=fault.family, expected=family, field="fault_code")


class AlreadyAnswered(Refusal):
    """The answer clock has stopped."""

    message = _("This request was answered before.")
    code = "already_answered"


class ResultMissing(Refusal):
    """A closed request says what came of it."""

    message = _("Write down the result, at least 5 characters.")
    code = "result_missing"


class CannotMerge(Refusal):
    """A request is no duplicate of itself or of a merged one."""

    message = _("%(number)s cannot be merged into %(into)s.")
    code = "cannot_merge"


def customers_by_phone(phone: str) -> list[Customer]:
    """Customers with exactly this number, at most ten, newest first."""
    digits = digits_of(phone)
    return list(Customer.objects.filter(phone=digits).order_by("-pk")[:10]) if digits else []


def unit_by_serial(serial_number: str) -> InstalledUnit | None:
    """The unit under a whole serial number, however it was typed."""
    wanted = normal_serial(serial_number)
    found = InstalledUnit.objects.select_related("product_model__family", "customer")
    return found.filter(Q(serial_number=wanted) | Q(serial_number=serial_number.strip())).first() if wanted else None


def family_of(*, unit: str = "", serial_number: str = "", model: str = "") -> ProductFamily | None:
    """The product family of the unit by its key, of the one under the serial number, or of the model by its key."""

    def by_key(rows: Any, text: str) -> Any:
        is_key = text.isascii() and text.isdigit() and len(text) < 10
        return rows.filter(pk=int(text)).first() if is_key else None

    known = by_key(InstalledUnit.objects.select_related("product_model__family"), unit) or unit_by_serial(serial_number)
    chosen = known.product_model if known else by_key(ProductModel.objects.select_related("family"), model)
    return chosen.family if chosen else None


def suggest_fault_codes(text: str, family: Any | None, limit: int = 5) -> list[FaultCode]:
    """Codes of the dictionary most like the words of the customer, best first; any family while it is unknown."""
    if not text.strip():
        return []
    found = FaultCode.objects.in_use().for_family(family).order_by("code")
    scored = [(_likeness(text, code), code) for code in found[:500]]
    scored = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].code))
    return [code for _score, code in scored[:limit]]


def _likeness(text: str, code: FaultCode) -> int:
    """How many pairs of neighboring signs the words share with the symptom, twice counted, or the cause.

    Pairs work for Chinese, which has no blanks, whatever the collation of the database.
    """
    said = _pairs(text)
    symptom = _pairs(f"{code.name} {code.name_en}")
    return 2 * len(said & symptom) + len(said & _pairs(f"{code.cause} {code.cause_en}"))


def _pairs(text: str) -> set[str]:
    """Neighboring Chinese signs, and whole words of four letters or more."""
    lowered = text.lower()
    words = {word for word in re.findall(r"[a-z0-9]+", lowered) if len(word) >= 4}
    runs = re.findall(r"[\u4e00-\u9fff]+", lowered)
    return words | {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


@transaction.atomic
def add_customer(
    *,
    name: str,
    phone: str,
    address: str = "",
    division: str = "",
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
    actor: Any | None,
    at: datetime | None = None,
) -> Customer:
    """The customer is on file, the phone number as digits. Raises PhoneNotANumber. Writes one Event."""
    moment = at or clock.now()
    if not is_phone(phone):
        raise PhoneNotANumber(given=phone.strip(), field="phone")
    customer = statements.insert(Customer(
        name=name.strip(), phone=digits_of(phone), address=address.strip(), division=division,
        longitude=longitude, latitude=latitude, created_at=moment,
    ))  # fmt: skip
    events.record(customer, "customer.added", actor=actor, at=moment)
    return customer


def customer_named(*, name: str, phone: str, address: str = "", actor: Any | None) -> Customer:
    """The customer on file under this name and phone number, else a new one. Raises PhoneNotANumber."""
    known = customer_on_file(name=name, phone=phone)
    return known or add_customer(name=name, phone=phone, address=address, actor=actor)


def customer_on_file(*, name: str, phone: str) -> Customer | None:
    """The latest customer under exactly this name and number."""
    return Customer.objects.filter(phone=digits_of(phone), name=name.strip()).order_by("-pk").first()


@transaction.atomic
def add_unit(
    *,
    serial_number: str,
    product_model: Any,
    customer: Customer | None = None,
    sold_on: date | None = None,
    actor: Any | None,
    at: datetime | None = None,
) -> InstalledUnit:
    """The unit is on file at the customer's. Raises SerialTaken. Writes one Event."""
    wanted = normal_serial(serial_number)
    if InstalledUnit.objects.filter(serial_number=wanted).exists():
        raise SerialTaken(serial=wanted, field="serial_number")
    unit = InstalledUnit.objects.create(
        serial_number=wanted, product_model=product_model, customer=customer, sold_on=sold_on,
        address=customer.address if customer else "",
    )  # fmt: skip
    events.record(unit, "installedunit.added", actor=actor, at=at)
    return unit


@transaction.atomic
def take_request(
    *,
    customer: Customer,
    fault_text: str,
    unit: InstalledUnit | None = None,
    category: str = Category.URGENT_REPAIR,
    channel: str = Channel.HOTLINE,
    urgency: str = Urgency.FUNCTION_FAULT,
    problem_class: int = 1,
    fault_code: FaultCode | None = None,
    contact_name: str = "",
    contact_phone: str = "",
    address: str = "",
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
    actor: Any | None,
    at: datetime | None = None,
) -> ServiceRequest:
    """The request has a number, its answer clock runs, and what the unit is entitled to is kept with it.

    Raises FaultTextMissing, FaultCodeOfAnotherFamily, UnitOfAnotherCustomer. A unit without customer is from now on this customer's.
    Writes one ServiceRequest and one Event. Source: rules.md 3.11.
    """
    moment = at or clock.now()
    if not fault_text.strip():
        raise FaultTextMissing(field="fault_text")
    if unit is not None:
        if fault_code is not None and not fault_code.is_for(unit.product_model.family_id):
            raise FaultCodeOfAnotherFamily.of(fault_code, unit.product_model.family)
        _bind(unit, customer)
    cover = entitlement.ask(unit, on=clock.local_date(moment))
    request = ServiceRequest(
        customer=customer, unit=unit, fault_code=fault_code, taken_by=actor, category=category, channel=channel,
        urgency=urgency, problem_class=problem_class, fault_text=fault_text.strip()[:2000],
        contact_name=contact_name.strip() or customer.name,
        contact_phone=digits_of(contact_phone) or customer.phone,
        division=customer.division, address=address or (unit.address if unit else "") or customer.address,
        longitude=customer.longitude if longitude is None else longitude,
        latitude=customer.latitude if latitude is None else latitude,
        cover_verdict=cover.verdict, cover_facts=dict(cover.facts), cover_reference=cover.reference[:80],
        created_at=moment, **promises(urgency, category, moment),
    )  # fmt: skip
    request.number = take_number("SR", at=moment)
    statements.insert(request)
    data = {"cover": cover.verdict, "urgency": str(urgency), "category": str(category)}
    events.record(request, "servicerequest.taken", actor=actor, at=moment, to_status=RequestStatus.NEW, data=data)
    return request


def promises(urgency: str, category: str, at: datetime) -> dict[str, datetime]:
    """By when each promise is due, counted from the call, round the clock; visits only for urgent repair."""

    def after(**length: int) -> datetime:
        return calendar.add_working_time(at, timedelta(**length), calendar="24x7")

    due = {"answer_due_at": after(minutes=param(f"service.answer_minutes_{urgency}", at))}
    if category == Category.URGENT_REPAIR:
        due["dispatch_due_at"] = after(minutes=param("service.dispatch_minutes", at))
        due["appointment_due_at"] = after(minutes=param("service.appointment_minutes", at))
        due["arrival_due_at"] = after(hours=param("service.arrival_hours", at))
        due["completion_due_at"] = after(hours=param("service.completion_hours", at))
    return due


@transaction.atomic
def answer_request(
    request: ServiceRequest, *, actor: Any, note: str = "", at: datetime | None = None
) -> ServiceRequest:
    """The first answer was given now; the answer clock stops once. Raises AlreadyAnswered. Writes one Event."""
    moment = at or clock.now()
    locked = lock(request)
    if locked.answered_at is not None:
        raise AlreadyAnswered
    locked.answered_at = request.answered_at = moment
    statements.update(locked, ["answered_at"])
    events.record(locked, "servicerequest.answered", actor=actor, at=moment, note=note)
    return locked


@transaction.atomic
def close_request(request: ServiceRequest, *, result: str, actor: Any, at: datetime | None = None) -> ServiceRequest:
    """The request ended with a result, without a visit or after the job. Raises ResultMissing, TransitionNotAllowed."""
    moment = at or clock.now()
    if len(result.strip()) < 5:
        raise ResultMissing(field="result")
    moved = move(request, RequestStatus.CLOSED, actor=actor, at=moment, note=result)
    moved.resolution, moved.closed_at = result.strip(), moment
    moved.answered_at = moved.answered_at or moment
    statements.update(moved, ["resolution", "closed_at", "answered_at"])
    return moved


@transaction.atomic
def cancel_request(request: ServiceRequest, *, reason: str, actor: Any, at: datetime | None = None) -> ServiceRequest:
    """The customer no longer wants it; an open offer or job ends too. Raises ResultMissing, TransitionNotAllowed."""
    from service.work_orders import cancel_open

    if len(reason.strip()) < 5:
        raise ResultMissing(field="reason")
    moved = move(request, RequestStatus.CANCELLED, actor=actor, at=at, note=reason)
    cancel_open(moved, actor=actor, reason=reason, at=at)
    return moved


@transaction.atomic
def merge_request(
    request: ServiceRequest, *, into: ServiceRequest, actor: Any, at: datetime | None = None
) -> ServiceRequest:
    """The request is a duplicate of another and counts no more. Raises CannotMerge, TransitionNotAllowed."""
    if request.pk == into.pk or into.status == RequestStatus.MERGED:
        raise CannotMerge(number=request.number, into=into.number)
    moved = move(request, RequestStatus.MERGED, actor=actor, at=at, data={"into": into.number})
    moved.merged_into = into
    statements.update(moved, ["merged_into"])
    return moved


def _bind(unit: InstalledUnit, customer: Customer) -> None:
    locked = lock(unit)
    if locked.customer_id is None:
        locked.customer = unit.customer = customer
        statements.update(locked, ["customer"])
    elif locked.customer_id != customer.pk:
        raise UnitOfAnotherCustomer(serial=unit.serial_number, field="serial_number")

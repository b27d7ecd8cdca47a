"""What the three guarantees (三包) offer a customer today, under the terms of the day of sale; advice, no decision.

A request whose customer may ask for more than a repair calls in headquarters by itself (call_in).

Source: rules.md 3.3(11), C15.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import pgettext, pgettext_lazy

from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.notifications import notify
from service.models import Category, InstalledUnit, ServiceRequest, WorkOrder
from warranty import coverage, facts
from warranty.models import GuaranteeTerms
from warranty.settlement_people import role_users

OPTIONS = {
    "refund": pgettext_lazy("three guarantees", "Refund"),
    "exchange": pgettext_lazy("three guarantees", "Exchange"),
    "repair": pgettext_lazy("three guarantees", "Repair"),
}


DUE = {"refund": "servicerequest.refund_due", "exchange": "servicerequest.exchange_due"}


@dataclass(frozen=True)
class Advice:
    """options: best first; failed_repairs: of the fault repaired most often since the sale; basis: the regulation."""

    options: tuple[str, ...]
    sale_day: date
    request_day: date
    failed_repairs: int
    fault: str
    basis: str
    terms: str

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "options": list(self.options), "sale_day": self.sale_day.isoformat(),
            "request_day": self.request_day.isoformat(), "failed_repairs": self.failed_repairs, "fault": self.fault,
            "basis": self.basis, "terms": self.terms,
        }  # fmt: skip

    @property
    def sentence(self) -> str:
        """The offers in the reader's language, best first."""
        return pgettext("three guarantees", ", or ").join(str(OPTIONS[option]) for option in self.options)


def advise(unit: InstalledUnit | None, *, sale_day: date | None, request_day: date) -> Advice | None:
    """What the customer may ask for on that day; None without a known sale or terms for it. Two queries."""
    if unit is None or sale_day is None or request_day < sale_day:
        return None
    terms = _terms(unit, sale_day)
    if terms is None:
        return None
    repairs, fault = _repaired_most(unit, sale_day, request_day)
    given = coverage.Guarantee(terms.refund_days, terms.exchange_days, terms.failed_repairs)
    options = coverage.advice(sale_day=sale_day, request_day=request_day, failed_repairs=repairs, terms=given)
    return Advice(options, sale_day, request_day, repairs, fault, terms.basis, terms.number)


def call_in(request: ServiceRequest, *, at: datetime) -> Advice | None:
    """Headquarters are told when a broken unit may be given back or exchanged, once a request; None where it may not.

    Writes one Event of the request and notices to the service managers, by mail too.
    """
    if request.unit is None or (request.fault_code_id is None and request.category != Category.COMPLAINT):
        return None
    day = clock.local_date(at)
    known = facts.unit_facts(request.unit, on=day)
    sold = known.registration.sale_date if known.registration else known.invoice_date
    found = advise(request.unit, sale_day=sold, request_day=day)
    kind = DUE.get(found.options[0]) if found else None
    if found is None or kind is None or events.of_subject(request).filter(kind__in=DUE.values()).exists():
        return None
    events.record(request, kind, actor=None, at=at, data=found.as_json())
    told = {"number": request.number, "serial": request.unit.serial_number}
    managers = role_users(Role.SERVICE_MANAGER)
    notify(managers, kind, told, url=request.get_absolute_url(), subject=request, mail=True, at=at)
    return found


def _terms(unit: InstalledUnit, sale_day: date) -> GuaranteeTerms | None:
    """Those of the product line go before those of all."""
    family = unit.product_model.family_id
    rows = GuaranteeTerms.objects.on(sale_day).filter(Q(family=None) | Q(family=family))
    return min(rows, key=lambda row: row.family_id is None, default=None)


def _repaired_most(unit: InstalledUnit, since: date, until: date) -> tuple[int, str]:
    jobs = WorkOrder.objects.filter(
        request__unit=unit, status="completed", fault_code__isnull=False, repaired_on__gte=since, repaired_on__lt=until
    )
    counted = (
        jobs.order_by().values("fault_code__code").annotate(times=Count("pk")).order_by("-times", "fault_code__code")
    )
    most = counted.first()
    return (most["times"], most["fault_code__code"]) if most else (0, "")

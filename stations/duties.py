"""Which dealer must build a station by when, who is late, and who is told. Not here: how a station gets in."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.notifications import notify
from portal.core.parameters import param
from portal.core.states import lock
from stations.models import Dealer, DealerClass, DealerDuty, Membership, OperationCenter, Station, StationStatus

BUILT = (StationStatus.ACTIVE, StationStatus.SUSPENDED, StationStatus.EXPIRED)
OVERDUE = -1  # the threshold passed the day after
NOTICES = {
    "dealerduty.due": _("%(dealer)s must have built a service station by %(day)s"),
    "dealerduty.overdue": _("%(dealer)s should have built a service station by %(day)s"),
}


class DayNeeded(Refusal):
    """A class that must build says by when."""

    message = _("Dealers of the class “%(dealer_class)s” must build a station: give the day by which it must stand.")
    code = "build_day_needed"


class DayWithoutDuty(Refusal):
    """A class that need not build has no day."""

    message = _("Dealers of the class “%(dealer_class)s” need not build a station; got %(day)s, expected no day.")
    code = "build_day_without_duty"


@transaction.atomic
def set_duty(
    dealer: Dealer,
    *,
    dealer_class: DealerClass,
    center: OperationCenter,
    build_by: date | None = None,
    note: str = "",
    actor: Any,
    at: datetime | None = None,
) -> DealerDuty:
    """The dealer is of this class and, where it must build, has until the end of that day; alarms start anew.

    Raises DayNeeded, DayWithoutDuty. Writes one Event.
    """
    if dealer_class.must_build and build_by is None:
        raise DayNeeded(dealer_class=dealer_class, field="build_by")
    if not dealer_class.must_build and build_by is not None:
        raise DayWithoutDuty(dealer_class=dealer_class, day=build_by, field="build_by")
    lock(dealer)
    facts = {"dealer_class": dealer_class, "center": center, "build_by": build_by, "note": note, "alarmed_days": None}
    duty, _is_new = DealerDuty.objects.update_or_create(dealer=dealer, defaults=facts)
    data = {"class": dealer_class.code, "build_by": build_by and build_by.isoformat()}
    events.record(duty, "dealerduty.set", actor=actor, at=at, note=note, data=data)
    return duty


def built() -> Exists:
    """Whether a station of the duty's dealer was opened and has not left the network; for filters and annotations."""
    return Exists(Station.objects.filter(dealer=OuterRef("dealer"), status__in=BUILT))


def owing(duties: QuerySet[DealerDuty]) -> QuerySet[DealerDuty]:
    """Those who must build and have not, the most urgent first."""
    return duties.filter(~built(), dealer_class__must_build=True).order_by("build_by", "pk")


def due(duties: QuerySet[DealerDuty], on: date) -> QuerySet[DealerDuty]:
    """Those who owe a station and whose day is near (the first alarm) or past."""
    return owing(duties).filter(build_by__lte=on + timedelta(days=max(alarm_days(on), default=0)))


def alarm_days(on: date) -> list[int]:
    """Days before the end at which one is told."""
    return sorted(int(days) for days in param("stations.duty_alarm_days", on))


def days_left(duty: DealerDuty, on: date) -> int | None:
    """Days until the station must stand; negative when late, None where nothing is owed."""
    return (duty.build_by - on).days if duty.build_by else None


@transaction.atomic
def remind(*, at: datetime | None = None) -> int:
    """Dealer, center and region of every duty that passed a further alarm day are told, once each; how many duties."""
    at = at or clock.now()
    on = clock.local_date(at)
    steps = [OVERDUE, *alarm_days(on)]
    rows = due(DealerDuty.objects.all(), on).select_related("dealer", "dealer_class", "center")
    told = 0
    for duty in rows.select_for_update(of=("self",), no_key=True).order_by("pk"):
        left = days_left(duty, on)
        step = next(days for days in steps if (left or 0) <= days) if left is not None else None
        if step is None or (duty.alarmed_days is not None and duty.alarmed_days <= step):
            continue
        duty.alarmed_days = step
        duty.save(update_fields=["alarmed_days"])
        _tell(duty, "dealerduty.overdue" if step == OVERDUE else "dealerduty.due", at)
        told += 1
    return told


def _tell(duty: DealerDuty, kind: str, at: datetime) -> None:
    facts = {"dealer": str(duty.dealer), "day": duty.build_by.isoformat() if duty.build_by else ""}
    notify(concerned(duty, clock.local_date(at)), kind, facts, url=duty.get_absolute_url(), subject=duty, at=at)
    events.record(duty, "dealerduty.alarmed", actor=None, at=at, data={"days": duty.alarmed_days})


def concerned(duty: DealerDuty, on: date) -> QuerySet[User]:
    """The dealer's owners, the clerks of the center and the managers of the region."""
    here = (
        Q(dealer=duty.dealer_id, role=Role.STATION_OWNER)
        | Q(center=duty.center_id, role=Role.CENTER_CLERK)
        | Q(region=duty.center.region_id, role=Role.REGION_MANAGER)
    )
    held = Membership.objects.filter(here, Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True)

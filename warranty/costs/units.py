"""Units against which cost is measured, one by one: in service, in cover at the end of a month. Counted: warranty.costs.counting.

Cover here is that of the whole unit by the policy of its sale and what extended-warranty contracts add, without repair days and
cover of fitted parts: what the fleet is promised, set-based. What one unit's cover is on one day says warranty.coverage. A unit
is of the region of the station that registered its sale; where none did, of the one that served it last.
"""

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    DateField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from portal.core.parameters import param
from portal.core.scope import scope_of
from service.models import InstalledUnit, UnitStatus, WorkOrder
from service.states import WorkOrderStatus
from stations.models import Station
from warranty.costs.asked import Asked
from warranty.costs.extended import Extended, extended
from warranty.models import (
    PolicyLevel,
    PolicyMonths,
    PolicyStatus,
    RegistrationStatus,
    UnitRegistration,
    WarrantyPolicy,
)
from warranty.settlement_rules import next_month

UNDONE = (WorkOrderStatus.DECLINED, WorkOrderStatus.EXPIRED, WorkOrderStatus.CANCELLED)


def has_units(user: Any, asked: Asked) -> bool:
    """Whether units can be set against the cost: for headquarters, and for whoever sees whole regions and their cost only."""
    regions = regions_of(user)
    if regions is None or asked.region:
        return regions is None or asked.region.pk in regions  # type: ignore[union-attr]  # one of the two is said
    elsewhere = Station.objects.visible_to(user).exclude(center__region__in=regions)
    return bool(regions) and not elsewhere.exists()


def regions_of(user: Any) -> frozenset[int] | None:
    """The regions whose units the user's cost is set against; None for all of them."""
    scope = scope_of(user)
    return None if scope.everything else scope.of("region")


def region_of() -> Coalesce:
    """The region a unit belongs to, as an expression over units; null of one that nobody registered or served."""
    path = "station__center__region"
    registered = UnitRegistration.objects.filter(
        unit=OuterRef("pk"), status=RegistrationStatus.APPROVED, station__isnull=False
    )
    served = WorkOrder.objects.filter(request__unit=OuterRef("pk"), station__isnull=False).exclude(status__in=UNDONE)
    return Coalesce(Subquery(registered.values(path)[:1]), Subquery(served.order_by("-pk").values(path)[:1]))


def _asked_for(user: Any, asked: Asked) -> Any:
    """Units not scrapped, of the model and region that are asked for, and of the user's regions."""
    rows: Any = InstalledUnit.objects.visible_to(user).exclude(status=UnitStatus.SCRAPPED)
    if asked.model:
        rows = rows.filter(product_model=asked.model)
    regions = regions_of(user) if asked.region is None else {asked.region.pk}
    return rows if regions is None else rows.alias(its_region=region_of()).filter(its_region__in=regions)


def in_service(user: Any, asked: Asked) -> QuerySet[InstalledUnit]:
    """Units sold by the end of the months asked and not scrapped since."""
    found: QuerySet[InstalledUnit] = _asked_for(user, asked).filter(sold_on__lt=asked.end)
    return found


class EndOfCover(Func):
    """The first day after so many months from a day."""

    template = "(%(expressions)s))::date"
    arg_joiner = " + make_interval(months => "
    output_field = DateField()


def covered(user: Any, asked: Asked) -> Any:
    """Units not scrapped, with the days `cover_from` and `cover_to` (the first without) of the whole unit's own cover."""
    return with_cover(_asked_for(user, asked))


def with_cover(rows: Any) -> Any:
    """Of the units these, with the days of their cover."""
    return rows.annotate(cover_from=_start(), cover_months=_months()).annotate(
        cover_to=EndOfCover(F("cover_from"), F("cover_months"))
    )


def in_cover(user: Any, asked: Asked, month: date) -> QuerySet[InstalledUnit]:
    """Units in cover on the last day of a month, by their own cover or by a contract."""
    end, units = next_month(month), covered(user, asked)
    longer = {each.unit for each in extended_among(units) if each.first <= month < each.last}
    rows: QuerySet[InstalledUnit] = units.filter(Q(cover_from__lt=end, cover_to__gte=end) | Q(pk__among=list(longer)))
    return rows


def extended_among(units: Any, *told_apart_by: str) -> list[Extended]:
    """The months in which contracts keep some of these units, with the days of their cover, in cover beyond their own."""
    return extended(units.annotate(policy_id=Subquery(_policies().values("pk")[:1])), told_apart_by)


def _start() -> Coalesce:
    """As warranty.coverage.start_of: registration in time, else invoice, else shipment and the days of grace."""
    in_time = ExpressionWrapper(
        F("sale_date") + timedelta(days=param("warranty.registration_days")), output_field=DateField()
    )
    registered = UnitRegistration.objects.filter(
        unit=OuterRef("pk"), status=RegistrationStatus.APPROVED, filed_on__lte=in_time
    )
    grace = timedelta(days=param("warranty.ship_grace_days"))
    shipped = Cast(ExpressionWrapper(F("ship_date") + grace, output_field=DateField()), DateField())
    return Coalesce(Subquery(registered.values("sale_date")[:1]), F("invoice_on"), shipped, output_field=DateField())


def _months() -> Subquery:
    """The months of a whole unit by its policy."""
    whole = PolicyMonths.objects.filter(policy=OuterRef("pk"), part_class="whole_unit").values("months")[:1]
    chosen = _policies().values(its=Coalesce(Subquery(whole), 0))
    return Subquery(chosen[:1], output_field=IntegerField())


def _policies() -> QuerySet[WarrantyPolicy]:
    """As warranty.coverage.choose_policy: the narrowest policy of the day the cover starts first, of equals the latest."""
    levels = [PolicyLevel.SERIAL, PolicyLevel.MODEL, PolicyLevel.FAMILY, PolicyLevel.ALL]
    narrow = Case(
        *(When(level=level, then=Value(rank)) for rank, level in enumerate(levels)), output_field=IntegerField()
    )
    policies = WarrantyPolicy.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("cover_from")),
        Q(level=PolicyLevel.ALL)
        | Q(level=PolicyLevel.FAMILY, family=OuterRef("product_model__family"))
        | Q(level=PolicyLevel.MODEL, product_model=OuterRef("product_model"))
        | Q(level=PolicyLevel.SERIAL, serial_number=OuterRef("serial_number")),
        status=PolicyStatus.RELEASED,
        valid_from__lte=OuterRef("cover_from"),
    )
    return policies.order_by(narrow, "-valid_from", "code")

"""Reads what the rules want to know about a unit, a station and a day. Writes nothing, decides nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from parts import fitting
from parts.models import Part, Supersession
from portal.core import clock
from portal.core.parameters import param
from portal.core.written import Written
from service.models import InstalledUnit, UsageReading, WorkOrder
from stations.grading import grade_on
from stations.models import ProductModel, Station
from warranty import causes, coverage
from warranty.models import (
    CampaignStatus,
    CampaignUnit,
    ClaimLine,
    ExtendedContract,
    ExtendedStatus,
    GoodwillAuthorization,
    LaborRate,
    PolicyStatus,
    RegistrationStatus,
    TravelRate,
    UnitRegistration,
    WarrantyClaim,
    WarrantyPolicy,
)
from warranty.states import GRANTED

ZERO = Decimal(0)
RELEASED_ONCE = (CampaignStatus.RELEASED, CampaignStatus.ENDED)


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What is known of one unit, whatever part of it failed."""

    serial: coverage.Serial
    registration: coverage.RegistrationFact | None
    invoice_date: date | None
    ship_date: date | None
    policies: tuple[coverage.PolicyFact, ...]
    campaigns: tuple[coverage.CampaignFact, ...]
    repairs: tuple[coverage.RepairFact, ...]
    earlier_usage: tuple[Decimal, ...]
    settings: coverage.Settings
    piece_months: dict[str, int]
    piece_pays_labor: dict[str, bool]
    extensions: tuple[coverage.ExtensionFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Rates:
    """What a station is paid on a day: its grade, CNY an hour, CNY a kilometer, free kilometers."""

    grade: str
    hourly_rate: Decimal
    km_rate: Decimal
    free_km: Decimal


def cover_settings(on: date) -> coverage.Settings:
    """The dated parameters of coverage as they stood that day."""
    return coverage.Settings(
        registration_days=param("warranty.registration_days", on),
        ship_grace_days=param("warranty.ship_grace_days", on),
        core_months=param("warranty.core_months", on),
        piece_months=param("warranty.piece_months", on),
    )


def unit_facts(
    unit: InstalledUnit | None,
    *,
    serial_number: str = "",
    product_model: ProductModel | None = None,
    on: date,
    before_job: WorkOrder | None = None,
) -> UnitFacts:
    """The facts of a unit, a fixed number of queries. product_model: what the claim says it is; on: for parameters."""
    if unit is None:
        nothing = coverage.Serial(known=False, status="unknown", model_agrees=False)
        return UnitFacts(nothing, None, None, None, (), (), (), (), cover_settings(on), {}, {})
    policies = list(policies_of(unit))
    jobs = _earlier_jobs(unit, before_job)
    return UnitFacts(
        serial=coverage.Serial(
            known=True,
            status=str(unit.status),
            model_agrees=product_model is None or product_model.pk == unit.product_model_id,
        ),
        registration=_registration_of(unit),
        invoice_date=unit.invoice_on,
        ship_date=unit.ship_date,
        policies=tuple(policy_fact(policy) for policy in policies),
        campaigns=tuple(_campaigns_of(unit)),
        repairs=tuple(_repair_fact(job) for job in jobs if job.repaired_on),
        earlier_usage=_earlier_usage(unit, before_job),
        settings=cover_settings(on),
        piece_months={policy.reference: policy.piece_months for policy in policies},
        piece_pays_labor={policy.reference: policy.piece_pays_labor for policy in policies},
        extensions=tuple(_extensions_of(unit)),
    )


def part_facts(
    facts: UnitFacts,
    *,
    part_class: str,
    failure_day: date,
    repair_day: date,
    remedy: str = "replace",
    cause: str = "",
    op_code: str = "",
    usage: Decimal | None = None,
    fitted: ClaimLine | None = None,
    goodwill: GoodwillAuthorization | None = None,
    excluded: tuple[str, ...] | None = None,
) -> coverage.Facts:
    """What the coverage of one failed part rests on. fitted: the claim line on which this very piece was fitted.

    excluded: the causes excluded on the failure day, read if not given.
    """
    return coverage.Facts(
        serial=facts.serial,
        failure_day=failure_day,
        repair_day=repair_day,
        part_class=part_class,
        remedy=remedy,
        cause=cause,
        op_code=op_code,
        campaigns=facts.campaigns,
        registration=facts.registration,
        invoice_date=facts.invoice_date,
        ship_date=facts.ship_date,
        policies=facts.policies,
        repairs=facts.repairs,
        usage=usage,
        earlier_usage=facts.earlier_usage,
        piece=_piece_fact(facts, fitted) if fitted else None,
        goodwill=_goodwill_fact(goodwill) if goodwill and goodwill.pays else None,
        extensions=facts.extensions,
        settings=facts.settings,
        excluded_causes=causes.codes_on(failure_day) if excluded is None else excluded,
    )


def judge_part(facts: UnitFacts, **given: Any) -> coverage.Verdict:
    """The coverage of one failed part of the unit; arguments as for part_facts. Without a cause none is looked up."""
    if not given.get("cause"):
        given["excluded"] = ()
    return coverage.judge(part_facts(facts, **given))


def rates_of(station: Station, on: date) -> Rates:
    """The station's grade that day and its rates; probation is priced as C; a missing rate is 0, which a person sees."""
    grade = str(grade_on(station, on))
    region = station.center.region_id
    priced_as = "C" if grade == "probation" else grade
    labor = of_region(_labor_rates(region, on, priced_as))
    travel = of_region(_travel_rates(region, on))
    return Rates(
        grade=grade,
        hourly_rate=labor.hourly_rate if labor else ZERO,
        km_rate=travel.km_rate if travel else ZERO,
        free_km=travel.free_km if travel else ZERO,
    )


def supersession_links(part_numbers: Iterable[str]) -> list[tuple[str, str]]:
    """Every supersession (old, new) that touches the chains of these parts, found step by step."""
    known: set[str] = set()
    wanted = {number for number in part_numbers if number}
    links: set[tuple[str, str]] = set()
    while wanted:
        known |= wanted
        found = set(_supersessions(clock.today(), sorted(wanted)))
        links |= found
        wanted = {number for pair in found for number in pair} - known
    return sorted(links)


_supersessions = Written(
    lambda day, numbers: (
        Supersession.objects.in_force(day)
        .filter(Q(old__number__in=numbers) | Q(new__number__in=numbers))
        .values_list("old__number", "new__number")
    )
)


def fits_unit(
    part: Part, product_model: ProductModel | None, unit: InstalledUnit | None, links: Sequence[tuple[str, str]]
) -> bool:
    """The part, or one that it supersedes or that supersedes it, stands in the unit's bill of materials (C17)."""
    from warranty.duplicates import part_chain

    if product_model is None:
        return False
    facts: dict[str, Any] = {"serial": unit.serial_number, "produced_on": unit.produced_on} if unit else {}
    return fitting.fits(part_chain(part.number, links), product_model, **facts)


def fitted_on_claim(line: ClaimLine, serial_number: str, failed_on: date) -> ClaimLine | None:
    """The granted claim line on which the piece that failed now was fitted: by its serial number, else by unit and part."""
    return fitted_before(
        serial_number=serial_number,
        part_id=line.part_id,
        removed_serial=line.removed_serial,
        failed_on=failed_on,
        claim_id=line.claim_id,
    )


def fitted_before(
    *, serial_number: str, part_id: int | None, removed_serial: str, failed_on: date, claim_id: int | None = None
) -> ClaimLine | None:
    """The same for a part that nobody has claimed yet. claim_id: a claim that does not count."""
    if removed_serial:
        return _fitted_under.first(failed_on, claim_id, removed_serial)
    return _fitted_in.first(failed_on, claim_id, serial_number, part_id)


def _fitted(failed_on: date, claim_id: int | None, **where: Any) -> Any:
    earlier = ClaimLine.objects.filter(
        claim__status__in=GRANTED,
        claim__repaired_on__lte=failed_on,
        kind="part",
        remedy="replace",
        approved_amount__gt=0,
        **where,
    )
    others = earlier.exclude(claim=claim_id) if claim_id else earlier
    return others.select_related("claim").order_by("-claim__repaired_on", "-pk")[:1]


_fitted_under = Written(lambda day, claim, serial: _fitted(day, claim, fitted_serial=serial))
_fitted_in = Written(lambda day, claim, unit, part: _fitted(day, claim, claim__serial_number=unit, part=part))


def find_unit(serial_number: str) -> InstalledUnit | None:
    """The unit under this serial number."""
    return InstalledUnit.objects.filter(serial_number=serial_number).select_related("product_model__family").first()


def policies_of(unit: InstalledUnit) -> Iterable[WarrantyPolicy]:
    """Every released version that speaks of the unit, of all levels and days."""
    return _policies(unit.product_model.family_id, unit.product_model_id, unit.serial_number)


_policies = Written(
    lambda family, model, serial: WarrantyPolicy.objects.filter(
        Q(status=PolicyStatus.RELEASED),
        Q(level="all")
        | Q(level="family", family=family)
        | Q(level="model", product_model=model)
        | Q(level="serial", serial_number=serial),
    ).prefetch_related("months")
)


def policy_fact(policy: WarrantyPolicy) -> coverage.PolicyFact:
    """One version of a policy as the rules take it."""
    return coverage.PolicyFact(
        id=policy.reference,
        level=policy.level,
        valid_from=policy.valid_from,
        valid_to=policy.valid_to,
        months={row.part_class: row.months for row in policy.months.all()},
        usage_limit=policy.usage_limit,
    )


def _registration_of(unit: InstalledUnit) -> coverage.RegistrationFact | None:
    row = _registrations.first(unit.pk)
    return coverage.RegistrationFact(row.sale_date, row.filed_on, True) if row else None


def _campaigns_of(unit: InstalledUnit) -> Iterable[coverage.CampaignFact]:
    for row in _campaign_units(unit.serial_number):
        campaign = row.campaign
        codes = tuple(operation.code for operation in campaign.operations.all())
        yield coverage.CampaignFact(
            campaign.code, campaign.valid_from, campaign.valid_to, True, codes, used=bool(row.used_by)
        )


def _extensions_of(unit: InstalledUnit) -> Iterable[coverage.ExtensionFact]:
    for row in _extended(unit.pk):
        yield coverage.ExtensionFact(
            row.number, row.bought_on, row.months, tuple(row.part_classes), row.payer_name or row.payer
        )


def _earlier_jobs(unit: InstalledUnit, before: WorkOrder | None) -> Iterable[WorkOrder]:
    return _jobs(unit.pk, before.pk if before else None)


def _earlier_usage(unit: InstalledUnit, before: WorkOrder | None) -> tuple[Decimal, ...]:
    if before is None:
        return tuple(_readings(unit.pk, None, None))
    return tuple(_readings(unit.pk, before.number, before.completed_at))


def _jobs_of(unit: int, but: int | None) -> QuerySet[WorkOrder]:
    jobs = WorkOrder.objects.filter(request__unit=unit, repaired_on__isnull=False).select_related("request")
    return jobs.exclude(pk=but) if but else jobs


def _readings_of(unit: int, but: str | None, before: datetime | None) -> QuerySet[UsageReading, Decimal]:
    readings = UsageReading.objects.filter(unit=unit)
    if but is not None:
        readings = readings.exclude(source=but)
    if before is not None:
        readings = readings.filter(read_at__lt=before)
    return readings.values_list("value", flat=True)


_jobs, _readings = Written(_jobs_of), Written(_readings_of)
_registrations = Written(
    lambda unit: UnitRegistration.objects.filter(unit=unit, status=RegistrationStatus.APPROVED)[:1]
)
_campaign_units = Written(
    lambda serial: (
        CampaignUnit.objects.filter(serial_number=serial, campaign__status__in=RELEASED_ONCE)
        .select_related("campaign")
        .prefetch_related("campaign__operations")
    )
)
_extended = Written(lambda unit: ExtendedContract.objects.filter(unit=unit, status=ExtendedStatus.IN_FORCE))


def _repair_fact(job: WorkOrder) -> coverage.RepairFact:
    return coverage.RepairFact(clock.local_date(job.request.created_at), job.repaired_on)


def _piece_fact(facts: UnitFacts, fitted: ClaimLine) -> coverage.PieceFact:
    sold: Any = coverage.start_of(
        coverage.Facts(
            serial=facts.serial,
            failure_day=fitted.claim.failed_on,
            repair_day=fitted.claim.repaired_on,
            part_class="",
            remedy="",
            registration=facts.registration,
            invoice_date=facts.invoice_date,
            ship_date=facts.ship_date,
            settings=facts.settings,
        )
    )[0]
    policy = coverage.choose_policy(facts.policies, sold) if sold else None
    code = policy.id if policy else ""
    return coverage.PieceFact(
        source="claim",
        paid=fitted.claim.status in GRANTED,
        fitted_on=fitted.claim.repaired_on,
        own_months=facts.piece_months.get(code, param("warranty.piece_months", fitted.claim.repaired_on)),
        labor_flag=facts.piece_pays_labor.get(code, False),
    )


def _goodwill_fact(goodwill: GoodwillAuthorization) -> coverage.GoodwillFact:
    shares = {
        "part": goodwill.part_share_percent,
        "labor": goodwill.labor_share_percent,
        "travel": goodwill.travel_share_percent,
    }
    assert goodwill.expires_on  # noqa: S101 one that pays has an end
    return coverage.GoodwillFact(goodwill.expires_on, {kind: Decimal(share) / 100 for kind, share in shares.items()})


def _in_force(rates: Any, region: int, on: date) -> Any:
    held = rates.order_by().filter(Q(region=region) | Q(region=None), valid_from__lte=on)
    return held.filter(Q(valid_to=None) | Q(valid_to__gt=on))


_labor_rates = Written(
    lambda region, on, grade: _in_force(LaborRate.objects.released().filter(grade=grade), region, on)
)
_travel_rates = Written(lambda region, on: _in_force(TravelRate.objects.released(), region, on))


def of_region(rates: Iterable[Any]) -> Any:
    """The rate of the region, else the general one; of several the one that came into force last."""
    return min(rates, key=lambda rate: (rate.region_id is None, -rate.valid_from.toordinal()), default=None)


def claims_of_serial(serial_number: str) -> Any:
    """Every claim on a serial number that holds a duplicate key, latest failure first."""
    return WarrantyClaim.objects.holding_key().filter(serial_number=serial_number).order_by("-failed_on")

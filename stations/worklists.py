"""What waits for whom in the network; hits of the search."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import HQ_ROLES, Role, roles_of
from portal.core import clock
from portal.core.registries import Hit, WorkItem, Worklist
from portal.core.tones import tone_of
from stations import standing_work
from stations.models import (
    ApplicationStatus,
    Contract,
    ProductModel,
    RectificationFinding,
    RectificationOrder,
    SiteInspection,
    SkillCertificate,
    Station,
    StationApplication,
)

HITS = 3
SOON_DAYS = 60
VISIT_DAYS = 14
S = ApplicationStatus


def worklists(user: Any) -> Iterator[Worklist]:
    """The user's groups of work."""
    held = roles_of(user)
    if held & {Role.REGION_MANAGER, Role.CENTER_CLERK}:
        yield from _region(user, held)
    if Role.SERVICE_MANAGER in held:
        decide = _applications(user, S.HQ_DECISION)
        yield _queue("applications_to_decide", _("Applications to decide"), decide, S.HQ_DECISION)
        sign = _applications(user, S.CONTRACTING)
        yield _queue("contracts_to_sign", _("Contracts to sign"), sign, S.CONTRACTING)
    yield from standing_work.worklists(user, held)
    if held & {Role.STATION_OWNER, Role.STATION_CLERK}:
        yield _to_put_right(user)
    if Role.MYSTERY_CUSTOMER in held:
        yield _visits(user, everywhere=False)
    if held & {Role.REGION_MANAGER, Role.STATION_OWNER}:
        yield _ending_certificates(user)


def _region(user: Any, held: frozenset[Role]) -> Iterator[Worklist]:
    if Role.REGION_MANAGER in held:
        review = _applications(user, S.REGION_REVIEW)
        yield _queue("applications_to_review", _("Applications to review"), review, S.REGION_REVIEW)
    check = _applications(user, S.CENTER_CHECK)
    yield _queue("applications_to_check", _("Applications that look alike"), check, S.CENTER_CHECK)
    inspect = _applications(user, S.INSPECTION)
    yield _queue("sites_to_inspect", _("Sites to inspect"), inspect, S.INSPECTION)
    yield _visits(user, Role.REGION_MANAGER in held)
    yield _evidence(user)
    yield _rectifications(user)


def _applications(user: Any, status: str) -> QuerySet[StationApplication]:
    """What the user may decide: not what they filed, nor whom they invited, nor what they reviewed for the region."""
    rows = StationApplication.objects.visible_to(user).filter(status=status)
    if status != S.CONTRACTING:
        rows = rows.exclude(filed_by=user).exclude(invitation__invited_by=user)
    if status == S.HQ_DECISION:
        rows = rows.exclude(region_decider=user)
    return rows.select_related("center").order_by("submitted_at", "pk")


def _queue(key: str, label: Any, rows: QuerySet[StationApplication], status: str) -> Worklist:
    return Worklist(key, label, rows, _application, f"{reverse('application_list')}?status={status}", "wait")


def _application(row: StationApplication) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=row.company_name,
        url=row.get_absolute_url(),
        detail=f"{row.local_station_name} · {row.center}",
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "stationapplication"),
    )


def _visits(user: Any, everywhere: bool) -> Worklist:
    """Planned and begun visits of the next days, by day; a mystery customer's are their own."""
    until = clock.today() + timedelta(days=VISIT_DAYS)
    rows = SiteInspection.objects.visible_to(user).open().filter(station__isnull=False)
    rows = rows.filter(Q(planned_on__lte=until) | Q(status="under_way"))
    if not everywhere:
        rows = rows.filter(Q(inspector=None) | Q(inspector=user))
    rows = rows.select_related("station", "application").order_by("planned_on", "pk")
    return Worklist("visits_due", _("Visits due"), rows, _visit, reverse("visit_list"), "wait")


def _visit(row: SiteInspection) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=row.place,
        url=row.get_absolute_url(),
        detail=str(row.get_purpose_display()),
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "siteinspection"),
        due_at=clock.end_of(row.planned_on) if row.planned_on else None,
        due_label=gettext("visit"),
    )


def _evidence(user: Any) -> Worklist:
    """Findings that were shown as put right, for the region to look at."""
    rows = RectificationFinding.objects.visible_to(user).filter(status="answered", order__status="open")
    rows = rows.select_related("order__station", "order__application", "order__inspection").order_by("answered_at")
    return Worklist("evidence", _("Evidence to review"), rows, _finding, reverse("rectification_list"), "wait")


def _to_put_right(user: Any) -> Worklist:
    """Findings at the user's own station."""
    rows = RectificationFinding.objects.visible_to(user).filter(
        status="open", order__status="open", order__station__isnull=False
    )
    rows = rows.select_related("order__station", "order__application", "order__inspection").order_by("due_on", "pk")
    return Worklist("to_put_right", _("Findings to put right"), rows, _finding, reverse("rectification_list"), "wait")


def _finding(row: RectificationFinding) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=row.finding[:80],
        url=row.get_absolute_url(),
        detail=row.order.place,
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "rectificationfinding"),
        due_at=clock.end_of(row.due_on),
        due_label=gettext("put right"),
    )


def _rectifications(user: Any) -> Worklist:
    rows = RectificationOrder.objects.visible_to(user).filter(status="open", verified_by="visit")
    rows = rows.select_related("application", "station", "inspection")
    url = f"{reverse('rectification_list')}?status=open"
    label = _("Rectifications to re-visit")
    return Worklist("rectifications", label, rows.order_by("due_on"), _rectification, url, "wait")


def _rectification(row: RectificationOrder) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=row.place,
        url=row.get_absolute_url(),
        detail=row.findings[:80],
        due_at=clock.end_of(row.due_on),
        due_label=gettext("re-visit"),
    )


def _ending_certificates(user: Any) -> Worklist:
    today = clock.today()
    rows = (
        SkillCertificate.objects.visible_to(user)
        .filter(technician__is_active=True, valid_to__gt=today, valid_to__lte=today + timedelta(days=SOON_DAYS))
        .select_related("technician__station", "family")
        .order_by("valid_to")
    )
    label = _("Certificates that end soon")
    return Worklist("certificates_ending", label, rows, _ending_certificate, reverse("station_list"), "calm")


def _ending_certificate(row: SkillCertificate) -> WorkItem:
    return WorkItem(
        number=row.technician.name,
        title=f"{row.family} · {row.get_level_display()}",
        url=row.technician.station.get_absolute_url(),
        detail=str(row.technician.station),
        due_at=clock.start_of(row.valid_to),
        due_label=gettext("certificate ends"),
    )


def search(user: Any, text: str) -> Iterator[Hit]:
    """Stations, applications, contracts and product models that contain the text."""
    held = roles_of(user)
    stations = Station.objects.visible_to(user).filter(
        Q(code__holds=text) | Q(name__holds=text) | Q(name_en__holds=text) | Q(phone__contains=text)
    )
    for station in stations.select_related("center").order_by("code")[:HITS]:
        yield Hit(_("Station"), station.code, str(station), station.get_absolute_url(), str(station.center))
    if user.has_perm("stations.view_stationapplication"):
        found = StationApplication.objects.visible_to(user).filter(
            Q(number__holds=text) | Q(company_name__holds=text) | Q(phone__contains=text)
        )
        for row in found.order_by("-pk")[:HITS]:
            yield Hit(
                _("Station application"), row.number, row.company_name, row.get_absolute_url(), row.local_station_name
            )
    if user.has_perm("stations.view_contract"):
        signed = Contract.objects.visible_to(user).filter(number__holds=text).select_related("station")
        for contract in signed.order_by("-pk")[:HITS]:
            yield Hit(_("Contract"), contract.number, str(contract.station), contract.get_absolute_url())
    if held & (HQ_ROLES | {Role.STATION_CLERK, Role.STATION_OWNER, Role.TECHNICIAN}):
        models = ProductModel.objects.filter(Q(code__holds=text) | Q(name__holds=text)).order_by("code")
        for model in models[:HITS]:
            url = f"{reverse('product_list')}?q={model.code}"
            yield Hit(_("Product model"), model.code, model.local_name, url)

"""What waits around contracts, renewals, exits and deposits. Not here: applications and people (worklists)."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.core import clock, show
from portal.core.registries import WorkItem, Worklist
from portal.core.tones import tone_of
from stations import contracts, deposits
from stations.models import Contract, ExitItem, ExitItemStatus, Renewal, RenewalStatus, Station, StationStatus

SOON_DAYS = 60
WATCHING = frozenset({Role.SERVICE_MANAGER, Role.REGION_MANAGER, Role.STATION_OWNER})
MONEY = ("last_statement", "deposit", "stock")


def worklists(user: Any, held: frozenset[Role]) -> Iterator[Worklist]:
    """The user's groups of work."""
    if held & WATCHING:
        yield _ending_contracts(user)
    if Role.STATION_OWNER in held:
        yield _renewals(user, RenewalStatus.PREPARED, "renewals_to_agree", _("Renewals to agree to"))
    if Role.SERVICE_MANAGER in held:
        yield _renewals(user, RenewalStatus.AGREED, "renewals_to_sign", _("Renewals to sign"))
        yield _suspended(user)
    if held & {Role.SERVICE_MANAGER, Role.FINANCE}:
        yield _exit_items(user, only_money=Role.SERVICE_MANAGER not in held)
    if Role.FINANCE in held:
        yield _deposits(user)


def _ending_contracts(user: Any) -> Worklist:
    visible = Contract.objects.visible_to(user).values("pk")
    rows = contracts.ending_soon(clock.today(), SOON_DAYS).filter(pk__in=visible).select_related("station")
    url = f"{reverse('contract_list')}?stage={SOON_DAYS}"
    return Worklist("contracts_ending", _("Contracts that end soon"), rows, _ending_contract, url, "wait")


def _ending_contract(row: Contract) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=str(row.station),
        url=row.get_absolute_url(),
        due_at=clock.start_of(row.valid_to),
        due_label=gettext("contract ends"),
    )


def _renewals(user: Any, status: str, key: str, label: Any) -> Worklist:
    rows = Renewal.objects.visible_to(user).filter(status=status).select_related("station").order_by("pk")
    return Worklist(key, label, rows, _renewal, f"{reverse('renewal_list')}?status={status}", "wait")


def _renewal(row: Renewal) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=str(row.station),
        url=row.get_absolute_url(),
        status=str(row.get_status_display()),
        tone=tone_of(row.status, "renewal"),
    )


def _suspended(user: Any) -> Worklist:
    rows = Station.objects.visible_to(user).filter(status=StationStatus.SUSPENDED).order_by("code")
    url = f"{reverse('station_list')}?status={StationStatus.SUSPENDED}"
    return Worklist("stations_suspended", _("Suspended stations"), rows, _station, url, "wait")


def _station(row: Station) -> WorkItem:
    return WorkItem(number=row.code, title=str(row), url=row.get_absolute_url())


def _exit_items(user: Any, *, only_money: bool) -> Worklist:
    rows = ExitItem.objects.visible_to(user).filter(status=ExitItemStatus.PENDING)
    if only_money:
        rows = rows.filter(key__in=MONEY)
    rows = rows.select_related("exit__station").order_by("exit__terminated_at", "pk")
    return Worklist(
        "exit_items", _("Exits: still to do"), rows, _exit_item, f"{reverse('exit_list')}?status=open", "wait"
    )


def _exit_item(row: ExitItem) -> WorkItem:
    from stations.exits import label_of

    return WorkItem(
        number=row.exit.number, title=label_of(row), url=row.get_absolute_url(), detail=str(row.exit.station)
    )


def _deposits(user: Any) -> Worklist:
    today = clock.today()
    rows = deposits.missing_deposits(Contract.objects.visible_to(user)).filter(
        valid_from__lte=today, valid_to__gt=today
    )
    rows = rows.exclude(station__status=StationStatus.TERMINATED).select_related("station").order_by("valid_from", "pk")
    return Worklist(
        "deposits_missing", _("Deposits that have not arrived"), rows, _deposit, f"{reverse('contract_list')}?stage=deposit",
        "wait",
    )  # fmt: skip


def _deposit(row: Contract) -> WorkItem:
    missing = row.deposit_due - row.deposit_held  # type: ignore[attr-defined]
    return WorkItem(row.number, str(row.station), row.get_absolute_url(), detail=show.money(missing))

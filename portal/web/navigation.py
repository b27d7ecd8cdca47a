"""The menu by role: one table of pages. Not here: who may open a page (its own permission decides)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import HQ_ROLES, STATION_ROLES, Role, roles_of

STATION = STATION_ROLES
OFFICE = frozenset({Role.STATION_OWNER, Role.STATION_CLERK})
FIELD = frozenset({Role.REGION_MANAGER, Role.CENTER_CLERK})
EVERYONE = frozenset(Role)


@dataclass(frozen=True)
class Entry:
    """A page of the menu, for these roles.

    counts: keys of worklists whose sum stands beside it; "*" is all of them. tab: rank on a phone, 0 for none.
    """

    label: str | Promise
    url_name: str
    roles: frozenset[Role]
    group: str | Promise = ""
    counts: tuple[str, ...] = ()
    tab: int = 0


@dataclass(frozen=True)
class Item:
    """An entry as one page shows it."""

    label: str | Promise
    url: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True)
class Group:
    """Entries under one small heading."""

    label: str | Promise
    items: list[Item]


OWN_STATION = _("This station")
NETWORK = _("Network")
TOOLS = _("Tools")
PARTS = _("Parts")
OWN = _("My account")
PEOPLE = STATION | FIELD | HQ_ROLES
SUPPLIER = frozenset({Role.SUPPLIER})

BUILDERS = FIELD | {Role.SERVICE_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}
APPLICATION_WORK = (
    "applications_to_review", "applications_to_check", "sites_to_inspect", "applications_to_decide", "contracts_to_sign",
)  # fmt: skip

ENTRIES: tuple[Entry, ...] = (
    Entry(_("Today"), "today", EVERYONE, counts=("*",), tab=1),
    Entry(_("Administration"), "admin:index", HQ_ROLES, tab=2),
    Entry(_("Service requests"), "request_list", OFFICE | FIELD | HQ_ROLES, counts=("requests",)),
    Entry(_("Work orders"), "work_order_list", PEOPLE, counts=("work_orders", "offers"), tab=2),
    Entry(_("Parts orders"), "parts_order_list", OFFICE | FIELD | HQ_ROLES, counts=("parts_orders",), tab=4),
    Entry(_("Shipments"), "shipment_list", OFFICE, counts=("shipments",)),
    Entry(_("Claims"), "claim_list", OFFICE | FIELD | HQ_ROLES, counts=("claims",), tab=3),
    Entry(_("Old-part return"), "failed_part_list", OFFICE | HQ_ROLES, counts=("failed_parts",)),
    Entry(_("Statements"), "statement_list", OFFICE | HQ_ROLES, counts=("statements",)),
    Entry(_("Chargebacks"), "chargeback_list", SUPPLIER, counts=("chargebacks",), tab=2),
    Entry(_("Station stock"), "station_stock", STATION, OWN_STATION, tab=3),
    Entry(_("Parts catalog"), "part_list", PEOPLE, PARTS),
    Entry(_("Price list"), "public_prices", PEOPLE, PARTS),
    Entry(_("Authorization and grade"), "station_list", STATION, OWN_STATION),
    Entry(_("Account with headquarters"), "dealer_account_list", frozenset({Role.STATION_OWNER}), OWN_STATION),
    Entry(_("Applications"), "application_list", BUILDERS, NETWORK, counts=APPLICATION_WORK, tab=2),
    Entry(_("Invitations"), "invitation_list", BUILDERS, NETWORK),
    Entry(_("Stations"), "station_list", FIELD | HQ_ROLES, NETWORK, tab=3),
    Entry(_("Products"), "product_list", FIELD | HQ_ROLES, NETWORK),
    Entry(_("Dealer accounts"), "dealer_account_list", BUILDERS - FIELD | {Role.FINANCE}, NETWORK),
    Entry(_("Jobs"), "job_list", HQ_ROLES, TOOLS),
    Entry(_("Imports"), "import_list", HQ_ROLES, TOOLS),
    Entry(_("Notifications"), "notification_list", EVERYONE, OWN, counts=("notifications",)),
    Entry(_("My account"), "account", EVERYONE, OWN, tab=9),
)


def menu(user: Any, path: str, counts: dict[str, int]) -> tuple[list[Group], list[Item]]:
    """The sidebar's groups and the phone's tabs (at most four) for a user on a page."""
    held = roles_of(user)
    shown = [(entry, address) for entry in ENTRIES if entry.roles & held and (address := _address(entry.url_name))]
    current = max((address for _entry, address in shown if _is_within(path, address)), key=len, default="")
    items = {entry.url_name: _item(entry, address, counts, current) for entry, address in shown}
    groups: dict[str, Group] = {}
    for name, item in items.items():
        entry = next(entry for entry, _where in shown if entry.url_name == name)
        groups.setdefault(str(entry.group), Group(entry.group, [])).items.append(item)
    tabbed = sorted((entry for entry, _where in shown if entry.tab), key=lambda entry: entry.tab)
    return list(groups.values()), [items[entry.url_name] for entry in _four(tabbed)]


def _four(entries: list[Entry]) -> list[Entry]:
    return entries if len(entries) <= 4 else [*entries[:3], entries[-1]]


def _item(entry: Entry, address: str, counts: dict[str, int], current: str) -> Item:
    waiting = sum(count for key, count in counts.items() if key != "notifications")
    count = waiting if "*" in entry.counts else sum(counts.get(key, 0) for key in entry.counts)
    return Item(entry.label, address, count, address == current)


def _is_within(path: str, address: str) -> bool:
    return path == address if address == "/" else path.startswith(address)


def _address(name: str) -> str:
    """The address of a page; empty for an app that is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def labels(held: Iterable[Role]) -> str:
    """The roles in words."""
    return "、".join(str(role.label) for role in Role if role in held)

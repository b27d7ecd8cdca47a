"""The menu by role: one table of pages. Not here: who may open a page (its own permission decides)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import HQ_ROLES, STATION_ROLES, Role, roles_of
from portal.core import show
from portal.core.counting import say_count

STATION = STATION_ROLES
OFFICE = frozenset({Role.STATION_OWNER, Role.STATION_CLERK})
FIELD = frozenset({Role.REGION_MANAGER, Role.CENTER_CLERK})
EVERYONE = frozenset(Role)


@dataclass(frozen=True)
class Entry:
    """A page of the menu, for these roles.

    Beside it stands how much work waits on its page and below; with counts_all, on all pages. tab: rank on a phone, 0 for
    none, with a shorter label of its own there if need be; covers: the page whose records also belong to the entry.
    """

    label: str | Promise
    url_name: str
    roles: frozenset[Role]
    group: str | Promise = ""
    counts_all: bool = False
    tab: int = 0
    tab_label: str | Promise = ""
    covers: str = ""


@dataclass(frozen=True)
class Item:
    """An entry as one page shows it."""

    label: str | Promise
    url: str
    count: str = ""
    current: bool = False


@dataclass(frozen=True)
class Group:
    """Entries under one small heading."""

    label: str | Promise
    items: list[Item]


OWN_STATION = _("This station")
NETWORK = _("Network")
TOOLS = _("Tools")
TRAINING = _("Training")
PARTS = _("Parts")
OWN = _("My account")
PEOPLE = STATION | FIELD | HQ_ROLES
SUPPLIER = frozenset({Role.SUPPLIER})

WAREHOUSE = frozenset({Role.WAREHOUSE})
BUYERS = frozenset({Role.WAREHOUSE, Role.FINANCE, Role.AUDITOR})
STATEMENT_DESK = frozenset({Role.FINANCE, Role.SERVICE_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR})
BUILDERS = FIELD | {Role.SERVICE_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}

ENTRIES: tuple[Entry, ...] = (
    Entry(_("Today"), "today", EVERYONE, counts_all=True, tab=1),
    Entry(_("Admin"), "admin:index", HQ_ROLES, tab=3),
    Entry(_("Intake"), "intake", frozenset({Role.AGENT, Role.SERVICE_MANAGER})),
    Entry(_("My jobs"), "my_jobs", frozenset({Role.TECHNICIAN}), tab=2),
    Entry(_("Service requests"), "request_list", OFFICE | FIELD | HQ_ROLES),
    Entry(_("Work orders"), "work_order_list", PEOPLE, tab=3),
    Entry(_("Parts orders"), "parts_order_list", OFFICE | FIELD | HQ_ROLES, tab=5, covers="order_template_list"),
    Entry(_("Shipments"), "shipment_list", OFFICE),
    Entry(pgettext_lazy("warehouse", "Shipments"), "shipment_list", WAREHOUSE, PARTS, tab=2),
    Entry(_("Orders to pick"), "pick_desk", WAREHOUSE, PARTS, covers="pick_wave_list"),
    Entry(_("Receiving cases"), "receiving_case_list", OFFICE | BUYERS),
    Entry(_("Returns of unused parts"), "parts_return_list", OFFICE | BUYERS),
    Entry(_("Transfers between stations"), "stock_transfer_list", OFFICE | BUYERS),
    Entry(
        _("Claims to decide"),
        "claim_queue",
        frozenset({Role.REVIEWER, Role.APPROVER, Role.SERVICE_MANAGER, Role.AUDITOR}),
        tab=2,
        tab_label=pgettext_lazy("tab", "To decide"),
    ),
    Entry(_("Finished jobs to claim"), "claimable_jobs", OFFICE),
    Entry(_("Claims"), "claim_list", OFFICE | FIELD | HQ_ROLES, tab=4, covers="claim_report_list"),
    Entry(pgettext_lazy("page", "Goodwill"), "goodwill_list", OFFICE | FIELD | HQ_ROLES, covers="goodwill_budget_list"),
    Entry(_("Limits and rates"), "limits_in_force", HQ_ROLES),
    Entry(_("Service campaigns"), "campaign_list", HQ_ROLES),
    Entry(_("Prior authorizations"), "authorization_list", OFFICE | FIELD | HQ_ROLES),
    Entry(_("Appeals"), "appeal_list", OFFICE | {Role.REVIEWER, Role.APPROVER, Role.SERVICE_MANAGER, Role.AUDITOR}),
    Entry(_("Is it covered?"), "coverage_question", PEOPLE),
    Entry(_("Unit registrations"), "registration_list", OFFICE | HQ_ROLES),
    Entry(_("Old-part return"), "failed_part_list", OFFICE | (HQ_ROLES - {Role.AGENT})),
    Entry(_("Old parts to return"), "failed_parts_to_return", OFFICE),
    Entry(_("Receiving of old parts"), "failed_part_receive", frozenset({Role.WAREHOUSE, Role.APPRAISER})),
    Entry(_("Appraisal bench"), "failed_part_bench", frozenset({Role.APPRAISER})),
    Entry(_("Supplier recovery"), "recovery_list", frozenset({Role.FINANCE, Role.AUDITOR})),
    Entry(
        _("Warranty cost"),
        "costs",
        frozenset({Role.REGION_MANAGER, Role.QUALITY, Role.APPROVER, Role.FINANCE, Role.SERVICE_MANAGER, Role.AUDITOR}),
    ),
    Entry(_("Statements"), "statement_list", OFFICE | STATEMENT_DESK),
    Entry(
        pgettext_lazy("page", "Fines"),
        "fine_list",
        OFFICE | FIELD | {Role.FINANCE, Role.SERVICE_MANAGER, Role.REVIEWER, Role.APPROVER, Role.QUALITY, Role.AUDITOR},
    ),
    Entry(
        _("Chargebacks"),
        "chargeback_list",
        SUPPLIER | {Role.FINANCE, Role.REVIEWER, Role.APPROVER, Role.AUDITOR},
        tab=2,
    ),
    Entry(_("Supplier statements"), "supplier_statement_list", SUPPLIER | {Role.FINANCE, Role.AUDITOR}),
    Entry(_("Parts to fetch"), "piece_shipment_list", SUPPLIER, tab=4),
    Entry(
        _("Region audits"),
        "region_audit_list",
        frozenset({Role.REGION_MANAGER, Role.AUDITOR, Role.REVIEWER, Role.APPROVER}),
    ),
    Entry(
        _("Replays of claims"),
        "replay_list",
        frozenset({Role.SERVICE_MANAGER, Role.APPROVER, Role.FINANCE, Role.AUDITOR}),
    ),
    Entry(_("Documents and bulletins"), "bulletin_list", PEOPLE),
    Entry(_("Improvement ideas"), "idea_list", PEOPLE),
    Entry(_("Station stock"), "station_stock", STATION, OWN_STATION, tab=6),
    Entry(_("My van"), "van_mine", frozenset({Role.TECHNICIAN}), OWN_STATION, covers="van_list"),
    Entry(_("Vans"), "van_list", OFFICE, OWN_STATION),
    Entry(_("Warehouses and bins"), "place_list", STATION | BUYERS, PARTS),
    Entry(_("Kits"), "kit_work_list", BUYERS, PARTS),
    Entry(_("Stock counts"), "stock_count_list", OFFICE | BUYERS, PARTS),
    Entry(_("Parts catalog"), "part_list", PEOPLE, PARTS),
    Entry(_("Which part fits?"), "part_fitting", PEOPLE, PARTS, covers="exploded_view_list"),
    Entry(_("Price lookup"), "public_prices", PEOPLE, PARTS),
    Entry(_("Price lists"), "price_list_list", BUYERS | {Role.SERVICE_MANAGER}, PARTS),
    Entry(_("Purchase orders"), "purchase_order_list", WAREHOUSE, PARTS, tab=2, tab_label=_("Goods in")),
    Entry(_("Purchase orders"), "purchase_order_list", SUPPLIER | (BUYERS - WAREHOUSE), PARTS, tab=3),
    Entry(_("Supplier prices"), "supplier_part_list", SUPPLIER | BUYERS, PARTS),
    Entry(_("Purchase suggestions"), "suggestion_list", BUYERS, PARTS),
    Entry(_("Slow movers"), "slow_mover_list", BUYERS, PARTS),
    Entry(_("Parts figures"), "parts_figures", OFFICE | BUYERS, PARTS),
    Entry(_("Stock levels set by hand"), "stock_level_list", BUYERS, PARTS),
    Entry(_("Recommended stock"), "station_level_list", OFFICE | BUYERS, PARTS),
    Entry(_("Authorization and grade"), "station_list", STATION, OWN_STATION),
    Entry(_("Technicians"), "technician_list", OFFICE, OWN_STATION),
    Entry(_("Equipment"), "equipment_list", STATION, OWN_STATION),
    Entry(_("Gaps"), "gap_list", OFFICE, OWN_STATION),
    Entry(_("My learning"), "my_learning", frozenset({Role.TECHNICIAN}), TRAINING),
    Entry(_("Courses"), "course_list", STATION | BUILDERS, TRAINING),
    Entry(_("Training sessions"), "session_list", STATION | BUILDERS, TRAINING),
    Entry(_("Exams"), "exam_list", OFFICE | BUILDERS, TRAINING),
    Entry(_("Account with headquarters"), "dealer_account_list", frozenset({Role.STATION_OWNER}), OWN_STATION),
    Entry(_("Applications"), "application_list", BUILDERS, NETWORK, tab=2),
    Entry(_("Invitations"), "invitation_list", BUILDERS, NETWORK),
    Entry(_("Region board"), "region_board", BUILDERS, NETWORK),
    Entry(_("Candidate outlets"), "candidate_list", BUILDERS, NETWORK),
    Entry(_("Places without a station"), "white_spots", BUILDERS, NETWORK),
    Entry(_("Visits"), "visit_list", BUILDERS | {Role.MYSTERY_CUSTOMER}, NETWORK, tab=3),
    Entry(_("Rectifications"), "rectification_list", BUILDERS, NETWORK),
    Entry(_("Rectifications"), "rectification_list", OFFICE, OWN_STATION),
    Entry(_("Stations"), "station_list", FIELD | HQ_ROLES, NETWORK, tab=3),
    Entry(_("Contracts"), "contract_list", BUILDERS | {Role.FINANCE}, NETWORK),
    Entry(_("Contract"), "contract_list", OFFICE, OWN_STATION),
    Entry(_("Renewals"), "renewal_list", BUILDERS, NETWORK),
    Entry(_("Exits"), "exit_list", BUILDERS | {Role.FINANCE, Role.WAREHOUSE, Role.APPRAISER}, NETWORK),
    Entry(_("Network tree"), "network_tree", BUILDERS, NETWORK),
    Entry(_("Stations to build"), "duty_list", BUILDERS | {Role.STATION_OWNER}, NETWORK),
    Entry(_("Technicians"), "technician_list", FIELD | HQ_ROLES, NETWORK),
    Entry(_("Skill matrix"), "skill_matrix", BUILDERS, NETWORK),
    Entry(_("Gaps"), "gap_list", BUILDERS, NETWORK),
    Entry(_("Technician transfers"), "transfer_list", BUILDERS | {Role.STATION_OWNER}, NETWORK),
    Entry(_("Equipment"), "equipment_list", FIELD | HQ_ROLES, NETWORK),
    Entry(_("Units"), "unit_list", PEOPLE),
    Entry(_("Products"), "product_list", FIELD | HQ_ROLES, NETWORK),
    Entry(_("Dealer accounts"), "dealer_account_list", BUILDERS - FIELD | {Role.FINANCE}, NETWORK),
    Entry(_("Jobs"), "job_list", HQ_ROLES, TOOLS),
    Entry(_("Imports"), "import_list", HQ_ROLES | FIELD | OFFICE | SUPPLIER, TOOLS),
    Entry(_("Notifications"), "notification_list", EVERYONE, OWN),
    Entry(_("My account"), "account", EVERYONE, OWN, tab=9),
)


def menu(user: Any, path: str, counts: dict[str, int]) -> tuple[list[Group], list[Item]]:
    """The sidebar's groups and the phone's tabs (at most four) for a user on a page."""
    held = roles_of(user)
    shown = [(entry, address) for entry in ENTRIES if entry.roles & held and (address := _address(entry.url_name))]
    current = _current(path, shown)
    waiting = _by_entry(counts, [address for _entry, address in shown])
    items = {
        entry.url_name: Item(
            entry.label,
            address,
            _said(sum(counts.values()) if entry.counts_all else waiting.get(address, 0)),
            address == current,
        )
        for entry, address in shown
    }
    groups: dict[str, Group] = {}
    for name, item in items.items():
        entry = next(entry for entry, _where in shown if entry.url_name == name)
        groups.setdefault(str(entry.group), Group(entry.group, [])).items.append(item)
    tabbed = sorted((entry for entry, _where in shown if entry.tab), key=lambda entry: entry.tab)
    tabs = [replace(items[entry.url_name], label=entry.tab_label or entry.label) for entry in _four(tabbed)]
    return list(groups.values()), tabs


def _current(path: str, shown: list[tuple[Entry, str]]) -> str:
    """The address of the entry that the page belongs to: the longest beginning of its own, an entry's own before a covered one."""
    found = [(len(address), True, address) for _entry, address in shown if _is_within(path, address)]
    for entry, address in shown:
        covered = _address(entry.covers) if entry.covers else ""
        if covered and _is_within(path, covered):
            found.append((len(covered), False, address))
    return max(found)[2] if found else ""


def _said(count: int) -> str:
    return say_count(count) if count else ""


def _four(entries: list[Entry]) -> list[Entry]:
    return entries if len(entries) <= 4 else [*entries[:3], entries[-1]]


def _by_entry(counts: dict[str, int], addresses: list[str]) -> dict[str, int]:
    """Each count belongs to the entry whose address is the longest beginning of its page's."""
    found: dict[str, int] = {}
    for page, count in counts.items():
        owner = max(
            (address for address in addresses if address != "/" and page.startswith(address)), key=len, default=""
        )
        found[owner] = found.get(owner, 0) + count
    return found


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
    return show.listed(role.label for role in Role if role in held)

"""The network's own exit items: equipment, the last statement, log-ins, the deposit. Other apps register theirs."""

from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.core import show
from stations import deposits
from stations.equipment import equipment_held
from stations.exits.deciding import LAST_STATEMENT
from stations.exits.registry import ExitKind, Finding, exit_kind
from stations.models import Membership, Station, StationExit, StationStatus


def register() -> None:
    """Called in AppConfig.ready()."""
    field = frozenset({Role.SERVICE_MANAGER, Role.REGION_MANAGER})
    money = frozenset({Role.SERVICE_MANAGER, Role.FINANCE})
    for kind in (
        ExitKind(
            "equipment", _("Equipment and signage returned"),
            _("What belongs to headquarters is back: test equipment, signage, image material."), 20, field, _equipment,
            by_hand=True,
        ),
        ExitKind(
            LAST_STATEMENT, _("Last statement held and released"),
            _("The last statement is not paid before its holding time is over."), 40, money, _last_statement,
        ),
        ExitKind("log_ins", _("Log-ins off"), _("Nobody of the station can log in any more."), 50, field, _log_ins),
        ExitKind(
            "deposit", _("Security deposit returned"),
            _("Finance returns the deposit on the contract's page, after the other items."), 60, money, _deposit,
        ),
    ):  # fmt: skip
        exit_kind(kind)


def _equipment(station: Station, on: date) -> Finding:
    pieces = [str(piece) for piece in equipment_held(station)[:20]]
    if not pieces:
        return Finding(False, _("A person on site confirms what came back."))
    text = _("Still registered at the station: %(pieces)s. A person on site confirms what came back.")
    return Finding(False, text % {"pieces": ", ".join(pieces)})


def _last_statement(station: Station, on: date) -> Finding:
    held_until = StationExit.objects.filter(station=station).values_list("held_until", flat=True).first()
    if held_until is None or held_until <= on:
        return Finding(True, _("The holding time is over."))
    return Finding(False, _("Held until %(day)s.") % {"day": held_until.isoformat()})


def _log_ins(station: Station, on: date) -> Finding:
    others = station.dealer.stations.exclude(pk=station.pk).exclude(status=StationStatus.TERMINATED)
    here = Q(station=station) if others.exists() else Q(station=station) | Q(dealer=station.dealer_id)
    able = Membership.objects.filter(here, user__is_active=True).filter(Q(valid_to=None) | Q(valid_to__gt=on))
    names = sorted(set(able.values_list("user__username", flat=True)))
    if names:
        return Finding(False, _("Can still log in: %(names)s.") % {"names": ", ".join(names)})
    return Finding(True, _("Nobody can log in any more."))


def _deposit(station: Station, on: date) -> Finding:
    held = deposits.held_for(station)
    if held == Decimal(0):
        return Finding(True, _("No deposit is held."))
    return Finding(False, _("%(amount)s of deposit is held.") % {"amount": show.money(held)})

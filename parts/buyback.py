"""The stock of a station that has left: what is bought back at 80 % D of its value, and the buying. Source: rules.md 3.10.

Not here: the exit's checklist (stations.exits).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts import serials, stock
from parts.accounts import account_of
from parts.models import LocationKind, StockBalance
from portal.accounts.roles import Role
from portal.core import show
from portal.core.money import round_money, total
from portal.core.parameters import param
from stations import dealer_account
from stations.exits import ExitKind, Finding
from stations.models import ExitItem, Leg, Station

KIND = "stock_buyback"


def balances_of(station: Station) -> list[StockBalance]:
    """What lies in the station's stock rooms and vans, in the order in which it is locked."""
    held = StockBalance.objects.filter(
        location__station=station, location__kind__in=[LocationKind.STATION, LocationKind.VAN], on_hand__gt=0
    )
    return list(held.select_related("part", "location").order_by("part_id", "location_id", "batch"))


def worth(balance: StockBalance, percent: Decimal) -> Decimal:
    """What one line is bought back for, CNY."""
    return round_money(balance.value * percent / 100)


def find_stock(station: Station, on: date) -> Finding:
    """The list of what is bought back, line by line, with its amount."""
    percent = param("stations.buyback_percent", on)
    rows = balances_of(station)
    if not rows:
        return Finding(True, _("The station holds no stock."))
    lines = [
        {
            "label": row.part.number,
            "name": row.part.name,
            "qty": stock.plain(row.on_hand),
            "value": f"{row.value:.2f}",
            "amount": f"{worth(row, percent):.2f}",
        }
        for row in rows
    ]
    amount = total(worth(row, percent) for row in rows)
    text = _("Lines of stock to buy back at %(percent)s: %(count)s.")
    return Finding(False, text % {"count": len(rows), "percent": show.percent(percent)}, lines, amount)


@transaction.atomic
def buy_back(item: ExitItem, actor: Any, at: datetime) -> None:
    """The stock lies in the central warehouse and its amount lowers what the dealer owes. Once per exit.

    Raises NotEnoughStock where pieces are still set aside, PlaceFrozen where they are counted.
    Writes one Posting and one AccountEntry.
    """
    found = item.exit
    rows = balances_of(found.station)
    percent = param("stations.buyback_percent", at)
    warehouse = stock.central_warehouse()
    moves = [
        move
        for row in rows
        for move in (
            stock.Move(row.location_id, row.part_id, -row.on_hand, batch=row.batch),
            stock.Move(warehouse.pk, row.part_id, row.on_hand, batch=row.batch),
        )
    ]
    stock.post(kind="buyback", source=found.number, moves=moves, at=at, actor=actor)
    serials.move_serials(moves, to={row.part_id: warehouse.pk for row in rows})
    amount, account = total(worth(row, percent) for row in rows), account_of(found.station)
    if amount and account is not None:
        dealer_account.post_entry(
            account, kind=KIND, source=found.number, leg=Leg.USED, amount=-amount, station=found.station, actor=actor,
            at=at,
        )  # fmt: skip


STOCK_ITEM = ExitKind(
    "stock",
    _("Stock bought back"),
    _("Confirming moves the stock to the central warehouse and credits the dealer account."),
    30,
    frozenset({Role.SERVICE_MANAGER, Role.FINANCE, Role.WAREHOUSE}),
    find_stock,
    settle=buy_back,
)

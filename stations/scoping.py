"""What memberships open to a user: roles, and the ids of stations, dealers, centers and regions. Not here: HQ roles."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from portal.accounts.roles import Role
from portal.core import clock, scope
from portal.core.scope import once_per_user
from portal.core.written import Written
from stations.models import Dealer, Membership, OperationCenter, Station
from stations.models.products import in_language

KINDS = ("region", "center", "dealer", "station")


@dataclass(frozen=True)
class Nodes:
    """The nodes of the tree which a user's memberships name today, widest first, and the roles held there."""

    regions: frozenset[int]
    centers: frozenset[int]
    dealers: frozenset[int]
    stations: frozenset[int]
    roles: frozenset[str]
    names: tuple[tuple[str, str], ...]  # of each node, Chinese and English


def nodes_of(user: Any) -> Nodes:
    """The user's memberships in force, read once per user object, that is once per request."""
    return once_per_user(user, "_nodes", _read)


def _in_force(user_id: int, day: date) -> QuerySet[Membership, tuple[Any, ...]]:
    columns = [f"{kind}__{column}" for kind in KINDS for column in ("code", "pk", "name", "name_en")]
    return (
        Membership.objects.filter(user_id=user_id, valid_from__lte=day)
        .filter(Q(valid_to=None) | Q(valid_to__gt=day))
        .values_list("role", *columns)
    )


_memberships = Written(_in_force)


def _read(user: Any) -> Nodes:
    rows = _memberships(user.pk, clock.today())
    opening = [row for row in rows if row[0] != Role.MYSTERY_CUSTOMER]  # sees own visits only, wherever it is sent
    named = [sorted({row[at : at + 4] for row in opening if row[at + 1]}) for at in range(1, 4 * len(KINDS), 4)]
    regions, centers, dealers, stations = (frozenset(pk for _code, pk, _name, _name_en in nodes) for nodes in named)
    names = tuple((name, name_en) for nodes in named for _code, _pk, name, name_en in nodes)
    return Nodes(regions, centers, dealers, stations, frozenset(row[0] for row in rows), names)


def roles(user: Any) -> frozenset[str]:
    """The roles that memberships give today."""
    return nodes_of(user).roles


def region_ids(user: Any) -> frozenset[int]:
    """Regions the user belongs to as such."""
    return nodes_of(user).regions


def center_ids(user: Any) -> frozenset[int]:
    """Their centers, and all centers of their regions."""
    nodes = nodes_of(user)
    if not nodes.regions:
        return nodes.centers
    return nodes.centers | frozenset(
        OperationCenter.objects.filter(region_id__in=nodes.regions).values_list("pk", flat=True)
    )


def station_ids(user: Any) -> frozenset[int]:
    """Their stations, and all stations below their regions, centers and dealers."""
    nodes = nodes_of(user)
    if not (nodes.regions or nodes.centers or nodes.dealers):
        return nodes.stations
    below = (
        Q(center__region_id__in=nodes.regions)
        | Q(center_id__in=nodes.centers)
        | Q(dealer_id__in=nodes.dealers)
        | Q(pk__in=nodes.stations)
    )
    return frozenset(Station.objects.filter(below).values_list("pk", flat=True))


def dealer_ids(user: Any) -> frozenset[int]:
    """Their dealers, and the dealers of stations in their regions and centers; a station's own staff see no dealer."""
    nodes = nodes_of(user)
    if not (nodes.regions or nodes.centers):
        return nodes.dealers
    above = Q(stations__center__region_id__in=nodes.regions) | Q(stations__center_id__in=nodes.centers)
    return nodes.dealers | frozenset(Dealer.objects.filter(above).values_list("pk", flat=True))


def mystery_ids(user: Any) -> frozenset[int]:
    """A mystery customer's own id: the visits they are sent on are theirs to see, and nothing else."""
    return frozenset({user.pk} if Role.MYSTERY_CUSTOMER in nodes_of(user).roles else ())


def own_centers(user: Any) -> QuerySet[OperationCenter]:
    """The centers for which the user may enter something: their own and those of their regions; headquarters all."""
    nodes = nodes_of(user)
    if not (nodes.regions or nodes.centers):
        return OperationCenter.objects.all()
    return OperationCenter.objects.filter(Q(region__in=nodes.regions) | Q(pk__in=nodes.centers))


def places_of(user: Any) -> list[str]:
    """The names of the nodes the user works for, widest first."""
    return [in_language(name, name_en) for name, name_en in nodes_of(user).names]


def register() -> None:
    """The scope and role registries know the network. Called in AppConfig.ready()."""
    from portal.accounts import roles as accounts_roles

    accounts_roles.register_source(roles)
    scope.register("region", region_ids)
    scope.register("center", center_ids)
    scope.register("station", station_ids)
    scope.register("dealer", dealer_ids)
    scope.register("mystery", mystery_ids)

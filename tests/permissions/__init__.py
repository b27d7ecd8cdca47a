"""The permission table, one file per app; how a row reads is told in tests/test_permission_table.py."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.cast import EVERYBODY, FIELD, STATION_A, STATION_B, SUPPLIERS
from tests.cast import HQ as HQ_ROLES

HQ: Final = tuple(HQ_ROLES)
STATION: Final = (*STATION_A, *STATION_B)
ALL: Final = tuple(name for name in EVERYBODY if name != "anonymous")
type Expected = Callable[[str], int]


@dataclass(frozen=True)
class Row:
    """One address: what each member must get. data: a dict, or a function of the cast."""

    name: str
    get: Expected | None = None
    post: Expected | None = None
    args: Callable[[Any], list[Any]] | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    data: Any = None
    label: str = ""


def only(
    *members: str, ok: int = 200, hidden: Iterable[str] = (), otherwise: int = 403, anonymous: int = 302
) -> Expected:
    """`ok` for these members, 404 for the hidden ones (foreign row), 403 for all others, the login for who is nobody."""
    foreign = frozenset(hidden)

    def expected(member: str) -> int:
        if member in members:
            return ok
        if member == "anonymous":
            return anonymous
        return 404 if member in foreign else otherwise

    return expected


def users(ok: int = 200) -> Expected:
    """Whoever is logged in."""
    return only(*ALL, ok=ok)


def everybody(ok: int = 200) -> Expected:
    """Also who is not logged in."""
    return only(*EVERYBODY, ok=ok)


__all__ = ["ALL", "FIELD", "HQ", "STATION", "STATION_A", "STATION_B", "SUPPLIERS", "Row", "everybody", "only", "users"]

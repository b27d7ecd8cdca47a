"""allow(): a permission is a name, the roles that have it, and a predicate on the record. Asked by user.has_perm()."""

from collections.abc import Callable
from typing import Any

import rules

from portal.accounts.roles import Role, roles_of

type Predicate = Callable[[Any, Any], bool]

_table: dict[str, frozenset[Role]] = {}


def allow(name: str, *roles: Role, when: Predicate | None = None) -> None:
    """Users in one of the roles have the permission; with `when(user, record)` only where it is true.

    Asked without a record, only the roles are judged. Called at import of <app>/rules.py.
    A second call for a name replaces the first.
    """
    held = frozenset(roles)
    _table[name] = held

    def test(user: Any, record: Any = None) -> bool:
        if not roles_of(user) & held:
            return False
        return when is None or record is None or bool(when(user, record))

    predicate = rules.predicate(test, name=name)
    keep: Any = rules.set_perm if rules.perm_exists(name) else rules.add_perm
    keep(name, predicate)


def roles_allowed(name: str) -> frozenset[Role]:
    """The roles that have a permission, for the printed table."""
    return _table.get(name, frozenset())


def table() -> dict[str, frozenset[Role]]:
    """All permissions and their roles."""
    return dict(sorted(_table.items()))


def allow_model(app_model: str, *, view: tuple[Role, ...], change: tuple[Role, ...] = ()) -> None:
    """The admin's four questions for a model: who sees it, and who adds and changes it; nobody deletes."""
    app, model = app_model.split(".")
    allow(f"{app}.view_{model}", *view, *change, Role.ADMINISTRATOR, Role.AUDITOR)
    allow(f"{app}.add_{model}", *change, Role.ADMINISTRATOR)
    allow(f"{app}.change_{model}", *change, Role.ADMINISTRATOR)

"""What a user may see: a frozen set of ids per kind, filled by upper apps. Not here: what a membership is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Self

from django.db import models
from django.db.models import Q

type Resolver = Callable[[Any], frozenset[int]]

EVERYONE: Final[dict[str, str]] = {"*": "logged in"}
HEADQUARTERS: Final[dict[str, str]] = {}

_resolvers: dict[str, Resolver] = {}
_sees_everything: list[Callable[[Any], bool]] = []


def register(kind: str, resolver: Resolver) -> None:
    """Users' ids of this kind are found by `resolver`. Called in AppConfig.ready()."""
    _resolvers[kind] = resolver


def register_everything(test: Callable[[Any], bool]) -> None:
    """Users for whom `test` is true see all rows (headquarters). Called in AppConfig.ready()."""
    if test not in _sees_everything:
        _sees_everything.append(test)


@dataclass(frozen=True)
class Scope:
    """The ids a user may see, per kind; `everything` for headquarters."""

    everything: bool = False
    ids: dict[str, frozenset[int]] = field(default_factory=dict)

    def of(self, kind: str) -> frozenset[int]:
        """The ids of one kind; none for a kind that nobody registered."""
        return self.ids.get(kind, frozenset())

    def as_setting(self) -> str:
        """The value of app.scope for row-level security: `*`, or station ids joined by commas; empty sees nothing."""
        return "*" if self.everything else ",".join(map(str, sorted(self.of("station"))))


def once_per_user[T](user: Any, name: str, find: Callable[[Any], T]) -> T:
    """What `find(user)` answers, kept with the user object (not with a lazy wrapper of it), that is for one request."""
    if not hasattr(user, name):
        setattr(user, name, find(user))
    found: T = getattr(user, name)
    return found


def scope_of(user: Any) -> Scope:
    """The user's scope, found once per user object, that is once per request."""
    if user is None or not user.is_authenticated or not user.is_active:
        return Scope()
    return once_per_user(user, "_scope", _find)


def _find(user: Any) -> Scope:
    if user.is_superuser or any(test(user) for test in _sees_everything):
        return Scope(everything=True)
    return Scope(ids={kind: resolve(user) for kind, resolve in _resolvers.items()})


class ScopedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows of a model that names its `SCOPE`: kind → path to the id; EVERYONE or HEADQUARTERS where that is the rule."""

    def visible_to(self, user: Any) -> Self:
        """Only rows of the user's scope; who is not logged in sees nothing."""
        rule: dict[str, str] = self.model.SCOPE  # type: ignore[attr-defined]
        scope = scope_of(user)
        if scope.everything:
            return self
        if rule is EVERYONE:
            return self if user is not None and user.is_authenticated else self.none()
        condition = Q(pk__in=())
        for kind, path in rule.items():
            condition |= Q(**{f"{path}__in": scope.of(kind)})
        return self.filter(condition)

"""move(): the only way a status changes; MovesGuard: the same table, kept by the database. Not here: any app's table."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol

import pgtrigger
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, context, events, show, statements
from portal.core.errors import Refusal

type Moves = Mapping[str, frozenset[str]]

_BROUGHT = _("%(refusal)s %(who)s made it “%(before)s” on %(moment)s.")
LOCKED_IN = "_locked_in"  # the notebook of the transaction in which this very object was read under its lock


class TransitionNotAllowed(Refusal):
    """Names the record and both states."""

    message = _("%(record)s is “%(before)s” and cannot become “%(after)s”.")
    code = "transition_not_allowed"

    def __str__(self) -> str:
        """With who brought the record where it is, where that is known: often the reader's own second tab."""
        said = super().__str__()
        return str(_BROUGHT) % {"refusal": said, **self.values} if "who" in self.values else said


class AlreadyThere(TransitionNotAllowed):
    """Somebody was faster, or asked twice."""

    message = _("%(record)s is “%(before)s” already.")


class HasMoves(Protocol):
    """A model with a status and its table of moves."""

    MOVES: ClassVar[Moves]
    status: str


def lock[M: models.Model](row: M, *related: str) -> M:
    """The row as it is now, kept from other writers until the transaction ends (its key stays free for foreign keys).

    related: what the operation reads beside it, loaded in the same query and not locked.
    """
    locked = statements.read_locked(row.__class__, row.pk, *related)
    locked.__dict__[LOCKED_IN] = context.notebook()
    return locked


def can_move(row: Any, to: str) -> bool:
    """Whether the table of moves allows it from the row's present status; for showing buttons, not for deciding."""
    return to in row.MOVES.get(row.status, frozenset())


def require_move(row: Any, to: str) -> None:
    """Raises TransitionNotAllowed where move() would; for an operation that writes other rows before it moves this one."""
    _allow(row, to)


def refusal(row: Any, after: Any) -> TransitionNotAllowed:
    """What says that the row cannot become `after` (a label), and who brought it where it is, and when."""
    before = _label(row, row.status)
    refused = AlreadyThere if str(after) == before else TransitionNotAllowed
    values = {"record": str(row), "before": before, "after": after}
    brought = events.of_subject(row).filter(to_status=row.status).first()
    if brought is not None:
        values |= {"who": brought.actor or _("The system"), "moment": show.moment(brought.at)}
    return refused(**values)


def move[M: models.Model](
    row: M,
    to: str,
    *,
    actor: Any | None,
    at: datetime | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> M:
    """The row has status `to`, and one Event `<model>.<to>` says who moved it from where.

    Decides by the locked row, never by the caller's copy, whose status is brought up to date as well.
    Raises TransitionNotAllowed and what a registered guard raises. Writes one Event, and nothing before it refuses: within
    a transaction it needs no savepoint of its own.
    """
    if not connection.in_atomic_block:
        with transaction.atomic():
            return move(row, to, actor=actor, at=at, note=note, data=data)
    locked: Any = row if is_locked(row) and can_move(row, to) else lock(row)
    _allow(locked, to)
    if not statements.set_status(locked, locked.status, to):
        locked = lock(row)  # moved meanwhile, in this transaction, through another copy
        _allow(locked, to)
        statements.set_status(locked, locked.status, to)
    before, locked.status = locked.status, to
    row.status = to  # type: ignore[attr-defined]
    events.record(
        locked,
        f"{row._meta.model_name}.{to}",
        actor=actor,
        at=at or clock.now(),
        from_status=before,
        to_status=to,
        note=note,
        data=data,
    )
    return locked  # type: ignore[no-any-return]


def move_all[M: models.Model](
    targets: Sequence[tuple[M, str]],
    *,
    actor: Any | None,
    at: datetime | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Every row, which the caller has locked, has its new status, and one Event each says so, with the same data.

    The number of statements does not grow with the rows. Raises TransitionNotAllowed before anything is written.
    """
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    moment = at or clock.now()
    for row, to in targets:
        _allow(row, to)
        groups[row.status, to].append(row)  # type: ignore[attr-defined]
    for (before, to), rows in groups.items():
        changed = statements.set_statuses(type(rows[0]), [row.pk for row in rows], before, to)
        if changed != len(rows):
            raise RuntimeError(f"{len(rows) - changed} rows were not locked by the caller of move_all()")
        for row in rows:
            row.status = to
        kind = f"{rows[0]._meta.model_name}.{to}"
        events.record_all(
            events.drafted(row, kind, actor=actor, at=moment, from_status=before, to_status=to, note=note, data=data)
            for row in rows
        )


def move_alike(
    model: type[models.Model],
    rows: Sequence[tuple[int, str, str]],
    before: str,
    to: str,
    *,
    actor: Any | None,
    at: datetime | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """The same as move_all() for rows that the caller has locked in status `before` and has not loaded.

    rows: key, number and chain of each. Raises TransitionNotAllowed before anything is written.
    """
    kept: Any = model
    guards = _guards.get((model._meta.label_lower, to), ())
    if guards or to not in kept.MOVES.get(before, frozenset()):
        for row in model._base_manager.filter(pk__in=[key for key, _number, _root in rows]):
            _allow(row, to)
    changed = statements.set_statuses(model, [key for key, _number, _root in rows], before, to)
    if changed != len(rows):
        raise RuntimeError(f"{len(rows) - changed} rows were not locked by the caller of move_alike()")
    kind, moment = f"{model._meta.model_name}.{to}", at or clock.now()
    events.record_alike(
        model, rows, kind, actor=actor, at=moment, from_status=before, to_status=to, note=note, data=data
    )


def mark_locked[M: models.Model](row: M) -> M:
    """The row, which this transaction has read under its lock by another statement, or inserted: it counts as locked."""
    row.__dict__[LOCKED_IN] = context.notebook()
    return row


def is_locked(row: models.Model) -> bool:
    """Whether lock() gave out this very object in this transaction, or it was born in it."""
    noted = context.notebook()
    return noted is not None and row.__dict__.get(LOCKED_IN) is noted


def _allow(locked: Any, to: str) -> None:
    """The table of moves and every guard let the locked row become `to`."""
    if to not in locked.MOVES.get(locked.status, frozenset()):
        raise refusal(locked, _label(locked, to))
    for guard in _guards.get((locked._meta.label_lower, to), ()):
        guard(locked)


_guards: dict[tuple[str, str], list[Any]] = {}


def guard(model_label: str, to: str, refuse: Any) -> None:
    """An upper app may veto a move: `refuse(row)` raises a Refusal, and never writes. Called in AppConfig.ready()."""
    known = _guards.setdefault((model_label.lower(), to), [])
    if refuse not in known:
        known.append(refuse)


def _label(row: Any, status: str) -> str:
    choices = dict(row._meta.get_field("status").flatchoices)
    return str(choices.get(status, status))


class MovesGuard(pgtrigger.Trigger):
    """Refuses, whoever writes, a birth in another state than `initial` and a move that is not in the table."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, *, name: str, moves: Moves, initial: str) -> None:
        super().__init__(name=name)
        self.pairs = sorted(f"{before}>{after}" for before, targets in moves.items() for after in targets)
        self.initial = initial

    def get_func(self, model: models.Model | type[models.Model]) -> str:
        """The body; a changed table of moves changes it, so `makemigrations --check` asks for a migration."""
        return f"""
            IF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{self.initial}' THEN
                    RAISE EXCEPTION 'new row in status %', NEW.status
                        USING ERRCODE = 'check_violation', CONSTRAINT = '{self.name}';
                END IF;
            ELSIF NEW.status <> OLD.status
                AND OLD.status || '>' || NEW.status <> ALL ('{{{",".join(self.pairs)}}}'::text[]) THEN
                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{self.name}';
            END IF;
            RETURN NEW;
        """

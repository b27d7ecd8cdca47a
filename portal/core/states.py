"""move(): the only way a status changes; MovesGuard: the same table, kept by the database. Not here: any app's table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Protocol

import pgtrigger
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, context, events
from portal.core.errors import Refusal

type Moves = Mapping[str, frozenset[str]]

LOCKED_IN = "_locked_in"  # the notebook of the transaction in which this very object was read under its lock


class TransitionNotAllowed(Refusal):
    """Names the record and both states."""

    message = _("%(record)s is “%(before)s” and cannot become “%(after)s”.")
    code = "transition_not_allowed"


class HasMoves(Protocol):
    """A model with a status and its table of moves."""

    MOVES: ClassVar[Moves]
    status: str


def lock[M: models.Model](row: M, *related: str) -> M:
    """The row as it is now, kept from other writers until the transaction ends (its key stays free for foreign keys).

    related: what the operation reads beside it, loaded in the same query and not locked.
    """
    rows = row.__class__._base_manager
    if related:
        locked = rows.select_for_update(no_key=True, of=("self",)).select_related(*related).get(pk=row.pk)
    else:
        locked = _read_locked(rows, row)
    locked.__dict__[LOCKED_IN] = context.notebook()
    return locked


def _read_locked[M: models.Model](rows: models.Manager[M], row: M) -> M:
    """Every operation begins here: one fixed statement, not one that is compiled each time."""
    quote = connection.ops.quote_name
    key, table = quote(str(row._meta.pk.column)), quote(row._meta.db_table)
    columns = ", ".join(quote(str(field.column)) for field in row._meta.concrete_fields)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("lock() needs a transaction to hold the lock.")
    statement = f"SELECT {columns} FROM {table} WHERE {key} = %s FOR NO KEY UPDATE"  # noqa: S608 names of our own
    for locked in rows.raw(statement, [row.pk]):
        return locked
    gone: Any = row.__class__
    raise gone.DoesNotExist(f"{row._meta.object_name} {row.pk}")


def can_move(row: Any, to: str) -> bool:
    """Whether the table of moves allows it from the row's present status; for showing buttons, not for deciding."""
    return to in row.MOVES.get(row.status, frozenset())


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
    locked: Any = _locked(row)
    before: str = locked.status
    if to not in locked.MOVES.get(before, frozenset()):
        raise TransitionNotAllowed(record=str(locked), before=_label(locked, before), after=_label(locked, to))
    for guard in _guards.get((row._meta.label_lower, to), ()):
        guard(locked)
    locked.status = to
    row.status = to  # type: ignore[attr-defined]
    locked.save(update_fields=["status"])
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


def _locked[M: models.Model](row: M) -> M:
    """The row under its lock; one that lock() gave out in this transaction is asked for its present status only."""
    noted = context.notebook()
    if noted is None or row.__dict__.get(LOCKED_IN) is not noted:
        return lock(row)
    rows = row.__class__._base_manager.select_for_update(no_key=True, of=("self",))
    present = rows.filter(pk=row.pk).values_list("status", flat=True).get()
    if present != row.status:  # type: ignore[attr-defined]
        return lock(row)
    return row


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

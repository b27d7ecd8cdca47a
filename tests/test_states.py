"""Every pair of states of every table of moves: the operation and the database refuse what the table does not hold."""

from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from psycopg import sql

from portal.core.states import MovesGuard, can_move
from tests.database import owner

TABLED: list[type[models.Model]] = [model for model in apps.get_models() if hasattr(model, "MOVES")]
NAMES = [model._meta.label_lower for model in TABLED]


def _states(model: type[models.Model]) -> list[str]:
    return [str(value) for value, _label in model._meta.get_field("status").flatchoices]


def _guard(model: type[models.Model]) -> MovesGuard:
    (found,) = [trigger for trigger in model._meta.triggers if isinstance(trigger, MovesGuard)]
    return found


@pytest.mark.parametrize("model", TABLED, ids=NAMES)
def test_the_table_speaks_of_known_states_and_every_state_can_be_reached(model: Any) -> None:
    states, moves = set(_states(model)), model.MOVES
    reached, waiting = {_guard(model).initial}, [_guard(model).initial]
    while waiting:
        for target in moves.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)

    assert set(moves) <= states
    assert {target for targets in moves.values() for target in targets} <= states
    assert reached == states


@pytest.mark.parametrize("model", TABLED, ids=NAMES)
def test_buttons_follow_the_table(model: Any) -> None:
    for before in _states(model):
        row = SimpleNamespace(MOVES=model.MOVES, status=before)
        assert {after for after in _states(model) if can_move(row, after)} == set(model.MOVES.get(before, ()))


@pytest.mark.django_db
@pytest.mark.parametrize("model", TABLED, ids=NAMES)
def test_the_database_allows_exactly_the_moves_of_the_table(model: Any) -> None:
    """The trigger of the table, hung on an empty twin of it, is asked about every pair."""
    states = _states(model)
    with owner() as db:
        _twin(db, model)
        allowed = {
            (before, after) for before in states for after in states if before != after and _passes(db, before, after)
        }
        born = {state for state in states if _is_born(db, state)}

    assert allowed == {(old, new) for old, targets in model.MOVES.items() for new in targets if old != new}
    assert born == {_guard(model).initial}


def _twin(db: psycopg.Connection[Any], model: type[models.Model]) -> None:
    """A temporary table `twin` with a status and the guard's own function."""
    guard = _guard(model)
    function = db.execute(
        "SELECT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = %s::regclass AND t.tgname = %s",
        [model._meta.db_table, guard.get_pgid(model)],
    ).fetchone()
    assert function, "the guard does not hang on the table"
    db.execute("CREATE TEMP TABLE twin (status text)")
    db.execute(
        sql.SQL("CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON twin FOR EACH ROW EXECUTE FUNCTION {}()").format(
            sql.Identifier(function[0])
        )
    )


def _passes(db: psycopg.Connection[Any], before: str, after: str) -> bool:
    db.execute("TRUNCATE twin")
    db.execute("ALTER TABLE twin DISABLE TRIGGER guard")
    db.execute("INSERT INTO twin VALUES (%s)", [before])
    db.execute("ALTER TABLE twin ENABLE TRIGGER guard")
    return _is_let(db, "UPDATE twin SET status = %s", after)


def _is_born(db: psycopg.Connection[Any], state: str) -> bool:
    db.execute("TRUNCATE twin")
    return _is_let(db, "INSERT INTO twin VALUES (%s)", state)


def _is_let(db: psycopg.Connection[Any], statement: str, state: str) -> bool:
    try:
        db.execute(statement, [state])
    except psycopg.errors.CheckViolation:
        return False
    return True


@pytest.mark.django_db
def test_the_guard_cannot_be_switched_off_from_within() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{*}', true)")
        cursor.execute("SELECT bool_or(_pgtrigger_should_ignore(tgname)) FROM pg_trigger WHERE NOT tgisinternal")
        assert cursor.fetchone() == (False,)


def test_the_drawn_diagrams_are_what_the_tables_say() -> None:
    call_command("draw_states", check=True)

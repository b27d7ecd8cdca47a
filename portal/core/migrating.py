"""Together: a migration whose additions are told to Django's state at once, so that models are drawn up once, not per table.

Django draws up every model related to a new one again after each operation; with a station at the center that is all of them,
and a first `migrate` took minutes. The tables that come out are the same (tests/core/test_migrating.py compares them).
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

ADDITIONS: Final = (
    migrations.CreateModel, migrations.AddField, migrations.AddConstraint, migrations.AddIndex, AddTrigger,
)  # fmt: skip
WITH_THE_TABLE: Final = (migrations.AddField, migrations.AddConstraint, migrations.AddIndex)
WORTH_IT: Final = 4  # drawing up every model once costs as much as a few operations


class Together(migrations.Migration):
    """Runs of additions are applied together; every other operation alone, as usual."""

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        """The state after all operations, whose tables, columns, constraints, indexes and triggers exist."""
        for run in _runs(self.operations):
            if len(run) >= WORTH_IT:
                _add(run, self.app_label, project_state, schema_editor)
            else:
                alone = migrations.Migration(self.name, self.app_label)
                alone.__dict__["operations"] = run
                project_state = alone.apply(project_state, schema_editor, collect_sql)
        return project_state


def _runs(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    for _kind, run in groupby(operations, key=lambda each: type(each) in ADDITIONS):
        yield list(run)


def _add(run: Sequence[Operation], label: str, state: ProjectState, schema_editor: Any) -> None:
    """A table is created as it is at the run's end, so what the run adds to a new table is there already."""
    before = state.clone()
    state.__dict__.pop("apps", None)
    for operation in run:
        operation.state_forwards(label, state)
    created = {each.name_lower for each in run if isinstance(each, migrations.CreateModel)}
    for operation in run:
        model = getattr(operation, "model_name_lower", "") or getattr(operation, "model_name", "").lower()
        if not (isinstance(operation, WITH_THE_TABLE) and model in created):
            operation.database_forwards(label, schema_editor, before, state)

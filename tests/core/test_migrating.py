"""Additions told at once make the very tables that they make one by one."""

from typing import Any

import pgtrigger
import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

from portal.core.migrating import Together
from tests.database import owner

LABEL = "planted"
KEY = ("id", models.BigAutoField(primary_key=True))


def operations() -> list[Any]:
    """Two tables and what comes to them; new each time, since applying them fills some in."""
    return [
        migrations.CreateModel("Leaf", [KEY, ("length", models.IntegerField())]),
        migrations.CreateModel("Tree", [KEY, ("name", models.CharField(max_length=20, unique=True))]),
        migrations.AddField("leaf", "tree", models.ForeignKey("planted.Tree", models.PROTECT)),
        migrations.AddField("leaf", "on", models.DateField(null=True)),
        migrations.AddConstraint(
            "leaf", models.CheckConstraint(condition=models.Q(length__gt=0), name="leaf_has_length")
        ),
        migrations.AddConstraint(
            "leaf", models.UniqueConstraint(fields=["tree"], condition=models.Q(on=None), name="one_open_leaf")
        ),
        migrations.AddIndex("leaf", models.Index(fields=["-on"], name="latest_leaf")),
        AddTrigger("tree", pgtrigger.Protect(name="tree_stays", operation=pgtrigger.Delete)),
        migrations.AlterField("leaf", "length", models.BigIntegerField()),
        migrations.AddField("tree", "height", models.IntegerField(default=1, db_default=1)),
    ]


CATALOG = """
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
 WHERE table_name LIKE 'planted%' UNION ALL
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '' FROM pg_constraint
 WHERE conrelid::regclass::text LIKE 'planted%' UNION ALL
SELECT tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE tablename LIKE 'planted%' UNION ALL
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', '' FROM pg_trigger
 WHERE tgrelid::regclass::text LIKE 'planted%' AND NOT tgisinternal ORDER BY 1, 2, 3
"""


def _made_by(base: type[migrations.Migration]) -> list[Any]:
    """What the catalog says after the operations, which are rolled back."""
    migration = base("0001_planted", LABEL)
    migration.__dict__["operations"] = operations()
    wrapper = connection.copy()
    with owner() as db:
        told = {"USER": db.info.user, "NAME": db.info.dbname}
    wrapper.settings_dict = connection.settings_dict | told
    editor = wrapper.schema_editor(atomic=False)
    editor.deferred_sql = []
    try:
        wrapper.set_autocommit(False)
        state = ProjectState()
        _drawn = state.apps  # as the executor hands it over
        migration.apply(state, editor)
        for statement in editor.deferred_sql:
            editor.execute(statement, params=None)
        with wrapper.cursor() as cursor:
            cursor.execute(CATALOG)
            found = cursor.fetchall()
        wrapper.rollback()
    finally:
        wrapper.close()
    return found


@pytest.mark.django_db
def test_the_tables_are_those_of_one_operation_after_another() -> None:
    apart, together = _made_by(migrations.Migration), _made_by(Together)

    assert len(apart) > len(operations())
    assert together == apart

"""From preview to effect, in one transaction; or discarded. Not here: what a kind does with its rows (the app)."""

from itertools import batched
from typing import Any, Final

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.models.transfer import BatchStatus, ImportBatch, RowState
from portal.core.transfer.kinds import ImportKind, StagedRow, kind_of
from portal.core.transfer.staging import sound_rows, stage_batch
from portal.core.transfer.wording import sentence

CHUNK: Final = 2_000


class BatchNotReady(Refusal):
    """The batch is not checked, was already dealt with, or has errors."""

    message = _("This import cannot be applied: it is not checked, was already dealt with, or has errors.")
    code = "batch_not_ready"


class RowMovedOn(BatchNotReady):
    """What the preview found sound is so no longer: a record that a row names has changed meanwhile."""

    message = _(
        "Nothing was applied: since the file was checked, what row %(line)s is about has changed. %(column)s: %(said)s"
    )
    code = "row_moved_on"


@transaction.atomic
def apply_batch(batch: ImportBatch, *, actor: Any | None) -> ImportBatch:
    """What the preview showed has happened, all of it or nothing.

    The rows are compared with the tables once more under the batch's lock, so that a preview of yesterday does not
    overwrite today. Raises BatchNotReady, RowMovedOn. Writes the kind's rows and one Event; the batch's number is their source.
    """
    locked = ImportBatch.objects.select_for_update(no_key=True, of=("self",)).get(pk=batch.pk)
    kind = kind_of(locked.kind)
    if locked.status != BatchStatus.CHECKED:
        raise BatchNotReady
    was_sound = not locked.error_count
    stage_batch(locked)
    if locked.error_count and not kind.skips_errors:
        raise _moved_on(locked, kind) if was_sound else BatchNotReady()
    rows = sound_rows(locked, RowState.NEW, RowState.CHANGED)
    if kind.apply:
        kind.apply(locked, rows, actor)
    else:
        _upsert(kind, locked, rows)
    locked.status, locked.applied_at = BatchStatus.APPLIED, clock.now()
    locked.save(update_fields=["status", "applied_at"])
    counts = {"new": locked.new_count, "changed": locked.changed_count, "left_out": locked.error_count}
    events.record(locked, "importbatch.applied", actor=actor, data=counts)
    return locked


def _moved_on(batch: ImportBatch, kind: ImportKind) -> RowMovedOn:
    """Names the first row that cannot be applied any more, and its column as people see it."""
    line, (error, *_more) = batch.rows.filter(state=RowState.ERROR).order_by("line").values_list(
        "line", "errors"
    ).first() or (0, [{}])
    labels = {column.name: column.label for column in kind.columns}
    return RowMovedOn(line=line, column=labels.get(error["column"], error["column"]), said=sentence(error))


@transaction.atomic
def discard_batch(batch: ImportBatch, *, actor: Any | None) -> ImportBatch:
    """The batch will not be applied; its staged rows are gone, its file and number stay. Raises BatchNotReady."""
    locked = ImportBatch.objects.select_for_update(no_key=True, of=("self",)).get(pk=batch.pk)
    if locked.status not in {BatchStatus.UPLOADED, BatchStatus.CHECKED}:
        raise BatchNotReady
    locked.rows.all().delete()
    locked.status = BatchStatus.DISCARDED
    locked.save(update_fields=["status"])
    events.record(locked, "importbatch.discarded", actor=actor)
    return locked


def _upsert(kind: ImportKind, batch: ImportBatch, rows: Any) -> None:
    """Insert new rows with the model's defaults for absent columns, update the present columns of known ones."""
    assert kind.model is not None  # noqa: S101 a kind has a model or its own apply
    keys = [column.name for column in kind.keys]
    for chunk in batched(rows, CHUNK):
        made = [_instance(kind, batch, row) for row in chunk]
        kind.model._default_manager.bulk_create(
            [instance for instance, _changed in made],
            update_conflicts=True,
            unique_fields=keys,
            update_fields=sorted(made[0][1] - set(keys)),
        )


def _instance(kind: ImportKind, batch: ImportBatch, row: StagedRow) -> tuple[models.Model, set[str]]:
    assert kind.model is not None  # noqa: S101 see above
    values: dict[str, Any] = {}
    for name in batch.columns:
        column = kind.column(name)
        if column.references:
            values[kind.model._meta.get_field(name).attname] = row.values[f"{name}_id"]  # type: ignore[union-attr]
        else:
            values[name] = _stored(kind.model, name, row.values[name])
    derived = kind.derive(row.values) if kind.derive else {}
    changed = set(batch.columns) | set(derived)
    return kind.model(**values | derived), changed


def _stored(model: type[models.Model], name: str, value: Any) -> Any:
    """An empty cell is the field's default where the column has no NULL."""
    field: Any = model._meta.get_field(name)
    return field.get_default() if value is None and not field.null else value

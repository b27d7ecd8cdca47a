"""From upload to preview: the batch, its rows by COPY, what is wrong with them, what they would do."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock, events
from portal.core.attachments import safe_name
from portal.core.models.transfer import BatchStatus, ImportBatch, ImportRow, RowState
from portal.core.numbering import take_number
from portal.core.transfer.kinds import BadCell, Column, Finding, ImportKind, StagedRow, kind_of
from portal.core.transfer.reading import MAX_BYTES, BadImportFile, Mapping, Sheet, assigned, map_header, open_sheet
from portal.core.transfer.remembering import remembered
from portal.core.transfer.wording import Kept, kept

ROWS, BATCHES = ImportRow._meta.db_table, ImportBatch._meta.db_table
MAX_ERRORS_PER_ROW: Final = 8
AT_ONCE_BYTES: Final = 1_000_000  # larger files are read by a job


@transaction.atomic
def upload_batch(kind: ImportKind, upload: Any, *, actor: Any | None, may_assign: bool = False) -> ImportBatch:
    """The file is kept under a number; of a large one nothing is read yet. Writes one batch and one Event.

    may_assign: headings that nobody recognizes are no fault, the person will say what they mean. Raises BadImportFile.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise BadImportFile(reason=_("it is larger than 64 MB"), field="file")
    upload.seek(0)
    raw: bytes = upload.read()
    name = safe_name(upload.name or "import.csv")
    if len(raw) <= AT_ONCE_BYTES:  # nothing is kept of a small file that cannot be taken
        sheet = open_sheet(raw, name)
        if may_assign:
            assigned(kind, sheet.header)
        else:
            map_header(kind, sheet.header, remembered(actor, kind))
        if next(sheet.rows, None) is None:
            raise BadImportFile(reason=_("it has a header but no rows"))
    batch = ImportBatch(
        kind=kind.key,
        name=name,
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        uploaded_by=actor if getattr(actor, "pk", None) else None,
        uploaded_at=clock.now(),
    )
    batch.file.save(f"{batch.sha256}.{name.rpartition('.')[2][:5]}", ContentFile(raw), save=False)
    batch.number = take_number("IM")
    batch.save()
    events.record(batch, "importbatch.uploaded", actor=actor, data={"kind": kind.key, "sha256": batch.sha256})
    return batch


def sheet_of(batch: ImportBatch) -> Sheet:
    """The batch's file, opened. Raises BadImportFile."""
    try:
        with batch.file.open("rb") as file:
            raw = file.read()
    except OSError as error:
        raise BadImportFile(reason=_("it is no longer on the server; upload it again")) from error
    return open_sheet(raw, batch.name)


@transaction.atomic
def stage_batch(batch: ImportBatch) -> ImportBatch:
    """Every row is staged, checked and compared with the tables; the batch shows what would happen.

    May run again: the rows are staged anew. Raises BadImportFile.
    """
    kind = kind_of(batch.kind)
    sheet = sheet_of(batch)
    mapping = map_header(kind, sheet.header, remembered(batch.uploaded_by, kind))
    batch.rows.all().delete()
    batch.encoding, batch.columns = sheet.encoding, [column.name for column in mapping.columns]
    staged = _copy(batch, mapping, sheet.rows)
    if not staged:
        raise BadImportFile(reason=_("it has a header but no rows"))
    batch.warnings = _warnings(batch, mapping)
    with _without_nested_loops():
        _refuse_duplicates(batch, kind)
        for column in mapping.columns:
            if column.also:
                _take_names(batch, column)
            if column.references:
                _refuse_unknown(batch, column)
        if kind.inspect:
            _refuse_findings(batch, kind.inspect(batch, sound_rows(batch)))
        if kind.model is not None:
            _compare(batch, kind)
        if kind.same:
            lines = list(kind.same(batch, sound_rows(batch, RowState.NEW)))
            batch.rows.filter(line__in=lines, state=RowState.NEW).update(state=RowState.SAME)
        if kind.warn:
            batch.warnings += [kept(text, facts) for text, facts in kind.warn(sound_rows(batch))]
    count_states(batch)
    batch.status = BatchStatus.CHECKED
    batch.save()
    return batch


@contextmanager
def _without_nested_loops() -> Iterator[None]:
    """The planner has no statistics of rows copied a moment ago, and guesses one: 20,000 rows then took over 5 minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")


def count_states(batch: ImportBatch) -> None:
    """The batch's counts are those of its rows."""
    counts = dict(batch.rows.order_by().values_list("state").annotate(count=Count("pk")))
    batch.new_count, batch.changed_count = counts.get(RowState.NEW, 0), counts.get(RowState.CHANGED, 0)
    batch.same_count, batch.error_count = counts.get(RowState.SAME, 0), counts.get(RowState.ERROR, 0)


def sound_rows(batch: ImportBatch, *states: str, lines: Iterable[int] | None = None) -> Iterator[StagedRow]:
    """The rows without errors (of these lines only, if any are named), in the file's order, typed; references as keys."""
    kind = kind_of(batch.kind)
    columns = [kind.column(name) for name in batch.columns]
    known = {column.name: _records(batch, column) for column in columns if column.references}
    rows = batch.rows.filter(state__in=states or [RowState.NEW, RowState.CHANGED, RowState.SAME])
    if lines is not None:
        rows = rows.filter(line__in=lines)
    for line, cells in rows.order_by("line").values_list("line", "cells").iterator(chunk_size=5_000):
        values = {}
        for column, text in zip(columns, cells, strict=True):
            if column.references:
                values[f"{column.name}_id"] = known[column.name].get(text)
                values[column.name] = text
            else:
                values[column.name] = column.value(text)
        yield StagedRow(line, values)


def _copy(batch: ImportBatch, mapping: Mapping, rows: Iterable[tuple[int, list[str]]]) -> int:
    """Rows into staging in one COPY; how many."""
    count = 0
    with connection.cursor() as cursor:
        statement = f"COPY {ROWS} (batch_id, line, cells, state, errors) FROM STDIN"
        with cursor.copy(statement) as copy:
            for count, (line, cells) in enumerate(rows, start=1):  # noqa: B007 the last one is the answer
                texts, errors = _checked(mapping, cells)
                state = RowState.ERROR if errors else RowState.NEW
                copy.write_row((batch.pk, line, texts, str(state), json.dumps(errors, ensure_ascii=False)))
    return count


def _checked(mapping: Mapping, cells: list[str]) -> tuple[list[str], list[dict[str, Any]]]:
    """The canonical texts of a row and what is wrong with it; a wrong cell is staged empty."""
    if len(cells) > mapping.width and not any(cell.strip() for cell in cells[mapping.width :]):
        cells = cells[: mapping.width]
    errors: list[dict[str, Any]] = []
    if len(cells) != mapping.width:
        errors.append(_error("", str(len(cells)), kept(gettext_lazy("%(count)s cells"), {"count": mapping.width})))
    texts = []
    for column, position in zip(mapping.columns, mapping.positions, strict=True):
        raw = cells[position] if position < len(cells) else ""
        try:
            texts.append(column.canonical(raw))
        except BadCell as bad:
            texts.append("")
            if len(errors) < MAX_ERRORS_PER_ROW:
                errors.append(_error(column.name, raw, kept(bad.expected, bad.facts)))
    return texts, errors


def _error(column: str, got: str, expected: Kept) -> dict[str, Any]:
    return {"column": column, "got": got[:120], "expected": expected}


def _warnings(batch: ImportBatch, mapping: Mapping) -> list[Kept]:
    """What a person should know before confirming."""
    found = []
    if mapping.ignored:
        found.append(kept(gettext_lazy("Columns that are not read: %(names)s"), {"names": mapping.ignored[:20]}))
    twin = (
        ImportBatch.objects.filter(kind=batch.kind, sha256=batch.sha256, status=BatchStatus.APPLIED)
        .exclude(pk=batch.pk)
        .order_by("-pk")
        .first()
    )
    if twin:
        found.append(kept(gettext_lazy("The same file was already applied as %(number)s."), {"number": twin.number}))
    if batch.encoding == "gb18030":
        found.append(kept(gettext_lazy("The file was read as GBK. Check that the names below look right.")))
    return found


def _position(batch: ImportBatch, column: Column) -> int:
    """Where the column's text stands in `cells`, counted from 1 as PostgreSQL does."""
    return batch.columns.index(column.name) + 1


def _refuse_duplicates(batch: ImportBatch, kind: ImportKind) -> None:
    """Within one file a key stands once; every later row says which line came first, be that one right or wrong."""
    keys = [column for column in kind.identifying if column.name in batch.columns]
    if not keys:
        return
    cells = ", ".join(f"cells[{_position(batch, column)}]" for column in keys)
    said_keys = " ".join(f"AND cells[{_position(batch, column)}] <> ''" for column in keys if column.key)
    expected = kept(
        gettext_lazy("only once; line %(line)s has the same %(names)s"), {"names": [column.label for column in keys]}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ROWS} AS r SET state = 'error', errors = r.errors || jsonb_build_array(jsonb_build_object("  # noqa: S608
            " 'column', %s::text, 'got', twin.shown,"
            " 'expected', jsonb_set(%s::jsonb, '{facts,line}', to_jsonb(twin.first::text))))"
            f" FROM (SELECT id, concat_ws(' / ', {cells}) AS shown,"
            f"   min(line) OVER (PARTITION BY {cells}) AS first, line FROM {ROWS}"
            f"   WHERE batch_id = %s {said_keys}) AS twin"
            " WHERE r.id = twin.id AND twin.line > twin.first",
            [keys[0].name, json.dumps(expected, ensure_ascii=False), batch.pk],
        )


def _take_names(batch: ImportBatch, column: Column) -> None:
    """A record named otherwise than by its code is staged by its code; a name of several is an error that tells their codes."""
    assert column.references is not None  # noqa: S101 the caller asked
    model, field = column.references
    place, known = _position(batch, column), _records(batch, column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT cells[{place}] FROM {ROWS} WHERE batch_id = %s AND cells[{place}] <> ''",  # noqa: S608
            [batch.pk],
        )
        names = {text for (text,) in cursor.fetchall() if text not in known}
        rows = model._default_manager.values_list(field, *column.also) if names else ()
        meant: dict[str, set[str]] = {name: set() for name in names}
        for code, *called in rows:
            for name in names.intersection(called):
                meant[name].add(str(code))
        for name, codes in meant.items():
            if len(codes) == 1:
                cursor.execute(
                    f"UPDATE {ROWS} SET cells[{place}] = %s WHERE batch_id = %s AND cells[{place}] = %s",  # noqa: S608
                    [*codes, batch.pk, name],
                )
            elif codes:
                expected = kept(
                    gettext_lazy("one of the codes %(codes)s: several are called so"), {"codes": sorted(codes)}
                )
                error = json.dumps([_error(column.name, name, expected)], ensure_ascii=False)
                cursor.execute(
                    f"UPDATE {ROWS} SET state = 'error', errors = errors || %s::jsonb, cells[{place}] = ''"  # noqa: S608
                    f" WHERE batch_id = %s AND cells[{place}] = %s",
                    [error, batch.pk, name],
                )


def _refuse_unknown(batch: ImportBatch, column: Column) -> None:
    """A reference names a record that exists."""
    assert column.references is not None  # noqa: S101 the caller asked
    model, field = column.references
    place, table = _position(batch, column), connection.ops.quote_name(model._meta.db_table)
    target = connection.ops.quote_name(model._meta.get_field(field).column)  # type: ignore[union-attr,arg-type]
    expected = kept(gettext_lazy("a known %(record)s"), {"record": model._meta.verbose_name})
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ROWS} AS r SET state = 'error', errors = r.errors || jsonb_build_array(jsonb_build_object("  # noqa: S608
            f" 'column', %s::text, 'got', left(r.cells[{place}], 120), 'expected', %s::jsonb))"
            f" WHERE r.batch_id = %s AND r.cells[{place}] <> ''"
            f" AND NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.{target}::text = r.cells[{place}])",
            [column.name, json.dumps(expected, ensure_ascii=False), batch.pk],
        )


def _refuse_findings(batch: ImportBatch, findings: Iterable[Finding]) -> None:
    """The app's own objections stand on their rows."""
    with connection.cursor() as cursor:
        for finding in findings:
            expected = kept(finding.expected, finding.facts)
            error = json.dumps([_error(finding.column, finding.got, expected)], ensure_ascii=False)
            cursor.execute(
                f"UPDATE {ROWS} SET state = 'error', errors = errors || %s::jsonb WHERE batch_id = %s AND line = %s",  # noqa: S608
                [error, batch.pk, finding.line],
            )


def _records(batch: ImportBatch, column: Column) -> dict[str, Any]:
    """Text → primary key of the records that the batch names in this column: one query."""
    assert column.references is not None  # noqa: S101 the caller asked
    model, field = column.references
    place = _position(batch, column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT cells[{place}] FROM {ROWS} WHERE batch_id = %s AND cells[{place}] <> ''",  # noqa: S608
            [batch.pk],
        )
        texts = [text for (text,) in cursor.fetchall()]
    rows = model._default_manager.filter(**{f"{field}__in": texts}).values_list(field, "pk")
    return {str(text): pk for text, pk in rows}


def _compare(batch: ImportBatch, kind: ImportKind) -> None:
    """Rows whose key stands in the table are changed or the same; the others stay new. Set-based, by casts."""
    assert kind.model is not None  # noqa: S101 the caller asked
    meta, quote = kind.model._meta, connection.ops.quote_name
    known = [kind.column(name) for name in batch.columns]
    keyed = " AND ".join(
        f"t.{quote(meta.get_field(column.name).column)}::text = {_cell_key(batch, column)}"  # type: ignore[union-attr,arg-type]
        for column in kind.keys
    )
    differs = " OR ".join(_differs(batch, kind, column) for column in known if not column.key) or "false"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ROWS} AS r SET state = CASE WHEN {differs} THEN 'changed' ELSE 'same' END"  # noqa: S608
            f" FROM {quote(meta.db_table)} AS t WHERE r.batch_id = %s AND r.state = 'new' AND {keyed}",
            [batch.pk],
        )


def _cell_key(batch: ImportBatch, column: Column) -> str:
    """The SQL text of a key cell; of a reference, its record's primary key."""
    cell = f"r.cells[{_position(batch, column)}]"
    return f"{_looked_up(column, cell)}::text" if column.references else cell


def _looked_up(column: Column, cell: str) -> str:
    assert column.references is not None  # noqa: S101 the caller asked
    model, field = column.references
    quote = connection.ops.quote_name
    table, target = quote(model._meta.db_table), quote(model._meta.get_field(field).column)  # type: ignore[union-attr,arg-type]
    key = quote(model._meta.pk.column)  # type: ignore[arg-type]
    return f"(SELECT x.{key} FROM {table} AS x WHERE x.{target}::text = {cell})"  # noqa: S608 names of our own


def _differs(batch: ImportBatch, kind: ImportKind, column: Column) -> str:
    """SQL: the table's value is not the cell's. Wrong cells were staged empty, so no cast can fail."""
    assert kind.model is not None  # noqa: S101 the caller asked
    cell, field = f"r.cells[{_position(batch, column)}]", kind.model._meta.get_field(column.name)
    stored = f"t.{connection.ops.quote_name(field.column)}"  # type: ignore[union-attr,arg-type]
    if column.references:
        return f"{stored} IS DISTINCT FROM {_looked_up(column, cell)}"
    casts = {"integer": "bigint", "decimal": "numeric", "date": "date", "boolean": "boolean"}
    if column.kind in casts:
        return f"{stored} IS DISTINCT FROM NULLIF({cell}, '')::{casts[column.kind]}"
    return f"coalesce({stored}::text, '') IS DISTINCT FROM {cell}"

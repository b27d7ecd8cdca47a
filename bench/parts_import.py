"""The parts importer, from upload to applied rows, against COPY and a checked INSERT of the same rows (P9: at most 2x).

The file is the real catalog, 35,214 parts, where PARTS_CSV names it, else as many rows made from a rule. Ours checks every
cell, finds twins, unknown categories and differences, and keeps the preview; the limit only writes, with all constraints.
"""

import csv
import io
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.figures import Figure, compare

ROWS = 35_214
HEAD = ["part_num", "name", "part_cat_id"]
INSERT = (
    "INSERT INTO parts_part (number, name, name_en, part_class, unit, pack_qty, min_order_qty, is_serialised, must_return,"
    " lifecycle, pinyin_key, source, category_id)"
    " SELECT number, bench_staged.name, '', 'whole_unit', '件', 1, 1, false, false, 'active',"
    " '', 'bench', category.id FROM bench_staged JOIN parts_partcategory category ON category.code = bench_staged.category"
    " ON CONFLICT (number) DO UPDATE SET name = EXCLUDED.name"
)


def measure(size: str) -> Iterator[Figure]:
    """Both sides are taken back, so that each round finds an empty catalog of these numbers."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection, transaction

    from parts.models import PartCategory
    from portal.core.transfer.applying import apply_batch
    from portal.core.transfer.kinds import kind_of
    from portal.core.transfer.staging import stage_batch, upload_batch

    rows = list(_rows())
    file = io.StringIO()
    csv.writer(file).writerows([HEAD, *rows])
    raw = file.getvalue().encode()

    def ours() -> None:
        with transaction.atomic():
            upload = SimpleUploadedFile("parts.csv", raw)
            batch = stage_batch(upload_batch(kind_of("parts.parts"), upload, actor=None))
            assert batch.error_count == 0, batch.error_count
            apply_batch(batch, actor=None)
            batch.file.delete(save=False)
            transaction.set_rollback(True)

    def limit() -> None:
        with transaction.atomic():
            raw_cursor: Any = connection.connection.cursor()
            raw_cursor.execute("CREATE TEMP TABLE bench_staged (number text, name text, category text) ON COMMIT DROP")
            with raw_cursor.copy("COPY bench_staged FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            raw_cursor.execute(INSERT)
            transaction.set_rollback(True)

    with transaction.atomic():
        for code in {row[2] for row in rows}:
            PartCategory.objects.get_or_create(code=code, defaults={"name": f"类别 {code}"})
        figure = compare("parts_import", size, ours, limit, goal_ratio=2.0, rounds=1, warm=0, rows=len(rows))
        figure.detail["peak_rss_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        yield figure
        transaction.set_rollback(True)


def _rows() -> Iterator[list[str]]:
    real = os.environ.get("PARTS_CSV", "")
    if real and Path(real).exists():
        with Path(real).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield [row["part_num"], row["name"][:250], row["part_cat_id"]]
        return
    for number in range(ROWS):
        yield [f"BENCH-{number:06d}", f"门锁总成 {number * 7919 % ROWS}", f"BC{number % 60}"]

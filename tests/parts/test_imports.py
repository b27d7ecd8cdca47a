"""Importing the catalog: our own small files, and the real one of 35,214 parts where it lies beside the project."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from parts import imports
from parts.models import ListPrice, Part, PartCategory, PartVariant, Supersession
from parts.pricing import Priced, set_prices
from portal.core.models.transfer import ImportBatch
from portal.core.transfer.applying import apply_batch
from portal.core.transfer.kinds import ImportKind
from portal.core.transfer.staging import stage_batch, upload_batch
from tests.factories.parts import make_category, make_part
from tests.factories.stations import make_user

pytestmark = pytest.mark.django_db
SMALL = Path(settings.BASE_DIR) / "parts" / "data" / "catalog"
REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "parts" / "rebrickable_2020"
REAL_BESIDE = Path(settings.BASE_DIR).parent.parent / "shared" / "data" / "parts" / "rebrickable_2020"


def staged(kind: ImportKind, content: bytes, name: str = "file.csv") -> ImportBatch:
    return stage_batch(upload_batch(kind, SimpleUploadedFile(name, content), actor=make_user()))


def errors_of(batch: ImportBatch) -> list[tuple[int, str]]:
    return [(row.line, row.errors[0]["column"]) for row in batch.rows.filter(state="error").order_by("line")]


def test_parts_keep_leading_zeros_and_get_initials_and_are_updated_by_number() -> None:
    make_category(code="PWR")
    first = staged(imports.PARTS, "配件编码,配件名称,类别\n004285,智能网关电源板,PWR\n".encode("gb18030"))
    apply_batch(first, actor=make_user())

    part = Part.objects.get(number="004285")
    assert (part.name, part.pinyin_key, part.pack_qty) == ("智能网关电源板", "znwgdyb", 1)

    second = staged(imports.PARTS, "配件编码,配件名称,类别,包装数量\n004285,网关电源板,PWR,10\n".encode())
    assert second.changed_count == 1
    apply_batch(second, actor=make_user())

    part.refresh_from_db()
    assert (part.name, part.pinyin_key, part.pack_qty) == ("网关电源板", "wgdyb", 10)


def test_bad_rows_name_row_and_column_and_nothing_is_loaded() -> None:
    make_category(code="PWR")
    text = "part_num,name,category,pack_qty\nA,甲,PWR,1\nA,乙,PWR,1\nB,,PWR,1\nC,丙,NONE,1\nD,丁,PWR,-5\nE,戊,PWR,NaN\n"

    batch = staged(imports.PARTS, text.encode("utf-8-sig"))

    found = [(3, "number"), (4, "name"), (5, "category"), (6, "pack_qty"), (7, "pack_qty")]
    assert errors_of(batch) == found
    assert not Part.objects.filter(number="A").exists()


def test_relations_to_itself_in_circles_or_to_several_are_reported_and_the_rest_is_loaded() -> None:
    for number in "ABCDEFGH":
        make_part(number=number)
    rows = ["M,A,A", "M,B,C", "A,C,B", "M,D,E", "A,D,F", "M,G,H", "P,A,B", "M,X,A"]
    batch = staged(imports.RELATIONS_KIND, ("rel_type,child_part_num,parent_part_num\n" + "\n".join(rows)).encode())

    assert [line for line, _column in errors_of(batch)] == [2, 3, 4, 5, 6, 9]
    apply_batch(batch, actor=make_user())

    assert list(Supersession.objects.values_list("old__number", "new__number")) == [("G", "H")]
    assert list(PartVariant.objects.values_list("part__number", "base__number")) == [("A", "B")]


def test_a_circle_with_what_is_already_known_is_reported() -> None:
    old, new = make_part(number="OLD"), make_part(number="NEW")
    Supersession.objects.create(old=old, new=new)

    batch = staged(imports.RELATIONS_KIND, b"rel_type,child_part_num,parent_part_num\nM,NEW,OLD\n")

    assert batch.error_count == 1


def test_prices_end_the_earlier_one_and_stop_at_the_later_one() -> None:
    part = make_part(price=None)
    set_prices(
        [Priced(part.pk, Decimal("10.00"), date(2026, 1, 1)), Priced(part.pk, Decimal("30.00"), date(2026, 9, 1))]
    )

    batch = staged(imports.PRICES, f"part_num,price,valid_from\n{part.number},20.00,2026-05-01\n".encode())
    apply_batch(batch, actor=make_user())

    found = ListPrice.objects.filter(part=part).order_by("valid_from").values_list("price", "valid_from", "valid_to")
    assert list(found) == [
        (10, date(2026, 1, 1), date(2026, 5, 1)),
        (20, date(2026, 5, 1), date(2026, 9, 1)),
        (30, date(2026, 9, 1), None),
    ]


def test_a_second_price_for_the_same_day_is_reported() -> None:
    part = make_part(price=None)
    set_prices([Priced(part.pk, Decimal("10.00"), date(2026, 1, 1))])

    batch = staged(imports.PRICES, f"part_num,price,valid_from\n{part.number},11.00,2026-01-01\n".encode())

    assert errors_of(batch) == [(2, "valid_from")]


def load(folder: Path) -> tuple[ImportBatch, ImportBatch]:
    """Categories, parts and relations of a folder, through the importers."""
    with connection.cursor() as cursor:  # rows that other tests rolled back make the planner think the tables empty
        cursor.execute("SET LOCAL enable_nestloop = off")
    apply_batch(staged(imports.CATEGORIES, (folder / "part_categories_2024.csv").read_bytes()), actor=None)
    parts = apply_batch(staged(imports.PARTS, (folder / "parts.csv").read_bytes()), actor=None)
    relations = apply_batch(
        staged(imports.RELATIONS_KIND, (folder / "part_relationships.csv").read_bytes()), actor=None
    )
    return parts, relations


def test_the_shipped_subset_of_the_real_catalog_loads() -> None:
    parts, relations = load(SMALL)

    assert Part.objects.count() == parts.new_count
    assert Part.objects.filter(number__startswith="0").exists()
    assert relations.error_count > 0
    assert Supersession.objects.count() + PartVariant.objects.count() == relations.new_count


@pytest.mark.skipif(
    not (REAL.exists() or REAL_BESIDE.exists()), reason="the real catalog does not lie beside the project"
)
def test_the_real_catalog_of_35214_parts_loads_and_its_faults_are_reported() -> None:
    folder = REAL if REAL.exists() else REAL_BESIDE
    began = time.monotonic()

    parts, relations = load(folder)

    seconds = time.monotonic() - began
    assert (parts.new_count, parts.error_count) == (35_214, 0)
    assert Part.objects.filter(number__startswith="0").count() == 11
    assert PartCategory.objects.count() == 67
    own = relations.rows.filter(state="error", errors__0__column="new").count()
    several = relations.rows.filter(state="error", errors__0__column="old").count()
    assert relations.error_count == own + several
    assert relations.new_count + relations.error_count == 19_254
    assert Supersession.objects.count() + PartVariant.objects.count() == relations.new_count
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT old_id FROM parts_supersession GROUP BY 1 HAVING count(*) > 1) twice"
        )
        assert cursor.fetchone() == (0,)
    print(f"own or cyclic {own}, several {several}, seconds {seconds:.1f}")


def test_search_is_served_by_the_trigram_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Part.objects.alias().matching("gateway").order_by().explain()

    assert "part_search_text_trigram" in plan

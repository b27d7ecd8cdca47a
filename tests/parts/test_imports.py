"""Importing the catalog: our own small files, and the real one of 35,214 parts where it lies beside the project."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from parts import imports, price_imports
from parts.counts.entry import start_count
from parts.counts.planning import plan_count
from parts.counts.posting import cancel_count
from parts.models import ExplodedView, ListPrice, Part, PartCategory, PartVariant, PriceList, Supersession
from parts.price_lists import draw_up_price_list, release_price_list
from parts.pricing import Priced, set_prices
from parts.replenishment.decisions import set_stock_level
from parts.stock import central_warehouse, station_location
from parts.superseding import make_alternates, supersede
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.models.transfer import ImportBatch
from portal.core.transfer.applying import apply_batch
from portal.core.transfer.exporting import ExportColumn, to_csv
from portal.core.transfer.kinds import ImportKind, kind_of, kinds_for
from portal.core.transfer.staging import sound_rows, stage_batch, upload_batch
from portal.core.transfer.wording import sentence
from tests.conftest import as_user
from tests.factories.parts import make_category, make_fitment, make_part, make_supplier, make_supplier_part, put_stock
from tests.factories.stations import make_product_model, make_station, make_user

pytestmark = pytest.mark.django_db
SMALL = Path(settings.BASE_DIR) / "parts" / "data" / "catalog"
REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "parts" / "rebrickable_2020"
REAL_BESIDE = Path(settings.BASE_DIR).parent.parent / "shared" / "data" / "parts" / "rebrickable_2020"


def staged(kind: ImportKind, content: bytes, name: str = "file.csv", actor: Any = None) -> ImportBatch:
    return stage_batch(upload_batch(kind, SimpleUploadedFile(name, content), actor=actor or make_user()))


def errors_of(batch: ImportBatch) -> list[tuple[int, str]]:
    return [(row.line, row.errors[0]["column"]) for row in batch.rows.filter(state="error").order_by("line")]


def test_a_category_is_named_by_code_or_by_name_and_an_ambiguous_name_tells_the_codes() -> None:
    make_category(code="PWR", name="电源", name_en="Power")
    for code in ("FAN1", "FAN2"):
        make_category(code=code, name="风机", name_en="Fan")
    text = "part_num,name,category\nA,甲,PWR\nB,乙,电源\nC,丙,Power\nD,丁,风机\nE,戊,没有\n"

    batch = staged(imports.PARTS, text.encode())
    wrong = {row.line: [sentence(each) for each in row.errors] for row in batch.rows.filter(state="error")}
    apply_batch(staged(imports.PARTS, "\n".join(text.split("\n")[:4]).encode()), actor=make_user())

    assert set(wrong) == {5, 6}
    assert "FAN1" in wrong[5][0]
    assert "FAN2" in wrong[5][0]
    assert set(Part.objects.values_list("number", "category__code")) == {("A", "PWR"), ("B", "PWR"), ("C", "PWR")}


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


@pytest.fixture
def spring() -> Iterator[None]:
    clock.set(datetime(2026, 4, 1, 9, tzinfo=UTC))
    yield
    clock.set(None)


@pytest.mark.usefixtures("spring")
def test_prices_of_a_file_wait_in_a_draft_then_end_the_earlier_one_and_stop_at_the_later_one() -> None:
    part = make_part(price=None)
    set_prices(
        [Priced(part.pk, Decimal("10.00"), date(2026, 1, 1)), Priced(part.pk, Decimal("30.00"), date(2026, 9, 1))]
    )

    author, other = make_user(Role.WAREHOUSE), make_user(Role.FINANCE)
    file = f"part_num,price,valid_from\n{part.number},20.00,2026-05-01\n".encode()
    preview = staged(price_imports.PRICES, file)
    assert [each["facts"] for each in preview.warnings] == [{"count": "1", "percent": "50", "lines": "2"}]
    assert price_imports.price_before(list(sound_rows(preview))) == {2: [("¥10.00", ""), ("+100%", "wait")]}
    batch = apply_batch(preview, actor=author)
    assert ListPrice.objects.filter(part=part).count() == 2
    draft = PriceList.objects.get()
    assert (draft.status, draft.created_by, draft.rows.get().source) == ("draft", author, batch.number)
    made = price_imports.drafts_of(batch)
    assert made is not None
    assert made[2] == draft.get_absolute_url()
    assert staged(price_imports.PRICES, file).same_count == 1
    release_price_list(draft, actor=other)
    again = staged(price_imports.PRICES, file)
    assert (again.same_count, again.new_count, PriceList.objects.count()) == (1, 0, 1)

    found = ListPrice.objects.filter(part=part).order_by("valid_from").values_list("price", "valid_from", "valid_to")
    assert list(found) == [
        (10, date(2026, 1, 1), date(2026, 5, 1)),
        (20, date(2026, 5, 1), date(2026, 9, 1)),
        (30, date(2026, 9, 1), None),
    ]


def test_a_second_price_for_the_same_day_is_reported() -> None:
    part = make_part(price=None)
    set_prices([Priced(part.pk, Decimal("10.00"), date(2026, 1, 1))])

    rows = f"part_num,price,valid_from\n{part.number},11.00,2026-01-01\n{part.number},11.00,2026-01-02\n"
    batch = staged(price_imports.PRICES, rows.encode())

    assert errors_of(batch) == [(2, "valid_from"), (3, "valid_from")]


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


def test_what_every_kind_gives_away_comes_back_as_the_same() -> None:
    """Each kind's own file, uploaded again, changes nothing; a changed cell is told as new or changed."""
    actor, station = make_user(Role.WAREHOUSE), make_station()
    old, new, other = (
        make_part(number=number, name_en="=1+1", gross_weight_kg="1.250") for number in ("007", "NEW", "P-x")
    )
    supersede(old, new, ratio=Decimal(2), mode="immediate", valid_from=date(2026, 1, 1), actor=actor)
    make_alternates(new, other, actor=actor)
    supplier_part = make_supplier_part(make_supplier(phone="075526001234"), old, "12.50", lead_days=9)
    make_supplier_part(supplier_part.supplier, new, valid_to=date(2030, 1, 1))
    model = make_product_model()
    view = ExplodedView.objects.create(product_model=model, title="总成")
    make_fitment(old, model, serial_from="SN1", serial_to="SN9", produced_to=date(2027, 1, 1))
    make_fitment(old, model, view=view, position_number="12", produced_from=date(2025, 1, 1))
    set_stock_level(old, station_location(station), minimum=Decimal(2), reason="总部要求", actor=actor)
    put_stock(central_warehouse(), new, 3)
    start_count(plan_count(central_warehouse(), reason="whole", actor=actor), actor=actor)
    draw_up_price_list(title="x", valid_from=date(2099, 1, 1), prices={"007": Decimal(5)}, actor=actor)
    kinds = [kind for kind in kinds_for(actor) if kind.key.startswith("parts.") and kind.present]

    for kind in kinds:
        columns = [ExportColumn(column.label, column.name) for column in kind.columns]
        rows = list(kind.present(actor))  # type: ignore[misc]
        table = [[column.value(row) for column in columns] for row in rows]
        batch = staged(kind, to_csv([str(column.label) for column in columns], table), actor=actor)
        assert (kind.key, batch.error_count, batch.same_count) == (kind.key, 0, len(rows))
        assert rows

    assert {kind.key for kind in kinds} >= {
        "parts.categories", "parts.fitments", "parts.parts", "parts.price_list_rows", "parts.prices", "parts.relations",
        "parts.stock_counts", "parts.stock_levels", "parts.supplier_prices", "parts.suppliers",
    }  # fmt: skip


def test_a_counting_sheet_is_filled_outside_and_comes_back() -> None:
    clerk, part = make_user(Role.WAREHOUSE), make_part(number="007")
    place = central_warehouse()
    put_stock(place, part, 10)
    count = start_count(plan_count(place, reason="whole", actor=clerk), actor=clerk)
    kind = next(kind for kind in kinds_for(clerk) if kind.key == "parts.stock_counts")
    assert list(kind.present(clerk)) == [  # type: ignore[misc]
        {"count": count.number, "location": place.code, "part": "007", "batch": "", "qty": None}
    ]
    sheet = f"count,location,part,qty\n{count.number},{place.code},007,9\n".encode()

    apply_batch(staged(kind, sheet, actor=clerk), actor=clerk)

    line = count.lines.get()
    assert (line.first_qty, line.first_by) == (9, clerk)
    assert staged(kind, sheet, actor=clerk).same_count == 1
    cancel_count(count, reason="重新盘点", actor=clerk)
    assert errors_of(staged(kind, sheet, actor=clerk)) == [(2, "count")]


@pytest.mark.parametrize(
    ("key", "text", "wrong"),
    [
        ("parts.supplier_prices", "supplier,part,valid_from,contract_price\nS1,P1,2026-01-01,NaN\n", "contract_price"),
        ("parts.supplier_prices", "supplier,part,valid_from,contract_price\nS1,P1,2026-13-01,5\n", "valid_from"),
        ("parts.supplier_prices", "supplier,part,valid_from,contract_price\nS2,P1,2026-01-01,5\n", "supplier"),
        ("parts.suppliers", "code,name\n1E+05,某厂\n", "code"),
        ("parts.stock_levels", "part,location,minimum,target,reason\nP1,CENTRAL,5,2,总部要求\n", "target"),
        ("parts.stock_levels", "part,location,minimum,reason\nP1,CENTRAL,-1,总部要求\n", "minimum"),
        ("parts.fitments", "part,product_model,view\nP1,M1,不存在\n", "view"),
        ("parts.relations", "relation,old,new,ratio\nM,P1,P2,0\n", "ratio"),
        ("parts.price_list_rows", "price_list,part,price\nPL-0,P1,5\n", "price_list"),
    ],
)
def test_a_bad_cell_is_told_with_its_column(key: str, text: str, wrong: str) -> None:
    make_supplier(code="S1")
    make_part(number="P1")
    make_part(number="P2")
    make_product_model(code="M1")
    text = text.replace("CENTRAL", central_warehouse().code)

    assert errors_of(staged(kind_of(key), text.encode())) == [(2, wrong)]


def test_supplier_prices_follow_each_other_by_their_days() -> None:
    supplier, part = make_supplier(code="S1"), make_part(number="P1")
    make_supplier_part(supplier, part, "10.00")
    text = "supplier,part,valid_from,contract_price\nS1,P1,2026-07-01,11.00\nS1,P1,2026-09-01,12.00\n"

    apply_batch(staged(kind_of("parts.supplier_prices"), text.encode()), actor=make_user())

    found = supplier.parts.order_by("valid_from").values_list("contract_price", "valid_to")
    assert list(found) == [
        (Decimal("10.00"), date(2026, 7, 1)),
        (Decimal("11.00"), date(2026, 9, 1)),
        (Decimal("12.00"), None),
    ]


def test_the_catalog_that_the_list_gives_away_is_taken_back() -> None:
    actor = make_user(Role.WAREHOUSE)
    make_part(number="007", name_en="=1+1", gross_weight_kg="1.250", is_serialised=True)

    file = as_user(actor).get(reverse("part_list"), {"export": "csv"}).content

    kind = next(kind for kind in kinds_for(actor) if kind.key == "parts.parts")
    batch = staged(kind, file)
    assert (batch.error_count, batch.same_count) == (0, 1)

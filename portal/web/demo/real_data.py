"""The big real files, by the importers that people use: products, a catalog with its relations, repairs in other languages.

They lie beside the project in ../shared/data (or where YIZHAN_DATA points). Without them the licensed subset that ships
with the project is loaded; the repair records may not ship, so they are left out then.
"""

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile

from parts import imports as part_imports
from portal.core.models.transfer import ImportBatch
from portal.core.transfer.applying import apply_batch
from portal.core.transfer.kinds import ImportKind, kind_of
from portal.core.transfer.staging import stage_batch, upload_batch
from portal.web.demo.story import Story
from service import intake
from stations import imports as station_imports

REPAIRS = ("dustup.csv", "compcat_laptops.csv", "battcat.csv")
REPAIRS_OF_EACH = 100


def folder() -> Path | None:
    """Where the real files lie, if they are here."""
    beside = Path(settings.BASE_DIR).parent
    for place in (os.environ.get("YIZHAN_DATA", ""), beside / "shared/data", beside.parent / "shared/data"):
        if place and (Path(place) / "products").is_dir():
            return Path(place)
    return None


def tell(story: Story, say: Callable[[str], Any]) -> None:
    """Everything is imported in the last minute of the story, by the administrator."""
    real = folder()
    base = Path(settings.BASE_DIR)
    products = (
        real / "products/smart_home_products.csv" if real else base / "stations/data/smart_home_products_sample.csv"
    )
    catalog = real / "parts/rebrickable_2020" if real else base / "parts/data/catalog"
    if real is None:
        say(
            "  ../shared/data is not here: loading the licensed subset of the project, without the foreign repair records"
        )
    for kind, path in (
        (station_imports.PRODUCTS, products),
        (part_imports.CATEGORIES, catalog / "part_categories_2024.csv"),
        (part_imports.PARTS, catalog / "parts.csv"),
        (part_imports.RELATIONS_KIND, catalog / "part_relationships.csv"),
    ):
        _import(story, say, kind, path.name, path.read_bytes())
    if real is not None:
        _repairs(story, say, real / "repairs/openrepair")


def _import(story: Story, say: Callable[[str], Any], kind: ImportKind, name: str, content: bytes) -> None:
    admin = story.people["admin"]

    def act() -> ImportBatch:
        batch = stage_batch(upload_batch(kind, ContentFile(content, name), actor=admin))
        return apply_batch(batch, actor=admin)

    batch = story.happen(story.until, act, by=admin)
    if batch is None:
        say(f"  {name}: {story.refused[-1]}")
    else:
        say(f"  {name}: {batch.new_count} new, {batch.changed_count} changed, {batch.error_count} refused")


def _repairs(story: Story, say: Callable[[str], Any], place: Path) -> None:
    """Fault types go into the dictionary; repairs told in five languages become answered requests."""
    kinds = _rows(place / "dustup_fault_types.csv")
    lines = [("code", "name", "name_en")]
    lines += [(f"ORA-{row['id']}", row["fault_type"], row["fault_type"]) for row in kinds]
    content = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    _import(story, say, kind_of("fault_codes"), "dustup_fault_types.csv", content.encode())
    told = [row for name in REPAIRS for row in _told(_rows(place / name))]
    agent = story.people["agent"]
    customer = story.happen(
        story.until,
        lambda: intake.add_customer(name="Open Repair Alliance", phone="00442071234567", actor=agent),
        by=agent,
    )
    for row in told:
        story.happen(story.until, lambda row=row: _answer(row, customer, agent), by=agent)  # type: ignore[misc]
    say(f"  {len(told)} repair records in the languages they were told in (CC BY-SA 4.0, Open Repair Alliance)")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _told(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Records of one file with a text, as many of each country as there are, in turn."""
    by_country: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if len(row["problem"].strip()) >= 10:
            by_country.setdefault(row["country"], []).append(row)
    chosen: list[dict[str, str]] = []
    for turn in range(REPAIRS_OF_EACH):
        chosen += [found[turn] for found in by_country.values() if turn < len(found)]
    return chosen[:REPAIRS_OF_EACH]


def _answer(row: dict[str, str], customer: Any, agent: Any) -> None:
    text = f"{row['product_category']} {row['brand']}: {row['problem']}"
    request = intake.take_request(
        customer=customer, fault_text=text, category="advice", urgency="advice", channel="online", actor=agent
    )
    intake.close_request(request, result=f"{row['repair_status']} · {row['country']} · {row['id_ords']}", actor=agent)

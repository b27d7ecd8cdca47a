"""What service and warranty stand on: dictionaries, policy, rates, agreements with suppliers, and who sells what where."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import service
from parts.models import SupplierPart
from portal.core import clock
from portal.core.parameter_release import propose_value, release_value
from portal.core.parameters import set_parameter
from portal.web.demo.story import BUSY, Story, rows
from service.models import FaultCode, LaborOperation
from warranty import agreements, masters, policies, rates

COVER = (("whole_unit", 24), ("core", 24), ("wear", 6), ("consumable", 3))
HOURLY = (("A", 90), ("B", 80), ("C", 70), ("D", 60))
COMPANY: Final = {
    "name": "驿达机电制造有限公司",
    "name_en": "Yida Machinery Manufacturing Co., Ltd.",
    "address": "江苏省常州市新北区示范路 18 号",
    "address_en": "18 Shifan Road, Xinbei District, Changzhou, Jiangsu",
    "phone": "0519-8500 0000",
    "tax_number": "91320400DEMO000001",
    "bank": "示范银行常州分行",
    "bank_en": "Demo Bank, Changzhou Branch",
    "bank_account": "0000 1234 5678 9012",
}


def write(story: Story) -> None:
    """Dictionaries, policy, rates and agreements hold since long before the story."""
    start = clock.today() - timedelta(days=900)
    families = story.things["families"]
    for row in _of_service("fault_codes"):
        FaultCode.objects.create(**row | {"family": families.get(row["family"])})
    for row in _of_service("labor_operations"):
        values = row | {"family": families.get(row["family"]), "is_diagnosis": row["is_diagnosis"] == "1"}
        LaborOperation.objects.create(**values | {"flat_hours": Decimal(row["flat_hours"])})
    clerk, manager = story.people["reviewer"], story.people["manager"]
    draft = policies.draw_up_policy(
        code="STD-24", name="整机标准保修", name_en="Standard warranty", level="all", valid_from=start,
        months=dict(COVER), actor=clerk,
    )  # fmt: skip
    policies.release_policy(draft, actor=manager)
    for grade, rate in HOURLY:
        paid = rates.propose_labor_rate(grade=grade, hourly_rate=Decimal(rate), valid_from=start, actor=manager)
        masters.release(paid, actor=story.people["finance"])
    way = rates.propose_travel_rate(km_rate=Decimal("1.50"), free_km=Decimal(20), valid_from=start, actor=manager)
    masters.release(way, actor=story.people["finance"])
    _agree(story, start)
    set_parameter("warranty.audit_sample_percent", Decimal(5), valid_from=clock.start_of(start), actor=manager)
    for name, text in COMPANY.items():
        proposed = propose_value(f"company.{name}", text, actor=manager)
        release_value(proposed, actor=story.people["finance"])
    _remember(story)


def _agree(story: Story, start: date) -> None:
    """Every supplier pays a share of everything; the first one all of the labor on one category of its parts."""
    finance, manager = story.people["finance"], story.people["manager"]
    for number, supplier in enumerate(story.things["suppliers"], start=1):
        terms: dict[str, Any] = {
            "supplier": supplier, "valid_from": start, "part_share": 80 if number % 3 else 100, "labor_share": 50,
            "travel_share": 0 if number % 2 else 30, "other_share": 0, "notice_days": 90, "months_from_receipt": 30,
            "handling_fee": Decimal(15),
        }  # fmt: skip
        drafts = [agreements.propose_agreement(number=f"QA-{number:03d}", actor=finance, **terms)]
        delivered = SupplierPart.objects.filter(supplier=supplier).select_related("part__category").order_by("pk")
        if number == 1 and (first := delivered.first()) is not None:
            narrow = terms | {"labor_share": 100, "category": first.part.category}
            drafts.append(agreements.propose_agreement(number="QA-001-A", actor=finance, **narrow))
        for draft in drafts:
            masters.release(draft, actor=manager)


def _of_service(name: str) -> list[dict[str, Any]]:
    """The rows of the dictionaries that service ships."""
    path = Path(service.__file__).parent / "data" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _remember(story: Story) -> None:
    """What the calls and jobs choose from."""
    families = story.things["families"]
    operations: dict[int | None, list[LaborOperation]] = {}
    for operation in LaborOperation.objects.filter(is_active=True, is_diagnosis=False):
        operations.setdefault(operation.family_id, []).append(operation)
    faults = {fault.code: fault for fault in FaultCode.objects.all()}
    phrases: dict[int, list[tuple[str, FaultCode]]] = {}
    for row in rows("phrases"):
        phrases.setdefault(families[row["family"]].pk, []).append((row["text"], faults[row["code"]]))
    story.things |= {"operations": operations, "phrases": phrases, "models_of": _models_of(story)}


def _models_of(story: Story) -> dict[int, list[Any]]:
    """Each city sells a few models, so that whichever of its stations gets the job has the parts on its shelf."""
    models = list(story.things["models"].values())
    one_of_each = list({model.family_id: model for model in models}.values())
    busy_center = story.things["stations"][BUSY].center_id if len(story.things["stations"]) > BUSY else None
    of_center: dict[int, list[Any]] = {}
    for station in story.things["stations"]:
        if station.center_id not in of_center:
            of_center[station.center_id] = (
                one_of_each[:10] if station.center_id == busy_center else story.dice.sample(models, 3)
            )
    return {station.pk: of_center[station.center_id] for station in story.things["stations"]}

"""The worked cases of coverage_cases.csv, each as a draft claim whose coach is asked: verdict, dates and money by hand.

An empty cell is the usual case: policy STD, serial number on file, sold and registered on 2025-03-10, repaired on the day
of failure, whole unit replaced, OP-A with 1.2 hours, 46 km driven for a distance of 20, national price 200.00. Station of
grade B: 75 % of the price and 10 % on top, 80.00 an hour, 1.50 a kilometer beyond 20. OP-A has 1.2 and OP-B 2.0 flat hours
in one access group, OP-C 1.0 alone. sold "none": nothing registered; filed "refused": the registration was refused.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from parts.models import ListPrice, Part, PartCategory, Supersession
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.states import move
from service.models import InstalledUnit, LaborOperation, UsageReading
from tests.factories import claims as factory
from tests.factories.goodwill import make_budget, make_giver
from tests.factories.stations import LONG_AGO, make_grade, make_member, make_product_model, make_station, make_user
from warranty import claims, goodwill, grants, policies, registration
from warranty.assessment import Assessment
from warranty.models import Campaign, CampaignUnit, WarrantyClaim

HERE = Path(__file__).parent
FLAT = {"OP-A": ("1.2", "G1"), "OP-B": ("2.0", "G1"), "OP-C": ("1.0", "")}
CLASSES = ("whole_unit", "core", "wear", "consumable")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table beside this file."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass
class Case:
    """One row, and what it stands on."""

    row: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.row[name].strip()

    @cached_property
    def failed(self) -> date:
        return date.fromisoformat(self["failed"])

    @cached_property
    def repaired(self) -> date:
        return day(self["repaired"]) or self.failed

    @cached_property
    def model(self) -> Any:
        return make_product_model()

    @cached_property
    def station(self) -> Any:
        station = make_station()
        make_grade(station=station)
        factory.make_rates()
        return station

    @cached_property
    def part(self) -> Part:
        """The failed part: of its class, or one that supersedes the model's, or one that fits another model."""
        kind = self["part"]
        part_class = kind if kind in CLASSES else "whole_unit"
        price = self["price"].split()[0] if self["price"] else "200.00"
        model = make_product_model() if kind == "stranger" else self.model
        part = factory.make_spare_part(product_model=model, price=price, part_class=part_class)
        if kind == "successor":
            category = PartCategory.objects.get(code="MODULE")
            new = Part.objects.create(category=category, number="NEW-1", name="新模块", part_class=part_class)
            ListPrice.objects.create(part=new, price=Decimal(price), valid_from=LONG_AGO)
            Supersession.objects.create(old=part, new=new, valid_from=LONG_AGO)
            return new
        for change in self["price"].split()[1:]:
            begins, _colon, later = change.partition(":")
            ListPrice.objects.filter(part=part).update(valid_to=day(begins))
            ListPrice.objects.create(part=part, price=Decimal(later), valid_from=begins)
        return part

    @cached_property
    def operations(self) -> dict[str, LaborOperation]:
        return {
            code: factory.make_operation(code=code, flat_hours=Decimal(flat), access_group=group)
            for code, (flat, group) in FLAT.items()
        }

    @cached_property
    def unit(self) -> InstalledUnit | None:
        if self["serial"] == "unknown":
            return None
        status = self["serial"] if self["serial"] in {"scrapped", "stolen"} else "active"
        unit = factory.make_unit(
            product_model=self.model, invoice_on=day(self["invoice"]), ship_date=day(self["shipped"])
        )
        self.register(unit)
        InstalledUnit.objects.filter(pk=unit.pk).update(status=status)
        unit.refresh_from_db()
        return unit

    def register(self, unit: InstalledUnit) -> None:
        """The sale is filed at its moment, and approved unless the case says otherwise."""
        if self["sold"] == "none":
            return
        sold = day(self["sold"]) or date(2025, 3, 10)
        filed = self["filed"]
        moment = datetime.fromisoformat(filed) if "T" in filed else factory.noon(self.filed_day(sold))
        row = registration.file_registration(unit, sale=registration.Sale(sold), actor=make_user(), at=moment)
        decide = registration.refuse_registration if filed == "refused" else registration.approve_registration
        given = {"note": "凭证不全"} if filed == "refused" else {}
        decide(row, actor=make_user(Role.SERVICE_MANAGER), **given)

    def filed_day(self, sold: date) -> date:
        return sold if self["filed"] in {"", "refused"} else date.fromisoformat(self["filed"])

    def write_policies(self) -> None:
        named = (self["policies"] or "STD").split()
        for row in rows("coverage_policies.csv"):
            if row["code"] in named:
                self.write_policy(row)

    def write_policy(self, row: dict[str, str]) -> None:
        months = {name: int(row[name]) for name in CLASSES if row[name]}
        subject = {
            "all": {},
            "family": {"family": self.model.family},
            "model": {"product_model": self.model},
            "serial": {"serial_number": self.unit.serial_number if self.unit else ""},
        }[row["level"]]
        draft = policies.draw_up_policy(
            code=row["code"], level=row["level"], months=months, actor=make_user(), name=row["code"],
            valid_from=date.fromisoformat(row["sales_from"]), valid_to=day(row["sales_before"]),
            usage_limit=Decimal(row["usage_limit"]) if row["usage_limit"] else None,
            piece_months=int(row["piece_months"]), piece_pays_labor=bool(row["piece_pays_labor"]), **subject,
        )  # fmt: skip
        policies.release_policy(draft, actor=make_user(Role.SERVICE_MANAGER))

    def write_campaign(self) -> None:
        if not self["campaign"] or self.unit is None:
            return
        code, _space, used = self["campaign"].partition(" ")
        row = next(row for row in rows("coverage_campaigns.csv") if row["code"] == code)
        campaign = Campaign.objects.create(
            code=code, name=code, valid_from=row["open_from"], valid_to=row["closed_from"]
        )
        move(campaign, "released", actor=None)
        campaign.operations.set([self.operations[name] for name in row["operations"].split()])
        CampaignUnit.objects.create(
            campaign=campaign, serial_number=self.unit.serial_number, used_by="WC-1" if used else ""
        )

    def write_history(self) -> None:
        """Earlier repairs and readings, the claim on which the part was fitted, contracts and goodwill."""
        assert self.unit is not None
        for span in filter(None, self["earlier repairs"].split("; ")):
            begun, ended = (date.fromisoformat(text) for text in span.split(".."))
            factory.finished_job(
                factory.Job(self.station, self.unit, failed_on=begun, repaired_on=ended, with_photos=False)
            )
        if reading := self["earlier reading"]:
            UsageReading.objects.create(
                unit=self.unit, value=Decimal(reading), read_at=factory.noon(self.failed - timedelta(days=30))
            )
        self.fit_before()
        for text in filter(None, self["extended"].split("; ")):
            bought, added, *classes = text.split()
            grants.extend_cover(
                self.unit, contract_number=text, bought_on=date.fromisoformat(bought), months=int(added),
                part_classes=classes, payer="manufacturer", actor=make_user(), at=factory.noon(date(2030, 1, 1)),
            )  # fmt: skip

    def fit_before(self) -> None:
        if not self["fitted before"]:
            return
        fitted, _space, withdrawn = self["fitted before"].partition(" ")
        claim = self.draft(date.fromisoformat(fitted), usage="100", replaced=True)
        clock.set(factory.noon(date.fromisoformat(fitted)))
        sent = claims.submit_claim(claim, actor=self.owner)
        assert sent.status in {"approved", "partially_approved", "in_review"}, sent.explanation["decision"]
        if withdrawn:
            WarrantyClaim.objects.filter(pk=sent.pk).exclude(status="in_review").update(status="reversed")

    @cached_property
    def owner(self) -> Any:
        return make_member(Role.STATION_OWNER, station=self.station)

    def draft(self, failed: date, *, repaired: date | None = None, usage: str = "", replaced: bool = False) -> Any:
        """A draft of a finished job with one part, the operations, the trip."""
        hours = [each.split() for each in (self["operations"] or "OP-A 1.2").split("; ")]
        unit = self.unit or factory.make_unit(product_model=self.model)
        job = factory.finished_job(
            factory.Job(
                self.station, unit, parts=[(self.part, "1", "replace" if replaced else self["remedy"] or "replace")],
                hours=[(self.operations[code], spent) for code, spent in hours], km=self["km"] or "46",
                failed_on=failed, repaired_on=repaired, with_photos=replaced, usage=usage or None,
            )
        )  # fmt: skip
        if self.unit is None:
            job.request.unit = None
            job.request.save(update_fields=["unit"])
        return claims.draft_from_work_order(job, actor=self.owner, at=factory.noon(repaired or failed))

    def judged(self) -> Assessment:
        """What the coach says of the claim on the day after the repair."""
        self.write_policies()
        self.write_campaign()
        if self.unit is not None:
            self.write_history()
        clock.set(factory.noon(self.repaired + timedelta(days=1)))
        claim = self.draft(self.failed, repaired=self.repaired, usage=self["reading"])
        changes: dict[str, Any] = {"cause_class": self["cause"]} if self["cause"] else {}
        if self["goodwill"]:
            expires, shares = self["goodwill"].split()
            part, labor, travel = (int(share) for share in shares.split("/"))
            given_at = factory.noon(min(date.fromisoformat(expires), self.repaired))
            make_budget(year=given_at.year)
            claim.goodwill = goodwill.authorize_goodwill(
                self.unit, actor=make_giver(), at=given_at, expires_on=date.fromisoformat(expires), budget=Decimal(10_000),
                reason="老客户", part_share_percent=part, labor_share_percent=labor, travel_share_percent=travel,
            )  # fmt: skip
            claim.save(update_fields=["goodwill"])
        if self["serial"] == "other model":
            claim.product_model = make_product_model()
            claim.save(update_fields=["product_model"])
        if changes:
            claims.edit_draft(claim, actor=self.owner, changes=changes)
        claim.refresh_from_db()
        return claims.coach(claim)


@pytest.fixture(autouse=True)
def _time_goes_back() -> Iterator[None]:
    clock.set(factory.noon(date(2030, 1, 1)))
    yield
    clock.set(None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row['no']}-{row['说明']}") for row in rows("coverage_cases.csv")]
)
def test_case(row: dict[str, str]) -> None:
    case = Case(row)

    found = case.judged()

    said = found.explanation["coverage"]
    dates = {name: said[key] or "" for name, key in (("start", "start"), ("first uncovered", "first_uncovered"))}
    answer = {"verdict": said["verdict"], "code": said["code"] or "", "by": said["by"] or "", **dates}
    assert answer == {name: case[name] for name in answer}
    allowed = {"part": Decimal(0), "labor": Decimal(0), "travel": Decimal(0)}
    for line in found.explanation["lines"]:
        allowed[line["kind"]] += Decimal(line["allowed"])
    stated = {kind: Decimal(case[f"{kind} paid"]) for kind in allowed if case[f"{kind} paid"]}
    assert {kind: allowed[kind] for kind in stated} == stated
    flags = {*said["flags"], *found.explanation["price"]["flags"], *(["RETURN"] if said["return_required"] else [])}
    assert flags == set(case["flags"].split())

"""Rows of the network for tests: plain functions, each makes what it needs."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import HQ_ROLES, Role
from portal.core import states
from stations.models import (
    Brand,
    Contract,
    Dealer,
    DealerAccount,
    GradeLetter,
    Membership,
    OperationCenter,
    ProductFamily,
    ProductModel,
    Region,
    SkillCertificate,
    Station,
    StationGrade,
    StationStatus,
    Technician,
)

LONG_AGO = date(2020, 1, 1)
FAR_AHEAD = date(2099, 1, 1)
_next = count(1)


def make_user(role: Role | str = "", **kw: Any) -> User:
    """A user without password; an HQ role is granted at once."""
    number = next(_next)
    user = User.objects.create(**{"username": f"user{number}", "display_name": f"用户{number}"} | kw)
    if role and role in HQ_ROLES:
        RoleGrant.objects.create(user=user, role=role, valid_from=LONG_AGO)
    return user


def make_member(role: Role | str, *, user: User | None = None, **node: Any) -> User:
    """A user with a membership at one node: region=, center=, dealer= or station=."""
    user = user or make_user()
    Membership.objects.create(user=user, role=role, valid_from=LONG_AGO, **node)
    return user


def make_brand(**kw: Any) -> Brand:
    number = next(_next)
    return Brand.objects.create(**{"code": f"BR{number}", "name": f"品牌{number}"} | kw)


def make_family(**kw: Any) -> ProductFamily:
    number = next(_next)
    return ProductFamily.objects.create(**{"code": f"FAM{number}", "name": f"产品线{number}"} | kw)


def make_product_model(**kw: Any) -> ProductModel:
    number = next(_next)
    if "family" not in kw:
        kw["family"] = make_family()
    if "brand" not in kw:
        kw["brand"] = make_brand()
    return ProductModel.objects.create(**{"code": f"MOD-{number}", "name": f"智能网关{number}"} | kw)


def make_region(**kw: Any) -> Region:
    number = next(_next)
    return Region.objects.create(**{"code": f"R{number}", "name": f"大区{number}", "name_en": f"Region {number}"} | kw)


def make_center(**kw: Any) -> OperationCenter:
    number = next(_next)
    if "region" not in kw:
        kw["region"] = make_region()
    return OperationCenter.objects.create(**{"code": f"OC{number}", "name": f"运营中心{number}"} | kw)


def make_dealer(**kw: Any) -> Dealer:
    number = next(_next)
    if "principal" not in kw:
        kw["principal"] = make_brand()
    defaults = {
        "code": f"D{number}",
        "name": f"经销商{number}有限公司",
        "license_number": f"91310000MA{number:08d}",
        "bank_name": "中国工商银行上海分行",
        "bank_account": f"6222{number:012d}",
    }
    return Dealer.objects.create(**defaults | kw)


def make_account(**kw: Any) -> DealerAccount:
    """An account with room for 100,000.00 of credit."""
    if "dealer" not in kw:
        kw["dealer"] = make_dealer()
    kw.setdefault("principal", kw["dealer"].principal)
    return DealerAccount.objects.create(**{"credit_limit": Decimal("100000.00")} | kw)


def make_station(*, active: bool = True, with_account: bool = True, **kw: Any) -> Station:
    """A station in Shanghai; active with a contract in force and a dealer account unless told otherwise."""
    number = next(_next)
    if "center" not in kw:
        kw["center"] = make_center()
    if "dealer" not in kw:
        kw["dealer"] = make_dealer()
    defaults = {
        "code": f"S{number:04d}",
        "name": f"服务站{number}",
        "division": "310104",
        "address": "上海市徐汇区漕溪北路1号",
        "longitude": Decimal("121.436837"),
        "latitude": Decimal("31.188523"),
        "phone": "021-60000000",
        "opened_on": LONG_AGO,
    }
    station = Station.objects.create(**defaults | kw)
    if with_account and not DealerAccount.objects.filter(dealer=station.dealer).exists():
        make_account(dealer=station.dealer)
    if active:
        make_contract(station=station)
        station = states.move(station, StationStatus.ACTIVE, actor=None)
    return station


def make_contract(*, station: Station, **kw: Any) -> Contract:
    """A contract in force from 2020 to 2099."""
    number = next(_next)
    if "signed_by" not in kw:
        kw["signed_by"] = make_user(Role.SERVICE_MANAGER)
    defaults = {
        "deposit_due": Decimal(20_000),
        "number": f"AU-{number}",
        "signatory": "王站长",
        "signed_on": LONG_AGO,
        "valid_from": LONG_AGO,
        "valid_to": FAR_AHEAD,
    }
    return Contract.objects.create(station=station, **defaults | kw)


def make_grade(*, station: Station, grade: str = GradeLetter.B, **kw: Any) -> StationGrade:
    """The station holds the grade from 2020 on."""
    return StationGrade.objects.create(station=station, grade=grade, **{"valid_from": LONG_AGO, "source": "set"} | kw)


def make_technician(*, station: Station | None = None, **kw: Any) -> Technician:
    number = next(_next)
    station = station or make_station()
    return Technician.objects.create(station=station, **{"name": f"技师{number}", "phone": "13800000000"} | kw)


def make_certificate(*, technician: Technician, family: ProductFamily | None = None, **kw: Any) -> SkillCertificate:
    """Valid from 2020 to 2099, senior."""
    defaults = {"level": 3, "valid_from": LONG_AGO, "valid_to": FAR_AHEAD}
    return SkillCertificate.objects.create(technician=technician, family=family or make_family(), **defaults | kw)

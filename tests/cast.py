"""The people of the tests: headquarters by role, two stations in two regions, two suppliers, an outsider.

`cast.reviewer`, `cast.clerk_a`, `cast.station_b` … ; `cast.get("clerk_a")` for tables. Users keep roles and scope for one
request only: take `cast.fresh(name)` when a test changes who may do what. Nobody has a password: `as_user(cast.x)`.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import pytest

from parts.models import Supplier, SupplierMembership
from portal.accounts.models import User
from portal.accounts.roles import Role
from tests.factories import stations as network

BEGAN: Final = date(2020, 1, 1)
HQ: Final[dict[str, Role]] = {
    "agent": Role.AGENT,
    "service_manager": Role.SERVICE_MANAGER,
    "reviewer": Role.REVIEWER,
    "approver": Role.APPROVER,
    "appraiser": Role.APPRAISER,
    "warehouse": Role.WAREHOUSE,
    "finance": Role.FINANCE,
    "quality": Role.QUALITY,
    "auditor": Role.AUDITOR,
    "admin": Role.ADMINISTRATOR,
}
FIELD: Final = ("region_manager", "center_clerk")
STATION_A: Final = ("owner_a", "clerk_a", "technician_a")
STATION_B: Final = ("owner_b", "clerk_b", "technician_b")
SUPPLIERS: Final = ("supplier_x", "supplier_y")
EVERYBODY: Final = (*HQ, *FIELD, *STATION_A, *STATION_B, *SUPPLIERS, "outsider", "anonymous")


@dataclass
class Cast:
    """Users by name, and the places they work for. East: station_a of dealer_a; West: station_b of dealer_b."""

    users: dict[str, User]
    places: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        for shelf in ("users", "places"):
            held = self.__dict__.get(shelf, {})
            if name in held:
                return held[name]
        raise AttributeError(name)

    def get(self, name: str) -> User | None:
        """The user of that name; None for `anonymous`."""
        return None if name == "anonymous" else self.users[name]

    def fresh(self, name: str) -> User:
        """The user as the next request would load them."""
        return User.objects.get(pk=self.users[name].pk)


def _places() -> dict[str, Any]:
    east = network.make_region(code="EAST", name="华东大区", name_en="East")
    west = network.make_region(code="WEST", name="西部大区", name_en="West")
    center_a = network.make_center(code="HZ", name="杭州运营中心", region=east)
    center_b = network.make_center(code="CD", name="成都运营中心", region=west)
    brand = network.make_brand(code="YZ", name="驿家", name_en="Yijia")
    dealer_a = network.make_dealer(code="DA", name="杭州西湖电器有限公司", principal=brand)
    dealer_b = network.make_dealer(code="DB", name="成都锦江家电服务有限公司", principal=brand)
    station_a = network.make_station(code="HZ-0103", name="杭州西湖服务站", center=center_a, dealer=dealer_a)
    station_b = network.make_station(code="CD-0201", name="成都锦江服务站", center=center_b, dealer=dealer_b)
    return {
        "east": east, "west": west, "center_a": center_a, "center_b": center_b, "brand": brand,
        "dealer_a": dealer_a, "dealer_b": dealer_b, "station_a": station_a, "station_b": station_b,
        "supplier_x_co": Supplier.objects.create(code="SX", name="宁波电源科技有限公司", name_en="Ningbo Power"),
        "supplier_y_co": Supplier.objects.create(code="SY", name="东莞电机有限公司", name_en="Dongguan Motors"),
    }  # fmt: skip


NAMES: Final = {
    "agent": "周琳", "service_manager": "陈敏", "reviewer": "李航", "approver": "王珂", "appraiser": "赵启明", "warehouse": "孙磊",
    "finance": "吴倩", "quality": "郑凯", "auditor": "冯洁", "admin": "管理员", "region_manager": "许峰", "center_clerk": "何静",
    "owner_a": "刘建国", "clerk_a": "张丽", "technician_a": "李强", "owner_b": "马超", "clerk_b": "高敏", "technician_b": "罗军",
    "supplier_x": "宁波客服", "supplier_y": "东莞客服", "outsider": "路人",
}  # fmt: skip


def gather() -> Cast:
    """Everybody, made anew in the test's transaction."""
    places = _places()
    users = {name: network.make_user(role, username=name, display_name=NAMES[name]) for name, role in HQ.items()}
    users["outsider"] = network.make_user(username="outsider", display_name=NAMES["outsider"])

    def member(name: str, role: Role, **node: Any) -> None:
        users[name] = network.make_member(role, user=network.make_user(username=name, display_name=NAMES[name]), **node)

    member("region_manager", Role.REGION_MANAGER, region=places["east"])
    member("center_clerk", Role.CENTER_CLERK, center=places["center_a"])
    for side in ("a", "b"):
        station = places[f"station_{side}"]
        member(f"owner_{side}", Role.STATION_OWNER, dealer=station.dealer)
        member(f"clerk_{side}", Role.STATION_CLERK, station=station)
        member(f"technician_{side}", Role.TECHNICIAN, station=station)
        technician = users[f"technician_{side}"]
        places[f"engineer_{side}"] = network.make_technician(
            station=station, user=technician, name=technician.display_name
        )
    for side in ("x", "y"):
        name = f"supplier_{side}"
        users[name] = network.make_user(username=name, display_name=NAMES[name])
        SupplierMembership.objects.create(user=users[name], supplier=places[f"{name}_co"], valid_from=BEGAN)
    return Cast(users, places)


@pytest.fixture
def cast(db: None) -> Cast:
    """The whole cast."""
    return gather()


@lru_cache(maxsize=1)
def roles_by_name() -> dict[str, Role | None]:
    """Which role each member acts in."""
    found: dict[str, Role | None] = dict(HQ)
    found |= {"region_manager": Role.REGION_MANAGER, "center_clerk": Role.CENTER_CLERK}
    for side in ("a", "b"):
        found |= {
            f"owner_{side}": Role.STATION_OWNER, f"clerk_{side}": Role.STATION_CLERK, f"technician_{side}": Role.TECHNICIAN
        }  # fmt: skip
    return found | {"supplier_x": Role.SUPPLIER, "supplier_y": Role.SUPPLIER, "outsider": None}

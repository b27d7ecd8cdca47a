"""People and a station for old parts, statements and recovery."""

from dataclasses import dataclass
from typing import Any

import pytest

from parts.models import Supplier, SupplierMembership
from portal.accounts.roles import Role
from portal.core import clock
from tests.factories.settlement import LONG_AGO, at, make_agreement, make_old_part
from tests.factories.stations import make_member, make_station, make_user


@dataclass
class Desk:
    """A station with its people, headquarters' people, a supplier with its part and agreement."""

    station: Any
    owner: Any
    finance: Any
    appraiser: Any
    second: Any
    warehouse: Any
    approver: Any
    supplier: Any
    supplier_user: Any
    part: Any
    agreement: Any


def make_desk() -> Desk:
    """Everything anew."""
    station = make_station()
    supplier = Supplier.objects.create(code="SX", name="宁波电源科技有限公司")
    user = make_user()
    SupplierMembership.objects.create(user=user, supplier=supplier, valid_from=LONG_AGO)
    part = make_old_part()
    return Desk(
        station=station,
        owner=make_member(Role.STATION_OWNER, station=station),
        finance=make_user(Role.FINANCE),
        appraiser=make_user(Role.APPRAISER),
        second=make_user(Role.APPRAISER),
        warehouse=make_user(Role.WAREHOUSE),
        approver=make_user(Role.APPROVER),
        supplier=supplier,
        supplier_user=user,
        part=part,
        agreement=make_agreement(supplier, part),
    )


@pytest.fixture
def june() -> Any:
    """The clock stands at noon of 1 June 2025 in Shanghai; june('2025-06-20 10:00') sets it forth."""

    def tell(text: str) -> Any:
        clock.set(at(text))
        return clock.now()

    tell("2025-06-01 12:00:00")
    yield tell
    clock.set(None)


@pytest.fixture
def desk(db: None, june: Any) -> Desk:
    """The desk on 1 June 2025."""
    return make_desk()

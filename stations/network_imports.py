"""Lists of stations, technicians and equipment: checked row by row against what the uploader may see, kept by operations."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.divisions import check_in_china
from portal.core.errors import Refusal
from portal.core.models import ImportBatch
from portal.core.scope import scope_of
from portal.core.transfer import Column, ImportKind, StagedRow, import_kind
from portal.core.transfer.kinds import Finding
from stations import cards, equipment, people
from stations.models import (
    Dealer,
    Equipment,
    EquipmentItem,
    OperationCenter,
    Station,
    StationKind,
    Technician,
)

OTHERS: Final = _("a station of your own region or company")
OTHER_CENTER: Final = _("an operation center of your own region")
NOT_NULL: Final = frozenset({"kind", "service_radius_km", "job_capacity"})
KINDS: Final = {**{str(value): str(value) for value in StationKind.values}, "自营网点": "own", "经销商网点": "dealer",
                "第三方平台": "third_party", "社会服务资源": "social"}  # fmt: skip

STATION = Column(
    "station", _("Station code"), required=True, references=(Station, "code"), max_length=20,
    headings=("服务站编码", "网点编码"),
)  # fmt: skip


# Stations

IN_CHINA = _("longitude 73 to 136 and latitude 3 to 54: a place in China")


def inspect_stations(batch: ImportBatch, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """Rows of another region, and places outside the country."""
    scope = scope_of(batch.uploaded_by)
    known = dict(Station.objects.values_list("code", "pk"))
    for row in rows:
        values = row.values
        center = values["center_id"]
        if not scope.everything and center is not None and center not in scope.of("center"):
            yield Finding(row.line, "center", values["center"], OTHER_CENTER)
        held = known.get(values["code"])
        if not scope.everything and held is not None and held not in scope.of("station"):
            yield Finding(row.line, "code", values["code"], OTHERS)
        try:
            check_in_china(values.get("longitude"), values.get("latitude"))
        except Refusal:
            got = f"{values.get('longitude')}, {values.get('latitude')}"
            yield Finding(row.line, "longitude", got, IN_CHINA)


def load_stations(batch: ImportBatch, rows: Iterator[StagedRow], actor: Any) -> None:
    """Each station stands with the facts of its row."""
    centers, dealers = OperationCenter.objects.in_bulk(), Dealer.objects.in_bulk()
    for row in rows:
        facts = {
            name: value
            for name, value in row.values.items()
            if name in cards.FACTS and not (name in NOT_NULL and value in (None, ""))
        }
        cards.record_station(
            row.values["code"], center=centers[row.values["center_id"]], dealer=dealers[row.values["dealer_id"]],
            actor=actor, source=batch.number, **facts,
        )  # fmt: skip


def present_stations(user: Any) -> Iterator[dict[str, Any]]:
    """The user's stations as rows of the file."""
    rows = Station.objects.visible_to(user).select_related("center", "dealer").order_by("code")
    for row in rows.iterator(2_000):
        facts = {name: getattr(row, name) for name in cards.FACTS}
        yield {"code": row.code, "center": row.center.code, "dealer": row.dealer.code, **facts}


STATIONS = ImportKind(
    key="stations.stations",
    title=_("Stations"),
    permission="stations.import_stations",
    model=Station,
    inspect=inspect_stations,
    apply=load_stations,
    present=present_stations,
    columns=(
        Column("code", _("Station code"), key=True, max_length=20, headings=("服务站编码", "网点编码", "编码")),
        Column("name", _("Station name"), required=True, max_length=120, headings=("服务站名称", "网点名称")),
        Column("name_en", _("English name"), max_length=120, headings=("英文名称",)),
        Column("center", _("Operation center code"), required=True, references=(OperationCenter, "code"),
               headings=("运营中心编码",)),
        Column("dealer", _("Dealer code"), required=True, references=(Dealer, "code"), headings=("经销商编码",)),
        Column("kind", _("Kind of station"), kind="choice", choices=KINDS, headings=("网点类型",)),
        Column("division", _("Division code"), max_length=12, headings=("行政区划代码",)),
        Column("address", _("Address"), max_length=200, headings=("地址",)),
        Column("contact_name", _("Contact"), max_length=60, headings=("联系人",)),
        Column("phone", _("Phone"), kind="phone", max_length=30, headings=("电话", "联系电话")),
        Column("longitude", _("Longitude"), kind="decimal", low=-180, high=180, places=6, headings=("经度",)),
        Column("latitude", _("Latitude"), kind="decimal", low=-90, high=90, places=6, headings=("纬度",)),
        Column("service_radius_km", _("Service radius (km)"), kind="integer", low=0, high=2_000,
               headings=("服务半径", "服务半径（公里）")),
        Column("job_capacity", _("Open jobs at most"), kind="integer", low=0, high=10_000, headings=("在办工单上限",)),
    ),
    help=_("A station that is new waits for its contract. Rows of another region are refused one by one."),
)  # fmt: skip


# Technicians


def _foreign(batch: ImportBatch, rows: Iterable[StagedRow]) -> Iterator[tuple[StagedRow, Finding | None]]:
    """Each row, with what is wrong if its station lies outside the uploader's scope."""
    scope = scope_of(batch.uploaded_by)
    for row in rows:
        station = row.values["station_id"]
        wrong = not scope.everything and station is not None and station not in scope.of("station")
        yield row, Finding(row.line, "station", row.values["station"], OTHERS) if wrong else None


def inspect_technicians(batch: ImportBatch, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """Rows of another region."""
    for _row, finding in _foreign(batch, rows):
        if finding:
            yield finding


def load_technicians(batch: ImportBatch, rows: Iterator[StagedRow], actor: Any) -> None:
    """Who is not known by station and phone is added, without a log-in; who is gets the name of the row."""
    stations = Station.objects.in_bulk()
    for row in rows:
        station, phone, name = stations[row.values["station_id"]], row.values["phone"], row.values["name"]
        known = Technician.objects.filter(station=station, phone=phone).order_by("-is_active", "pk").first()
        if known is None:
            people.add_technician(station, name=name, phone=phone, actor=actor)
        elif known.name != name:
            cards.rename_technician(known, name=name, actor=actor, source=batch.number)


def present_technicians(user: Any) -> Iterator[dict[str, Any]]:
    """The user's technicians at work who have a phone, as rows of the file."""
    rows = Technician.objects.visible_to(user).filter(is_active=True).exclude(phone="")
    for row in rows.select_related("station").order_by("station__code", "phone").iterator(2_000):
        yield {"station": row.station.code, "phone": row.phone, "name": row.name}


TECHNICIANS = ImportKind(
    key="stations.technicians",
    title=_("Technicians"),
    permission="stations.import_technicians",
    model=Technician,
    inspect=inspect_technicians,
    apply=load_technicians,
    present=present_technicians,
    columns=(
        Column("station", _("Station code"), key=True, references=(Station, "code"), max_length=20,
               headings=("服务站编码", "网点编码")),
        Column("phone", _("Phone"), kind="phone", key=True, max_length=30, headings=("电话", "手机号", "联系电话")),
        Column("name", _("Name"), required=True, max_length=60, headings=("姓名", "技师姓名")),
    ),
    help=_("Found by station and phone. Log-ins are invited on the station's page, certificates issued on the technician's."),
)  # fmt: skip


# Equipment


def inspect_equipment(batch: ImportBatch, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """Rows of another region, days in the wrong order, and pieces that stand elsewhere or with other days."""
    today = clock.today()
    pieces = Equipment.objects.values_list("item_id", "serial_number", "station_id", "commissioned_on", "bought_on")
    known = {(item, serial): rest for item, serial, *rest in pieces}
    for row, finding in _foreign(batch, rows):
        if finding:
            yield finding
            continue
        values = row.values
        begun, bought = values.get("commissioned_on") or today, values.get("bought_on")
        if begun > today:
            yield Finding(row.line, "commissioned_on", begun.isoformat(), _("today or a day before"))
        if bought and bought > begun:
            yield Finding(row.line, "bought_on", bought.isoformat(), _("a day before it came into use"))
        held = known.get((values["item_id"], values["serial_number"]))
        given = [values["station_id"], values.get("commissioned_on"), bought]
        differs = held is not None and any(new is not None and new != old for new, old in zip(given, held, strict=True))
        if differs:
            yield Finding(
                row.line, "serial_number", values["serial_number"],
                _("a piece that is not registered yet; change a known one on its page"),
            )  # fmt: skip


def load_equipment(batch: ImportBatch, rows: Iterator[StagedRow], actor: Any) -> None:
    """Pieces that are not known are registered in use."""
    stations, items = Station.objects.in_bulk(), EquipmentItem.objects.in_bulk()
    for row in rows:
        values = row.values
        if Equipment.objects.filter(item_id=values["item_id"], serial_number=values["serial_number"]).exists():
            continue
        equipment.register_equipment(
            stations[values["station_id"]], item=items[values["item_id"]], serial_number=values["serial_number"],
            commissioned_on=values.get("commissioned_on"), bought_on=values.get("bought_on"),
            note=values.get("note") or "", actor=actor,
        )  # fmt: skip


def present_equipment(user: Any) -> Iterator[dict[str, Any]]:
    """The user's pieces as rows of the file."""
    rows = Equipment.objects.visible_to(user).held().select_related("station", "item")
    for row in rows.order_by("station__code", "item__code", "serial_number").iterator(2_000):
        yield {
            "item": row.item.code, "serial_number": row.serial_number, "station": row.station.code,
            "commissioned_on": row.commissioned_on, "bought_on": row.bought_on, "note": row.note,
        }  # fmt: skip


EQUIPMENT = ImportKind(
    key="stations.equipment",
    title=_("Equipment"),
    permission="stations.import_equipment",
    model=Equipment,
    inspect=inspect_equipment,
    apply=load_equipment,
    present=present_equipment,
    columns=(
        Column("item", _("Item code"), key=True, references=(EquipmentItem, "code"), max_length=40,
               headings=("设备编码", "工具编码")),
        Column("serial_number", _("Serial number"), key=True, max_length=60, headings=("序列号", "设备序列号")),
        STATION,
        Column("commissioned_on", _("In use since"), kind="date", headings=("启用日期",)),
        Column("bought_on", _("Bought on"), kind="date", headings=("购置日期",)),
        Column("note", _("Note"), max_length=200, headings=("备注",)),
    ),
    help=_("Registers pieces that are new; calibrations and moves are entered on the page of the piece."),
)  # fmt: skip


def register() -> None:
    """The import center offers the three. Called in AppConfig.ready()."""
    for kind in (STATIONS, TECHNICIANS, EQUIPMENT):
        import_kind(kind)

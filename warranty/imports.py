"""Many sales registered by one file; a station's people file for their own stations only. Not here: one sale (registration)."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.errors import Refusal
from portal.core.transfer import Column, ImportKind, StagedRow, import_kind
from portal.core.transfer.kinds import Finding
from service.models import InstalledUnit
from service.models.customers import normal_serial
from stations.models import ProductModel, Station
from warranty import registration
from warranty.models import RegistrationStatus, UnitRegistration

KEY: Final = "warranty.registrations"
COLUMN_OF: Final = {"sale_date": "sold_on"}  # where the file's heading is not the operation's field


def inspect(batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """What the operation would refuse, at its cell: unknown or registered units, foreign stations, impossible days."""
    staged = list(rows)
    serials = {_serial(row) for row in staged}
    found = InstalledUnit.objects.filter(serial_number__in=serials).select_related("product_model")
    units = {unit.serial_number: unit for unit in found}
    taken = set(
        UnitRegistration.objects.filter(unit__in=[unit.pk for unit in units.values()])
        .exclude(status=RegistrationStatus.REFUSED)
        .values_list("unit_id", flat=True)
    )
    mine = set(_stations(batch.uploaded_by).values_list("pk", flat=True))
    models = ProductModel.objects.in_bulk({row.values.get("product_model_id") for row in staged} - {None})
    for row in staged:
        unit, values = units.get(_serial(row)), row.values
        if unit is None:
            yield Finding(row.line, "serial_number", values["serial_number"], _("a serial number on file"))
        elif unit.pk in taken:
            yield Finding(row.line, "serial_number", values["serial_number"], _("a unit that is not registered yet"))
        else:
            yield from _refused(row, unit, models)
        station = values.get("station_id")
        if station not in mine and (station is not None or len(mine) != 1):
            yield Finding(row.line, "station", str(values.get("station") or ""), _("one of your own stations"))


def apply(batch: Any, rows: Iterator[StagedRow], actor: Any) -> None:
    """Every row is filed as its station's clerk would have filed it."""
    mine = {station.pk: station for station in _stations(batch.uploaded_by or actor)}
    models = ProductModel.objects.in_bulk()
    for row in rows:
        values = row.values
        station = mine[values["station_id"]] if values.get("station_id") else next(iter(mine.values()))
        buyer = registration.Buyer(
            values["customer_name"], values["customer_phone"], values.get("customer_address") or ""
        )
        sale = _sale(row, models)
        registration.register_sale(_serial(row), sale=sale, buyer=buyer, station=station, actor=actor)


def _refused(row: StagedRow, unit: InstalledUnit, models: dict[int, ProductModel]) -> Iterator[Finding]:
    try:
        registration.check_sale(unit, _sale(row, models), on=clock.today())
    except Refusal as refusal:
        column = COLUMN_OF.get(refusal.field, refusal.field)
        got = row.values.get(column)
        yield Finding(row.line, column, "" if got is None else str(got), str(refusal))


def _sale(row: StagedRow, models: dict[int, ProductModel]) -> registration.Sale:
    values = row.values
    model = models.get(values.get("product_model_id") or 0)
    return registration.Sale(
        values["sold_on"],
        values.get("handed_over_on"),
        values.get("invoice_number") or "",
        values.get("invoice_on"),
        model,
    )


def _serial(row: StagedRow) -> str:
    return normal_serial(row.values["serial_number"])


def _stations(user: Any) -> Any:
    return Station.objects.visible_to(user).order_by("pk") if user is not None else Station.objects.none()


def register() -> None:
    """The import center offers it to whoever may file a registration. Called in AppConfig.ready()."""
    import_kind(
        ImportKind(
            key=KEY,
            title=_("Unit registrations"),
            permission="warranty.file_registration",
            apply=apply,
            inspect=inspect,
            skips_errors=True,
            columns=(
                Column("serial_number", _("Serial number"), key=True, required=True, max_length=60),
                Column("sold_on", _("Sold on"), kind="date", required=True),
                Column("handed_over_on", _("Handed over on"), kind="date"),
                Column("product_model", _("Model on the plate"), references=(ProductModel, "code")),
                Column("invoice_number", _("Invoice number"), max_length=60),
                Column("invoice_on", _("Invoice date"), kind="date"),
                Column("customer_name", _("Customer"), required=True, max_length=80),
                Column("customer_phone", _("Phone"), kind="phone", required=True, max_length=30),
                Column("customer_address", _("Address"), max_length=200),
                Column("station", _("Station"), references=(Station, "code"), help=_("Empty: your only station.")),
            ),
            help=_("One row per sale, for your own stations; headquarters approves each. Wrong rows are left out."),
        )
    )

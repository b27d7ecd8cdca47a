"""Files of the service desk: fault dictionary, labor catalog, installed units."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.transfer import Column, ImportKind, import_kind
from service.models import FaultCode, InstalledUnit, LaborOperation
from stations.models import ProductFamily, ProductModel

SHIPPED = Path(__file__).parent / "data"
FAMILY = Column("family", _("product family"), references=(ProductFamily, "code"), headings=["family", "产品线"])


def register() -> None:
    """What can be imported."""
    import_kind(
        ImportKind(
            key="fault_codes",
            title=_("Fault dictionary"),
            permission="service.change_faultcode",
            model=FaultCode,
            columns=[
                Column("code", _("fault code"), key=True, required=True, max_length=30),
                FAMILY,
                Column("name", _("symptom"), required=True),
                Column("name_en", _("symptom in English")),
                Column("cause", _("usual cause"), max_length=300),
                Column("cause_en", _("usual cause in English"), max_length=300),
                Column("correction", _("usual correction"), max_length=300),
                Column("correction_en", _("usual correction in English"), max_length=300),
            ],
            help=_("One row per code; an empty family means any product."),
        )
    )
    import_kind(
        ImportKind(
            key="labor_operations",
            title=_("Labor operations"),
            permission="service.change_laboroperation",
            model=LaborOperation,
            columns=[
                Column("code", _("operation code"), key=True, required=True, max_length=30),
                FAMILY,
                Column("name", _("operation"), required=True),
                Column("name_en", _("operation in English")),
                Column("flat_hours", _("flat hours"), kind="decimal", required=True, low=0, high=999),
                Column("access_group", _("access group"), max_length=30),
                Column("is_diagnosis", _("diagnosis"), kind="boolean"),
            ],
            derive=_diagnosis,
            help=_("Operations of one access group share the taking apart: the second is paid in part."),
        )
    )
    import_kind(
        ImportKind(
            key="installed_units",
            title=_("Installed units"),
            permission="service.change_installedunit",
            model=InstalledUnit,
            columns=[
                Column("serial_number", _("serial number"), key=True, required=True, max_length=60),
                Column("product_model", _("product model"), required=True, references=(ProductModel, "code")),
                Column("produced_on", _("produced on"), kind="date"),
                Column("ship_date", _("shipped on"), kind="date"),
                Column("sold_on", _("sold on"), kind="date"),
                Column("invoice_on", _("invoice date"), kind="date"),
                Column("installed_on", _("handed over on"), kind="date"),
                Column("address", _("address"), max_length=200),
            ],
            help=_("Serial numbers as on the plate; an existing number is updated."),
        )
    )


def _diagnosis(values: dict[str, Any]) -> dict[str, Any]:
    """An empty cell means no."""
    return {"is_diagnosis": bool(values.get("is_diagnosis"))}

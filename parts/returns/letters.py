"""What both sides read of a return of unused parts: the credit note and messages."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import PartsReturn, PartsReturnLine
from parts.telling import holders_of
from portal.accounts.roles import Role
from portal.core import clock, money
from portal.core.documents import issue_document
from portal.core.notifications import notify
from portal.core.registries import Wording
from stations.inspections.people import office_of

CREDIT_NOTE: Final = "parts.return_credit"
NOTICES: dict[str, Wording] = {
    "partsreturn.requested": _("%(station)s asks to send unused parts back: %(number)s."),
    "partsreturn.approved": _("Return %(number)s is approved: please send the parts."),
    "partsreturn.refused": _("Return %(number)s is refused; please read the answer."),
    "partsreturn.inspected": _("Return %(number)s is inspected and credited."),
}


def tell_warehouse(back: PartsReturn) -> None:
    """Who decides knows of the wish."""
    facts = {"station": str(back.station), "number": back.number}
    notify(holders_of(Role.WAREHOUSE), "partsreturn.requested", facts, url=back.get_absolute_url(), subject=back)


def tell_station(kind: str, back: PartsReturn) -> None:
    """The station's office knows."""
    notify(office_of(back.station), kind, {"number": back.number}, url=back.get_absolute_url(), subject=back)


def issue_credit_note(back: PartsReturn, lines: Sequence[PartsReturnLine], *, actor: Any) -> None:
    """The credit stands as a document, also where it is nothing."""
    station = back.station
    facts = {
        "number": back.number,
        "shipment": back.shipment.number,
        "order": back.shipment.order.number,
        "issued_on": clock.local_date(back.inspected_at or clock.now()).isoformat(),
        "station": {"code": station.code, "name": station.name, "name_en": station.name_en},
        "fee_percent": stock.plain(back.fee_percent),
        "lines": [
            {
                "part": line.part.number,
                "name": line.part.name,
                "name_en": line.part.name_en,
                "unit": line.part.unit,
                "qty": stock.plain(line.qty),
                "accepted": stock.plain(line.accepted_qty),
                "price": str(line.price),
                "fee": str(line.fee),
                "credit": str(line.credit),
                "note": line.note,
            }
            for line in lines
        ],
        "credit": str(back.credit),
        "credit_capitals": money.capitals(back.credit),
    }
    issue_document(CREDIT_NOTE, subject=back, number=back.number, facts=facts, actor=actor)

"""What both sides read of a receiving case: the decision as a document, and messages. Not here: what is decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.models import CaseLine, ReceivingCase
from parts.telling import holders_of
from portal.accounts.roles import Role
from portal.core import clock, money
from portal.core.documents import issue_document
from portal.core.notifications import notify
from portal.core.registries import Wording
from stations.inspections.people import office_of

DECISION: Final = "parts.receiving_case"
NOTICES: dict[str, Wording] = {
    "receivingcase.opened": _("Receiving case %(case)s of %(station)s: please decide until %(day)s."),
    "receivingcase.photos_wanted": _("Receiving case %(case)s: please add a picture of what is damaged or wrong."),
    "receivingcase.decided": _("Receiving case %(case)s is decided."),
    "receivingcase.return_asked": _("Receiving case %(case)s is decided: please send the goods back by %(back)s."),
    "receivingcase.return_late": _("Receiving case %(case)s: the goods should have been sent back by %(back)s."),
    "receivingcase.returning": _("Receiving case %(case)s: %(station)s has sent goods back, %(carrier)s."),
    "receivingcase.not_arrived": _("Receiving case %(case)s: goods of %(station)s have not arrived, %(carrier)s."),
}


def tell_warehouse(kind: str, case: ReceivingCase, *, at: datetime | None = None) -> None:
    """Who decides knows of the case."""
    notify(holders_of(Role.WAREHOUSE), kind, _facts(case), url=case.get_absolute_url(), subject=case, at=at)


def tell_station(kind: str, case: ReceivingCase, *, at: datetime | None = None) -> None:
    """The station's office knows."""
    notify(office_of(case.station), kind, _facts(case), url=case.get_absolute_url(), subject=case, at=at)


def _facts(case: ReceivingCase) -> dict[str, str]:
    return {
        "case": case.number,
        "station": str(case.station),
        "day": case.due_on.isoformat(),
        "back": case.return_due_on.isoformat() if case.return_due_on else "",
        "carrier": f"{case.carrier} {case.tracking_number}".strip(),
    }


def issue_decision(case: ReceivingCase, lines: Sequence[CaseLine], *, actor: Any) -> None:
    """The decision stands as a document with its credit and charge; a second one says what came back and was settled then."""
    number = f"{case.number}-2" if case.closed_at and case.return_due_on else case.number
    issue_document(DECISION, subject=case, number=number, facts=decision_facts(case, lines), actor=actor)


def decision_facts(case: ReceivingCase, lines: Sequence[CaseLine]) -> dict[str, Any]:
    """What the document says, frozen as it was decided."""
    shipment, station = case.shipment, case.station
    return {
        "number": case.number,
        "shipment": shipment.number,
        "order": shipment.order.number,
        "reported_on": clock.local_date(case.opened_at).isoformat(),
        "decided_on": clock.local_date(case.decided_at or clock.now()).isoformat(),
        "back_by": case.return_due_on.isoformat() if case.return_due_on and not case.closed_at else "",
        "closed_on": clock.local_date(case.closed_at).isoformat() if case.closed_at else "",
        "station": {"code": station.code, "name": station.name, "name_en": station.name_en},
        "replacement": case.replacement.number if case.replacement else "",
        "lines": [
            {
                "part": line.part.number,
                "name": line.part.name,
                "name_en": line.part.name_en,
                "unit": line.part.unit,
                "qty": stock.plain(line.qty),
                "kind": line.kind,
                "decision": line.decision,
                "goods": line.goods,
                "arrived": "" if line.arrived_qty is None else stock.plain(line.arrived_qty),
                "on_arrival": line.comes_back and line.arrived_qty is None,
                "reason": line.reason,
                "amount": str(line.amount),
            }
            for line in lines
        ],
        "credit": str(case.credit),
        "charge": str(case.charge),
        "credit_capitals": money.capitals(case.credit),
    }

"""What both sides read of a receiving case: the decision as a document, and messages. Not here: what is decided."""

from collections.abc import Sequence
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
}


def tell_warehouse(kind: str, case: ReceivingCase) -> None:
    """Who decides knows of the case."""
    facts = {"case": case.number, "station": str(case.station), "day": case.due_on.isoformat()}
    notify(holders_of(Role.WAREHOUSE), kind, facts, url=case.get_absolute_url(), subject=case)


def tell_station(kind: str, case: ReceivingCase) -> None:
    """The station's office knows."""
    notify(office_of(case.station), kind, {"case": case.number}, url=case.get_absolute_url(), subject=case)


def issue_decision(case: ReceivingCase, lines: Sequence[CaseLine], *, actor: Any) -> None:
    """The decision stands as a document, with its credit and charge."""
    issue_document(DECISION, subject=case, number=case.number, facts=decision_facts(case, lines), actor=actor)


def decision_facts(case: ReceivingCase, lines: Sequence[CaseLine]) -> dict[str, Any]:
    """What the document says, frozen as it was decided."""
    shipment, station = case.shipment, case.station
    return {
        "number": case.number,
        "shipment": shipment.number,
        "order": shipment.order.number,
        "reported_on": clock.local_date(case.opened_at).isoformat(),
        "decided_on": clock.local_date(case.closed_at or clock.now()).isoformat(),
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
                "reason": line.reason,
                "amount": str(line.amount),
            }
            for line in lines
        ],
        "credit": str(case.credit),
        "charge": str(case.charge),
        "credit_capitals": money.capitals(case.credit),
    }

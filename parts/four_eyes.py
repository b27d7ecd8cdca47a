"""Who may not act alone: sending a large purchase order, crediting a parcel one packed oneself. Limits are dated parameters."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from parts.models import PurchaseOrder, Shipment, ShipmentStatus
from portal.core import events, show
from portal.core.errors import Refusal
from portal.core.parameters import param


class SecondPersonNeeded(Refusal):
    """Who drew up a large order does not send it."""

    message = _(
        "This order is worth %(total)s, more than %(limit)s: another person of the warehouse than %(creator)s sends it."
    )
    code = "second_person_needed"


class OwnParcel(Refusal):
    """Who sent a parcel does not credit what is said to be missing from it."""

    message = _(
        "The decision credits %(credit)s, more than %(limit)s: another person than %(sender)s, who sent the parcel, decides."
    )
    code = "own_parcel"


def needs_another_sender(order: PurchaseOrder, actor: Any, *, at: datetime | None = None) -> SecondPersonNeeded | None:
    """The refusal that sending the order would meet; None if the actor may send it."""
    if actor is None or order.created_by is None or order.created_by_id != actor.pk:
        return None
    limit = param("parts.purchase_second_person_above", at)
    if order.total <= limit:
        return None
    return SecondPersonNeeded(total=show.money(order.total), limit=show.money(limit), creator=order.created_by)


def sent_by(shipment: Shipment) -> int | None:
    """The key of who handed the parcel to the carrier."""
    found = events.of_subject(shipment).filter(to_status=ShipmentStatus.SHIPPED)
    return found.values_list("actor_id", flat=True).first()


def credit_hint(shipment: Shipment, actor: Any) -> str:
    """What who sent the parcel reads before deciding about it."""
    if sent_by(shipment) != actor.pk:
        return ""
    text = _("You sent this parcel: a credit of more than %(limit)s is decided by another person.")
    return str(text) % {"limit": show.money(param("parts.case_second_person_above"))}


def require_another_hand(shipment: Shipment, credit: Decimal, actor: Any, *, at: datetime | None = None) -> None:
    """Raises OwnParcel for a credit above the limit by who sent the parcel."""
    limit = param("parts.case_second_person_above", at)
    if credit > limit and actor is not None and sent_by(shipment) == actor.pk:
        raise OwnParcel(credit=show.money(credit), limit=show.money(limit), sender=actor)

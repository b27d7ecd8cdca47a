"""What a free replacement under warranty refers to: upper apps name the jobs and claims they keep. Not here: the order."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from parts.models import OrderKind, PartsOrder
from parts.states import OrderStatus
from portal.core.errors import Refusal

type Known = Callable[[Any, str], bool]
_known: list[Known] = []


class ReferenceMissing(Refusal):
    """Free parts belong to a job or a claim of the station."""

    message = _("A free warranty replacement names a work order or a claim of this station: got “%(got)s”.")
    code = "replacement_reference_missing"


class ReferenceUsed(Refusal):
    """Free parts come once for a job or a claim."""

    message = _(
        "Free parts for %(got)s were ordered with %(order)s already; cancel it first, or order them at their price."
    )
    code = "replacement_reference_used"


def reference(known: Known) -> None:
    """`known(station, number)`: whether the station has such a record. Called in AppConfig.ready() of who keeps them."""
    if known not in _known:
        _known.append(known)


def require_reference(station: Any, kind: str, number: str) -> None:
    """Raises ReferenceMissing for a free replacement without a job or claim of this station, ReferenceUsed for a second one."""
    if kind != OrderKind.WARRANTY_REPLACEMENT:
        return
    if not any(known(station, number) for known in _known):
        raise ReferenceMissing(got=number[:60], field="reference")
    earlier = PartsOrder.objects.filter(station=station, kind=kind, reference=number)
    if used := earlier.exclude(status=OrderStatus.CANCELLED).first():
        raise ReferenceUsed(got=number[:60], order=used.number, field="reference")


def save_once(order: PartsOrder) -> None:
    """The new order is written; raises ReferenceUsed where another one for the same free parts came first a moment ago."""
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as error:
        if "free_replacement_once_per_reference" not in str(error):
            raise
        raise ReferenceUsed(got=order.reference, order="…", field="reference") from error

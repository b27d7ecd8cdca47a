"""What the three guarantees tell the rest of the product: who is called in when a unit may be given back or exchanged."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core import events, registries, timeline
from portal.core.models import Event
from service.models import Category
from warranty.guarantees import DUE

TITLES = {
    DUE["refund"]: _("Three guarantees: the customer may ask for a refund"),
    DUE["exchange"]: _("Three guarantees: the customer may ask for an exchange"),
}
NOTICES: dict[str, registries.Wording] = {
    DUE["refund"]: _("%(number)s: the customer of unit %(serial)s may ask for a refund (three guarantees)"),
    DUE["exchange"]: _("%(number)s: the customer of unit %(serial)s may ask for an exchange (three guarantees)"),
}
CONCERNED: Final = {Category.URGENT_REPAIR, Category.COMPLAINT}


def register() -> None:
    """Called in WarrantyConfig.ready()."""
    for kind, text in TITLES.items():
        timeline.title(kind, text)
    registries.notices.update(NOTICES)
    events.subscribe("servicerequest.taken", "warranty.call_for_guarantee", when=_is_about_a_fault)


def _is_about_a_fault(event: Event) -> bool:
    return event.data.get("category") in CONCERNED

"""Words for codes of old parts that are no model choices: acts of the custody log, payers, dispositions."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "requested": _("Asked for"),
    "tagged": _("Tagged"),
    "packed": _("Packed"),
    "shipped": _("Shipped"),
    "received": _("Received"),
    "appraised": _("Appraised"),
    "dispositioned": _("Closed"),
    "waived": _("Waived"),
    "lost": _("Lost"),
}
PAYERS = {
    "supplier": _("the supplier pays"),
    "factory": _("we pay"),
    "carrier": _("the carrier pays"),
    "station": _("the station pays"),
    "customer": _("the customer pays"),
}
DISPOSITIONS = {
    "scrap": _("Scrap"),
    "to_supplier": _("Send to the supplier"),
    "to_station": _("Send back to the station"),
    "refurbish": _("Refurbish"),
    "hold": _("Keep for now"),
}

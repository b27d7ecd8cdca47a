"""Who issues our papers: the manufacturer's names, address, tax number and bank, dated, changed by two persons.

What was in force when a paper was issued stands in its facts; a company that entered nothing prints nothing.
"""

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.parameters import declare, param

KEY: Final = "issuer"
FIELDS: Final = {
    "name": pgettext_lazy("company", "Name of the company"),
    "name_en": pgettext_lazy("company", "Name of the company in English"),
    "address": pgettext_lazy("company", "Address of the company"),
    "address_en": pgettext_lazy("company", "Address of the company in English"),
    "phone": pgettext_lazy("company", "Telephone of the company"),
    "tax_number": pgettext_lazy("company", "Taxpayer number of the company"),
    "bank": pgettext_lazy("company", "Bank of the company"),
    "bank_en": pgettext_lazy("company", "Bank of the company in English"),
    "bank_account": pgettext_lazy("company", "Bank account of the company"),
}
MOST: Final = 120  # characters
for _name, _label in FIELDS.items():
    declare(f"company.{_name}", kind="text", default="", label=_label, high=MOST, group=_("Company"), moves_money=True)


def letterhead(at: datetime | None = None) -> dict[str, Any]:
    """What is entered of the issuer at an instant (default: now), under `issuer`; nothing if no name is."""
    found = {name: param(f"company.{name}", at) for name in FIELDS}
    return {KEY: {name: text for name, text in found.items() if text}} if found["name"] else {}

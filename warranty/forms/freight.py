"""The form of what is credited of a box's freight; the door closes the box with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.pages import ActingForm
from portal.core.parameters import param


class FreightForm(ActingForm):
    """How much of a box's freight is credited to the station."""

    freight_allowed = forms.DecimalField(
        label=_("Freight allowed (CNY, tax excluded)"), required=False, min_value=0, max_value=99_999, max_digits=7,
        decimal_places=2,
    )  # fmt: skip
    freight_reason = forms.CharField(
        label=_("Why less freight is allowed"), required=False, max_length=300,
        help_text=_("The station reads it; needed only where less is allowed than it entered."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject is None:
            return
        asked = self.subject.freight > (limit := param("warranty.freight_unasked"))
        said = _("The station entered %(freight)s.") % {"freight": show.money(self.subject.freight)}
        if asked:
            said += " " + _("It is more than %(limit)s, so say how much is allowed.") % {"limit": show.money(limit)}
        self.fields["freight_allowed"].help_text = said
        self.fields["freight_allowed"].initial = None if asked else self.subject.freight

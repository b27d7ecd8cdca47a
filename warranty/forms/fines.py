"""What people type about fines against stations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.pages import ActingForm
from stations.models import Station
from warranty.forms.claims import ReasonChoice
from warranty.models import ReasonUse, WarrantyClaim


class FineForm(ActingForm):
    """Which station, for what, how much, and the paper it rests on."""

    claim = forms.CharField(
        label=_("Claim"), max_length=40, required=False,
        help_text=pgettext_lazy("fine", "Only if the fine is for a claim: its number; it names the station."),
    )  # fmt: skip
    station = forms.ModelChoiceField(label=_("Station"), queryset=Station.objects.order_by("code"), required=False)
    reason_code = ReasonChoice(ReasonUse.FINE, label=_("Reason"))
    amount = forms.DecimalField(
        label=pgettext_lazy("fine", "Amount (CNY, tax excluded)"), max_digits=12, decimal_places=2, min_value=0
    )
    reason = forms.CharField(
        label=pgettext_lazy("fine", "What happened"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=pgettext_lazy("fine", "The station reads it with the fine."),
    )  # fmt: skip
    document_number = forms.CharField(
        label=pgettext_lazy("fine", "Number of the document"), max_length=60,
        help_text=pgettext_lazy("fine", "Of the penalty notice or report the fine rests on."),
    )  # fmt: skip
    document = forms.FileField(
        label=pgettext_lazy("fine", "Document"), max_length=300,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.docx,.xlsx,image/*"}),
        help_text=_("PDF, Word (.docx), Excel (.xlsx) or a picture, at most 15 MB."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The claim behind the number; its station, where none was chosen."""
        values = super().clean() or {}
        number = values.get("claim", "").strip()
        claims = WarrantyClaim.objects.visible_to(self.user).select_related("station")
        claim = claims.filter(number=number).first() if number else None
        if number and claim is None:
            text = _("Got “%(got)s”, expected the number of a claim.")
            self.add_error("claim", text % {"got": number})
        values["claim"] = claim
        if claim is not None and values.get("station") is None:
            values["station"] = claim.station
        if values.get("station") is None and "station" not in self.errors and not self.has_error("claim"):
            self.add_error("station", _("Choose the station."))
        return values


class ApproveFineForm(ActingForm):
    """A word beside the approval."""

    answer = forms.CharField(label=_("Remark to the station"), max_length=500, required=False)


class RefuseFineForm(ActingForm):
    """Why the fine is not imposed."""

    answer = forms.CharField(label=_("Reason"), max_length=500, min_length=5, widget=forms.Textarea(attrs={"rows": 3}))

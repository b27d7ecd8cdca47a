"""Forms of the service desk after the call (intake): offer, close, cancel."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.pages import ActingForm
from stations.contracts import dispatchable
from stations.models import Station


class OfferForm(ActingForm):
    """Which station gets the job on offer."""

    station = forms.ModelChoiceField(label=_("Station"), queryset=Station.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = dispatchable().visible_to(self.user)  # type: ignore[attr-defined]


class NoteForm(ActingForm):
    """What was said."""

    note = forms.CharField(
        label=_("What was said"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ResultForm(ActingForm):
    """How a request ended."""

    result = forms.CharField(label=_("Result"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(ActingForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

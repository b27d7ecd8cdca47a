"""The form of what becomes of an appraised old part: what a disposition needs is asked with it only."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.core import clock
from portal.core.pages import ActingForm
from service.forms.jobs import Day
from stations.forms.applications import ManyFilesField, ManyFilesInput
from stations.forms.visits import DrawingField
from warranty.appraisal import final_verdict
from warranty.disposing import first_and_last_hold
from warranty.failed_parts_rules import VERDICTS
from warranty.settlement_people import possible_witnesses
from warranty.settlement_words import DISPOSITION_ACTS, DISPOSITIONS
from warranty.signatures import SIGNED, Signature

ONLY_FOR = {
    "scrap": ("witnesses", "photos", "first_signed_as", "first_confirmed", "second_signed_as", "second_confirmed"),
    "hold": ("until",),
}


def with_signatures(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed about a disposition, the signatures of both witnesses as such."""
    said = dict(values)
    parts = [[said.pop(f"{which}_{name}") for name in SIGNED] for which in ("first", "second")]
    return said | {"signatures": [Signature(*each) for each in parts]}


class DisposeForm(ActingForm):
    """What the verdict allows."""

    disposition = forms.ChoiceField(label=_("Disposition"), widget=forms.RadioSelect)
    witnesses = forms.ModelMultipleChoiceField(
        label=_("Witnesses"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Two colleagues who see the piece scrapped; needed for scrap only."),
    )
    photos = ManyFilesField(
        label=_("Pictures"),
        required=False,
        widget=ManyFilesInput(attrs={"accept": "image/*", "capture": "environment"}),
        help_text=_("Of the piece as it is scrapped; needed for scrap only."),
    )
    until = forms.DateField(label=_("Kept until"), required=False, widget=Day())
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    first_signed_as = forms.CharField(
        label=_("First witness signs as"), max_length=120, required=False,
        help_text=_("The name as it stands above; then the signature below. For scrap only."),
    )  # fmt: skip
    first_confirmed = forms.BooleanField(label=_("The typed name stands for the signature"), required=False)
    first_drawing = DrawingField()
    second_signed_as = forms.CharField(label=_("Second witness signs as"), max_length=120, required=False)
    second_confirmed = forms.BooleanField(label=_("The typed name stands for the signature"), required=False)
    second_drawing = DrawingField()

    def pads(self) -> list[tuple[Any, forms.BoundField]]:
        """What is drawn, each with its label."""
        labels = {"first": _("Signature of the first witness"), "second": _("Signature of the second witness")}
        return [(label, self[f"{which}_drawing"]) for which, label in labels.items()]

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        return with_signatures(self.cleaned_data)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["witnesses"].queryset = possible_witnesses(self.user)  # type: ignore[attr-defined]
        verdict = final_verdict(self.subject) if self.subject else ""
        allowed = VERDICTS[verdict].dispositions if verdict else tuple(DISPOSITIONS)
        self.fields["disposition"].choices = [(key, DISPOSITIONS[key]) for key in allowed]  # type: ignore[attr-defined]
        if len(allowed) == 1:
            self.fields["disposition"].initial = allowed[0]
        for name in {each for names in ONLY_FOR.values() for each in names}:
            self.fields[name].demanded = ""  # type: ignore[attr-defined]  # it is asked where it is needed
        first, last = first_and_last_hold(clock.today())
        self.fields["until"].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
        self.fields["until"].help_text = _("From %(first)s to %(last)s.") % {"first": first, "last": last}

    def acts(self) -> list[tuple[str, Any, Any]]:
        """Each disposition with its word and what the button says that does it."""
        choices = self.fields["disposition"].choices  # type: ignore[attr-defined]
        return [(key, word, DISPOSITION_ACTS[key]) for key, word in choices]

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What each disposition that is allowed here asks for besides."""
        offered = {key for key, _word in self.fields["disposition"].choices}  # type: ignore[attr-defined]
        return [(key, [self[name] for name in names]) for key, names in ONLY_FOR.items() if key in offered]

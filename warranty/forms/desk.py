"""What reviewers type at the desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.models import User
from portal.core.pages import ActingForm
from warranty.desk.bulk import ACTS
from warranty.desk.people import who_may_decide
from warranty.forms.claims import LineDecisionForm, ReasonChoice
from warranty.models import ReasonUse


class HandOverForm(ActingForm):
    """Who decides the claim instead, and why."""

    to = forms.ModelChoiceField(label=_("To whom"), queryset=User.objects.none())
    note = forms.CharField(
        label=_("Note to them"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject is not None:
            self.fields["to"].queryset = who_may_decide(self.subject)  # type: ignore[attr-defined]


class NoteForm(ActingForm):
    """A word to go with it, where there is one."""

    note = forms.CharField(label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class DeskForm(ActingForm):
    """What is said beside the lines, as the pressed button needs it, and what the reader had seen."""

    mark = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Remark to the station"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    question_code = ReasonChoice(ReasonUse.QUESTION, label=pgettext_lazy("question", "What is missing"), required=False)
    question = forms.CharField(
        label=_("Question to the station"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    hold_reason = forms.CharField(
        label=_("Why the line waits for the appraisal"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class DeskLineForm(LineDecisionForm):
    """What one line gets; or that it is decided after the appraisal of its old part."""

    hold = forms.BooleanField(label=_("Hold until the appraisal"), required=False)


DeskLines = forms.formset_factory(DeskLineForm, extra=0, max_num=200, absolute_max=200)


class ManyForm(ActingForm):
    """What is done to all chosen claims; a rejection says why."""

    act = forms.ChoiceField(
        label=_("What to do"), choices=list(ACTS.items()), widget=forms.RadioSelect, initial="allow"
    )
    reason_code = ReasonChoice(ReasonUse.REJECTION, label=_("Reason"), required=False)
    note = forms.CharField(
        label=_("Remark to the station"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        """A rejection has a reason; how long its words are is the operation's to judge."""
        values = super().clean() or {}
        if values.get("act") == "refuse" and not values.get("reason_code"):
            self.add_error("reason_code", _("This field is required."))
        return values

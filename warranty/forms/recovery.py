"""Forms of recovery cases: whose part it was, and until when a lost case runs again."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parts.models import Supplier
from portal.core import clock, show
from portal.core.pages import ActingForm
from warranty.chargebacks import EXITS, look_at_rerouting
from warranty.forms.words import WordsField
from warranty.recovery import Candidate, candidates_of


class CandidateField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice says until when the supplier must have notice and what it would pay."""

    candidates: dict[int, Candidate]

    def label_from_instance(self, obj: Any) -> str:
        candidate = self.candidates[obj.pk]
        if candidate.agreement is None:
            return _("%(supplier)s · no agreement for this part") % {"supplier": obj}
        facts = {"supplier": obj, "day": show.day(candidate.last_day), "amount": show.money(candidate.expected)}
        return _("%(supplier)s · notice by %(day)s · %(amount)s") % facts


class AssignForm(ActingForm):
    """Which of the suppliers that come into question it was."""

    supplier = CandidateField(
        label=gettext_lazy("Supplier"), queryset=Supplier.objects.none(), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = candidates_of(self.subject) if self.subject else []
        field: Any = self.fields["supplier"]
        field.empty_label = None
        field.candidates = {each.supplier.pk: each for each in found}
        field.queryset = Supplier.objects.visible_to(self.user).filter(pk__in=field.candidates)


class FurtherTestForm(ActingForm):
    """What is to be tested once more."""

    reason = forms.CharField(
        label=gettext_lazy("What is to be tested"),
        max_length=300,
        help_text=gettext_lazy("The appraiser and the supplier read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DoubtForm(ActingForm):
    """Whether what was accepted is credited or kept, and why."""

    outcome = forms.ChoiceField(label=gettext_lazy("Decision"), choices=list(EXITS.items()), widget=forms.RadioSelect)
    reason = WordsField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("It stands with the lines; the supplier does not read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RerouteForm(ActingForm):
    """Which other supplier answers for the part, and why; a new last day where its own has passed, by an approver."""

    supplier = CandidateField(
        label=gettext_lazy("Supplier"), queryset=Supplier.objects.none(), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Both suppliers' cases keep it; the first supplier reads it with its line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(
        label=gettext_lazy("Notice possible until"),
        required=False,
        help_text=gettext_lazy("Only where its last day has passed and it still takes the notice."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = look_at_rerouting(self.subject).candidates if self.subject else []
        field: Any = self.fields["supplier"]
        field.empty_label = None
        field.candidates = {each.supplier.pk: each for each in found}
        field.queryset = Supplier.objects.visible_to(self.user).filter(pk__in=field.candidates)
        if not self.user or not self.user.has_perm("warranty.reopen_recoverycase"):
            self.fields["until"].disabled = True
            self.fields["until"].widget = forms.HiddenInput()


class ReopenForm(ActingForm):
    """A new notice day, and why."""

    until = forms.DateField(label=gettext_lazy("Notice possible until"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = clock.today() + timedelta(days=30)

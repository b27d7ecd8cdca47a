"""Forms of candidate outlets and of the duty to build."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.core import clock
from portal.core.models import Division
from portal.core.pages import ActingForm, ActingModelForm
from stations import recruiting
from stations.forms.applications import DateInput, DivisionField
from stations.models import (
    CandidateContact,
    CandidateOutlet,
    DealerDuty,
    LostReason,
    Membership,
    OperationCenter,
    TalkChannel,
)
from stations.scoping import own_centers


class KnownDivisionField(DivisionField):
    """As the applicant's, but the value is the division itself, and a province may be named."""

    levels: tuple[str, ...] = ("province", "city", "county")

    def prepare_value(self, value: Any) -> Any:
        return value.full_name if isinstance(value, Division) else super().prepare_value(value)

    def clean(self, value: Any) -> Any:
        text = forms.CharField.clean(self, value).strip()
        if not text:
            return None
        rows = Division.objects.filter(level__in=self.levels)
        found = rows.filter(full_name=text).order_by("-code").first() or rows.filter(code=text).first()
        if found is None:
            problem = _("Got “%(given)s”; expected the full name or the code of a division, like 广东省深圳市南山区.")
            raise forms.ValidationError(problem, params={"given": text[:40]})
        return found


class CandidateForm(ActingModelForm):
    """What is known of an outlet."""

    division = KnownDivisionField(label=_("county or city"))

    class Meta:
        model = CandidateOutlet
        fields = (
            "name", "name_en", "kind", "division", "address", "longitude", "latitude", "premises_square_meters",
            "staff_count", "brands_sold",
        )  # fmt: skip
        widgets = {
            "longitude": forms.NumberInput(attrs={"step": "any", "data-place": "longitude"}),
            "latitude": forms.NumberInput(attrs={"step": "any", "data-place": "latitude"}),
        }

    def facts(self) -> dict[str, Any]:
        """As the operations take them."""
        return {name: self.cleaned_data[name] for name in recruiting.FACTS}

    def _post_clean(self) -> None:
        """The record is changed by the operation, not by the form."""


class NewCandidateForm(CandidateForm):
    """An outlet with its center and its first contact."""

    center = forms.ModelChoiceField(label=_("operation center"), queryset=OperationCenter.objects.all())
    contact_name = forms.CharField(label=_("contact"), max_length=60)
    contact_position = forms.CharField(label=_("job title"), max_length=60, required=False)
    contact_phone = forms.CharField(
        label=_("phone"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"}), required=False
    )
    contact_email = forms.EmailField(label=_("email"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "name_en", "center", "kind"])
        centers: Any = self.fields["center"]
        centers.queryset = own_centers(self.user)

    def contact(self) -> dict[str, Any]:
        """As the operation takes it."""
        return {name: self.cleaned_data[f"contact_{name}"] for name in ("name", "position", "phone", "email")}


class ContactForm(ActingModelForm):
    """One more person of an outlet."""

    class Meta:
        model = CandidateContact
        fields = ("name", "position", "phone", "email", "is_main")
        labels: ClassVar = {"position": _("job title")}

    def _post_clean(self) -> None:
        """The record is made by the operation, not by the form."""


class TalkForm(ActingForm):
    """What was said, and what comes next."""

    channel = forms.ChoiceField(label=_("how"), choices=TalkChannel)
    talked_at = forms.DateTimeField(
        label=_("when"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    contact = forms.ModelChoiceField(label=_("talked with"), queryset=CandidateContact.objects.none(), required=False)
    summary = forms.CharField(label=_("what was said"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))
    next_step = forms.CharField(label=_("next step"), max_length=200, required=False)
    next_step_on = forms.DateField(label=_("next step on"), widget=DateInput(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact: Any = self.fields["contact"]
        contact.queryset = CandidateContact.objects.filter(candidate=self.subject)
        self.fields["talked_at"].initial = clock.local(clock.now()).replace(second=0, microsecond=0, tzinfo=None)


class CarerForm(ActingForm):
    """Who cares for the candidate."""

    owner = forms.ModelChoiceField(label=_("cared for by"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Membership.objects.filter(recruiting.carers(self.subject.center, clock.today()))
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.filter(pk__in=held.values("user_id")).order_by("display_name")


class LossForm(ActingForm):
    """Why it was lost."""

    reason = forms.ChoiceField(label=_("lost because"), choices=LostReason)
    note = forms.CharField(label=_("note"), max_length=200, required=False)


class DutyForm(ActingModelForm):
    """A dealer's class and the day by which it must build."""

    class Meta:
        model = DealerDuty
        fields: Sequence[str] = ("dealer", "dealer_class", "center", "build_by", "note")
        widgets = {"build_by": DateInput()}

    def _post_clean(self) -> None:
        """The record is changed by the operation, not by the form."""


class ChangeDutyForm(DutyForm):
    """The same for a dealer that has one."""

    class Meta(DutyForm.Meta):
        fields = ("dealer_class", "center", "build_by", "note")

"""What people type about a claim: the draft and its lines, a further line, a picture, an answer, a reason, a decision."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.pages import ActingForm, ActingModelForm
from stations.models.products import in_language
from warranty.models import ClaimLine, LineKind, ReasonCode, WarrantyClaim

PHOTO_KINDS = [
    ("fault_photo", _("Photo of the fault")),
    ("plate_photo", _("Photo of the serial plate")),
    ("invoice", _("Invoice")),
    ("other", _("Other")),
]
ADDED_KINDS = [
    (kind.value, kind.label) for kind in (LineKind.DIAGNOSIS, LineKind.OUTSIDE, LineKind.FREIGHT, LineKind.OTHER)
]


def plain(value: Any) -> Any:
    """A number as one types it: 2 or 1.25, not 2.000."""
    if not isinstance(value, Decimal):
        return value
    short = value.normalize()
    return f"{short:f}" if short else "0"


class DraftForm(ActingModelForm):
    """The texts and days of a draft; parts, hours and way come from the job."""

    usage_reading = forms.DecimalField(
        label=_("Usage reading"), max_digits=11, decimal_places=3, min_value=0, required=False
    )

    class Meta:
        model = WarrantyClaim
        fields = ["failed_on", "cause_class", "usage_reading", "complaint", "cause", "correction"]
        widgets = {
            "failed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "complaint": forms.Textarea(attrs={"rows": 2}),
            "cause": forms.Textarea(attrs={"rows": 2}),
            "correction": forms.Textarea(attrs={"rows": 2}),
        }


class DraftLineForm(ActingForm):
    """What a station may change of one line, by its kind."""

    line_id = forms.IntegerField(widget=forms.HiddenInput)
    remedy = forms.ChoiceField(
        label=_("Remedy"), choices=list(ClaimLine._meta.get_field("remedy").choices or ()), required=False
    )
    qty = forms.DecimalField(
        label=_("Quantity"), max_digits=10, decimal_places=3, min_value=Decimal("0.001"), required=False
    )
    hours = forms.DecimalField(
        label=_("Hours"), max_digits=7, decimal_places=3, min_value=0, max_value=1000, required=False
    )
    km = forms.DecimalField(
        label=_("Kilometers"), max_digits=8, decimal_places=3, min_value=0, max_value=10000, required=False
    )
    claimed_amount = forms.DecimalField(label=_("Amount"), max_digits=10, decimal_places=2, min_value=0, required=False)
    invoice_number = forms.CharField(label=_("Invoice number"), max_length=60, required=False)
    removed_serial = forms.CharField(label=_("Removed serial number"), max_length=60, required=False)

    SHOWN = {
        "part": ("remedy", "qty", "removed_serial"),
        "labor": ("hours",),
        "diagnosis": ("hours",),
        "travel": ("km",),
        "outside": ("claimed_amount", "invoice_number"),
        "freight": ("claimed_amount", "invoice_number"),
        "other": ("claimed_amount",),
    }

    def __init__(self, *args: Any, lines: dict[int, ClaimLine] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given: Any = self.data.get(self.add_prefix("line_id")) if self.is_bound else self.initial.get("line_id")
        self.line = {str(key): line for key, line in (lines or {}).items()}.get(str(given))
        kept = {"line_id", *self.SHOWN.get(self.line.kind, ())} if self.line else {"line_id"}
        for name in list(self.fields):
            if name not in kept:
                del self.fields[name]
            elif name in {"qty", "hours", "km", "claimed_amount", "remedy"}:
                self.fields[name].required = True

    def clean_line_id(self) -> int:
        """Only lines of this claim."""
        if self.line is None:
            raise forms.ValidationError(_("This line is not part of the claim."))
        return int(self.line.pk)

    def values(self) -> dict[str, Any]:
        """What the operation is to write."""
        return {name: value for name, value in self.cleaned_data.items() if name != "line_id"}


DraftLines = forms.formset_factory(DraftLineForm, extra=0, max_num=200, absolute_max=200)


class AddLineForm(ActingForm):
    """One more line: diagnosis in hours, the others in CNY."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ADDED_KINDS)
    description = forms.CharField(label=_("Description"), max_length=200)
    hours = forms.DecimalField(
        label=_("Hours"), max_digits=7, decimal_places=3, min_value=0, max_value=1000, required=False
    )
    claimed_amount = forms.DecimalField(label=_("Amount"), max_digits=10, decimal_places=2, min_value=0, required=False)
    invoice_number = forms.CharField(label=_("Invoice number"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        """A diagnosis has hours, everything else an amount."""
        values = super().clean() or {}
        wanted = "hours" if values.get("kind") == LineKind.DIAGNOSIS else "claimed_amount"
        if not values.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, _("This field is required."))
        return values


class PhotoForm(ActingForm):
    """One more picture or paper for the claim."""

    kind = forms.ChoiceField(label=_("What it shows"), choices=PHOTO_KINDS)
    file = forms.FileField(
        label=_("Picture or PDF"), widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"})
    )


class ReasonForm(ActingForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class QuestionForm(ActingForm):
    """What headquarters wants to know."""

    question = forms.CharField(label=_("Question"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(ActingForm):
    """What the station answers."""

    answer = forms.CharField(label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class DecisionForm(ActingForm):
    """A remark on the whole decision."""

    reason = forms.CharField(
        label=_("Remark to the station"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A reason in words, then its code."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{in_language(obj.name, obj.name_en)} · {obj.code}"


class LineDecisionForm(ActingForm):
    """What one line gets; a cut names a reason code and says why."""

    line_id = forms.IntegerField(widget=forms.HiddenInput)
    qty = forms.DecimalField(label=_("Approved quantity"), max_digits=10, decimal_places=3, min_value=0, required=False)
    hours = forms.DecimalField(label=_("Approved hours"), max_digits=10, decimal_places=3, min_value=0, required=False)
    amount = forms.DecimalField(label=_("Approved amount"), max_digits=12, decimal_places=2, min_value=0)
    reason_code = ReasonChoice(
        label=_("Reason"), queryset=ReasonCode.objects.filter(for_people=True), to_field_name="code", required=False
    )
    note = forms.CharField(label=_("Explanation"), max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("qty", "hours"):  # a part has a quantity, labor has hours, the rest only an amount
            if self.initial and self.initial.get(name) is None:
                del self.fields[name]


LineDecisions = forms.formset_factory(LineDecisionForm, extra=0, max_num=200, absolute_max=200)


class RegistrationForm(ActingForm):
    """A sale to register, by serial number."""

    serial_number = forms.CharField(label=_("Serial number"), max_length=60)
    sale_date = forms.DateField(label=_("Sold on"), widget=forms.DateInput(attrs={"type": "date"}))

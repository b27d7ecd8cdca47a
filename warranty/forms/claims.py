"""What people type about a claim: the draft and its lines, a further line, a picture, an answer, a reason, a decision."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.pages import ActingForm, ActingModelForm
from portal.core.parameters import param
from service.models import FaultCode
from stations.forms.applications import ManyFilesField, ManyFilesInput
from stations.models.products import in_language
from warranty import causes
from warranty.checklist import TEXTS
from warranty.models import OF_LINES, ClaimLine, LineKind, ReasonCode, ReasonUse, WarrantyClaim

PHOTO_KINDS = [
    ("fault_photo", _("Photo of the fault")),
    ("plate_photo", _("Photo of the serial plate")),
    ("invoice", _("Invoice")),
    ("other", _("Other")),
]


def plain(value: Any) -> Any:
    """A number as one types it: 2 or 1.25, not 2.000."""
    if not isinstance(value, Decimal):
        return value
    short = value.normalize()
    return f"{short:f}" if short else "0"


TO_SUBMIT = pgettext_lazy("form field", "needed to submit")


class DraftForm(ActingModelForm):
    """The texts and days of a draft; parts, hours and way come from the job."""

    usage_reading = forms.DecimalField(
        label=_("Usage reading"), max_digits=11, decimal_places=3, min_value=0, required=False
    )

    cause_class = forms.ChoiceField(label=_("class of the cause"))

    class Meta:
        model = WarrantyClaim
        fields = [
            "fault_code", "cause_class", "failed_on", "repaired_on", "usage_reading", "complaint", "cause", "correction",
        ]  # fmt: skip
        widgets = {
            "failed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "repaired_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "complaint": forms.Textarea(attrs={"rows": 2}),
            "cause": forms.Textarea(attrs={"rows": 2}),
            "correction": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        claim = self.instance
        self.initial["usage_reading"] = plain(claim.usage_reading)
        least = gettext("At least %(least)s characters.") % {"least": param("warranty.text_length", claim.repaired_on)}
        for name in TEXTS:
            self.fields[name].demanded = TO_SUBMIT  # type: ignore[attr-defined]
            self.fields[name].help_text = least
        family = claim.product_model.family_id if claim.product_model else None
        kept = Q(pk=claim.fault_code_id)  # a code that is no longer given stays on what it was given for
        self.fields["fault_code"].queryset = FaultCode.objects.filter(  # type: ignore[attr-defined]
            kept | Q(pk__in=FaultCode.objects.in_use().for_family(family))
        )
        offered = dict(causes.choices(claim.failed_on or clock.today()))
        stands = {claim.cause_class: causes.name_of(claim.cause_class)}
        self.fields["cause_class"].choices = list((offered | stands).items())  # type: ignore[attr-defined]
        if claim.submitted_at:
            self.fields["repaired_on"].disabled = True
            self.fields["repaired_on"].help_text = _("The claim is priced by this day since it was first submitted.")

    def validate_constraints(self) -> None:
        """The operation refuses what the database would, in words."""


class DraftLineForm(ActingForm):
    """What a station may change of one line, by its kind."""

    line_id = forms.IntegerField(widget=forms.HiddenInput)
    remedy = forms.ChoiceField(
        label=_("Remedy"), choices=list(ClaimLine._meta.get_field("remedy").choices or ()), required=False
    )
    qty = forms.DecimalField(
        label=_("Quantity"), max_digits=8, decimal_places=3, min_value=Decimal("0.001"), max_value=9999, required=False
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
    fitted_serial = forms.CharField(label=_("Fitted serial number"), max_length=60, required=False)
    description = forms.CharField(label=_("Description"), max_length=200, required=False)

    SHOWN = {
        "part": ("remedy", "qty", "removed_serial", "fitted_serial"),
        "labor": ("qty", "hours"),
        "diagnosis": ("hours",),
        "travel": ("km",),
        "outside": ("description", "claimed_amount", "invoice_number"),
        "freight": ("description", "claimed_amount", "invoice_number"),
        "other": ("description", "claimed_amount"),
    }

    def __init__(self, *args: Any, lines: dict[int, ClaimLine] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given: Any = self.data.get(self.add_prefix("line_id")) if self.is_bound else self.initial.get("line_id")
        self.line = {str(key): line for key, line in (lines or {}).items()}.get(str(given))
        kept = {"line_id", *self.SHOWN.get(self.line.kind, ())} if self.line else {"line_id"}
        for name in list(self.fields):
            if name not in kept:
                del self.fields[name]
            elif name in {"qty", "hours", "km", "claimed_amount", "remedy", "description"}:
                self.fields[name].required = True
        if self.line is not None and self.line.kind == LineKind.OUTSIDE:
            self.fields["invoice_number"].demanded = TO_SUBMIT  # type: ignore[attr-defined]
        if self.line is not None and self.line.kind == LineKind.LABOR:
            self.fields["qty"].label = _("Times done")
            flat = _("Flat hours: %(hours)s") % {"hours": plain(self.line.flat_hours * self.line.qty)}
            self.fields["hours"].help_text = flat

    def clean_line_id(self) -> int:
        """Only lines of this claim."""
        if self.line is None:
            raise forms.ValidationError(_("This line is not part of the claim."))
        return int(self.line.pk)

    def values(self) -> dict[str, Any]:
        """What the operation is to write."""
        return {name: value for name, value in self.cleaned_data.items() if name != "line_id"}


DraftLines = forms.formset_factory(DraftLineForm, extra=0, max_num=200, absolute_max=200)


class PhotoForm(ActingForm):
    """Pictures or papers for the claim, and what they show."""

    kind = forms.ChoiceField(label=_("What it shows"), choices=PHOTO_KINDS)
    files = ManyFilesField(  # type: ignore[assignment]  # the form class takes it into its fields
        label=_("Pictures or PDF"),
        max_length=300,
        widget=ManyFilesInput(attrs={"accept": "image/*,application/pdf"}),
        help_text=_("Choose several at once; JPEG, PNG, WebP, HEIC or PDF, at most 15 MB each."),
    )

    def clean_files(self) -> list[Any]:
        """At least one."""
        files: list[Any] = self.cleaned_data["files"]
        if not files:
            raise forms.ValidationError(_("This field is required."))
        return files


class PhotoActForm(ActingForm):
    """One picture is told what it shows, or taken out."""

    act = forms.ChoiceField(choices=[("kind", "kind"), ("caption", "caption"), ("remove", "remove")])
    photo = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    kind = forms.ChoiceField(label=_("What it shows"), choices=PHOTO_KINDS, required=False)
    caption = forms.CharField(label=_("Caption"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Who says what it shows, says something."""
        values = super().clean() or {}
        if values.get("act") == "kind" and not values.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("This field is required."))
        return values


class ReasonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A reason in words, then its code: those that may be given for one of these uses on the day of the form."""

    def __init__(self, *uses: ReasonUse, **kwargs: Any) -> None:
        super().__init__(queryset=ReasonCode.objects.fitting(*uses), to_field_name="code", **kwargs)

    def __deepcopy__(self, memo: Any) -> Any:
        copied = super().__deepcopy__(memo)
        copied.queryset = copied.queryset.on(clock.today())  # type: ignore[union-attr]  # the list of reasons
        return copied

    def label_from_instance(self, obj: Any) -> str:
        return f"{in_language(obj.name, obj.name_en)} · {obj.code}"


class ReasonForm(ActingForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ReversalForm(ActingForm):
    """Why the claim no longer counts: a reason of the list, and in words."""

    reason_code = ReasonChoice(ReasonUse.REVERSAL, label=_("Reason"))
    reason = forms.CharField(label=_("Explanation"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(ActingForm):
    """What the station answers, with the pictures that were asked for."""

    answer = forms.CharField(label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    files = ManyFilesField(  # type: ignore[assignment]  # the form class takes it into its fields
        label=_("Pictures or PDF"),
        required=False,
        max_length=300,
        widget=ManyFilesInput(attrs={"accept": "image/*,application/pdf"}),
    )
    kind = forms.ChoiceField(label=_("What it shows"), choices=PHOTO_KINDS, required=False)


class LineDecisionForm(ActingForm):
    """What one line gets; a cut names a reason code and says why."""

    line_id = forms.IntegerField(widget=forms.HiddenInput)
    qty = forms.DecimalField(label=_("Approved quantity"), max_digits=10, decimal_places=3, min_value=0, required=False)
    hours = forms.DecimalField(label=_("Approved hours"), max_digits=10, decimal_places=3, min_value=0, required=False)
    amount = forms.DecimalField(label=_("Approved amount"), max_digits=12, decimal_places=2, min_value=0)
    reason_code = ReasonChoice(*OF_LINES, label=_("Reason"), required=False)
    note = forms.CharField(label=_("Explanation"), max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("qty", "hours"):  # a part has a quantity, labor has hours, the rest only an amount
            if self.initial and self.initial.get(name) is None:
                del self.fields[name]

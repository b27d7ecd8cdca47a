"""The applicant's form and the deciders' forms. Not here: what is demanded at submit (stations.applications)."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.divisions import check_in_china, name_of
from portal.core.errors import Refusal
from portal.core.models import Division
from portal.core.pages import ActingForm, be_careful
from portal.core.phones import phone_number
from portal.core.scope import scope_of
from stations.applications import NEEDED
from stations.applications.drafting import CALLED, written_account
from stations.models import OperationCenter, RequiredDocument, StationApplication, StationKind

COMPANY = (
    "company_name",
    "license_number",
    "taxpayer_type",
    "owner_name",
    "phone",
    "email",
    "bank_name",
    "bank_account",
)
STATION = (
    "wanted_grade", "station_name", "station_name_en", "division", "address", "longitude", "latitude", "premises_square_meters",
    "technician_count", "introduction",
)  # fmt: skip


class DateInput(forms.DateInput):
    """The device's own date picker."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class DivisionField(forms.CharField):
    """A county or city typed or picked by its full name; the value is its national code."""

    def __init__(self, **options: Any) -> None:
        attrs = {"list": "places", "autocomplete": "off", "placeholder": _("e.g. 广东省深圳市南山区")}
        super().__init__(max_length=60, widget=forms.TextInput(attrs=attrs), **options)

    def prepare_value(self, value: Any) -> Any:
        return name_of(value) if isinstance(value, str) and value.isdecimal() else value

    def clean(self, value: Any) -> str:
        text = super().clean(value).strip()
        if not text:
            return ""
        found = Division.objects.filter(Q(full_name=text) | Q(code=text)).exclude(level="province").order_by("-code")
        if not (division := found.first()):
            raise forms.ValidationError(_("Pick the county or city from the list."))
        return str(division.code)


class FactsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Company and station; nothing is compulsory while it is a draft. Saving is the operation's."""

    division = DivisionField(label=CALLED["division"])

    class Meta:
        model = StationApplication
        fields = (*COMPANY, *STATION)
        widgets = {
            "introduction": forms.Textarea(attrs={"rows": 3}),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
            "owner_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "company_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "bank_account": forms.TextInput(attrs={"inputmode": "numeric"}),
            "longitude": forms.NumberInput(attrs={"step": "any", "data-place": "longitude"}),
            "latitude": forms.NumberInput(attrs={"step": "any", "data-place": "latitude"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        be_careful(self)
        for field in self.fields.values():
            field.required = False
        self.fields["phone"].validators.append(phone_number)

    def clean_bank_account(self) -> str:
        """In one spelling."""
        text: str = self.cleaned_data["bank_account"]
        try:
            return written_account(text) if text else ""
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def mark_needed(self) -> None:
        """What submitting will ask for is not called optional; called after validation, which asks for nothing."""
        for name in NEEDED:
            self.fields[name].required = True

    def company(self) -> list[forms.BoundField]:
        """The first card."""
        return [self[name] for name in COMPANY]

    def station(self) -> list[forms.BoundField]:
        """The second card."""
        return [self[name] for name in STATION]

    def clean(self) -> dict[str, Any]:
        """A place is two numbers in the country, or none; half a place is not kept."""
        values: dict[str, Any] = super().clean() or {}
        try:
            if not {"longitude", "latitude"} & set(self.errors):
                check_in_china(values.get("longitude"), values.get("latitude"))
        except Refusal as refusal:
            self.add_error("longitude", str(refusal))
        if "longitude" in self.errors or "latitude" in self.errors:
            values.pop("longitude", None)
            values.pop("latitude", None)
        return values


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of uploads; empty for none."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(upload, initial) for upload in uploads if upload]


class DocumentForm(forms.Form):
    """One paper: its number and end where they are asked for, and its files."""

    document_number = forms.CharField(label=_("document number"), max_length=60, required=False)
    expires_on = forms.DateField(label=_("valid until (first invalid day)"), required=False, widget=DateInput())
    files = ManyFilesField(  # type: ignore[assignment]  # the form class takes it into its fields
        label=_("files"), required=False, widget=ManyFilesInput(attrs={"accept": "image/*,application/pdf"})
    )

    def __init__(self, *args: Any, required_document: RequiredDocument, **kwargs: Any) -> None:
        self.required_document = required_document
        kwargs["prefix"] = f"document-{required_document.document_type}"
        super().__init__(*args, **kwargs)
        be_careful(self)
        if not required_document.needs_number:
            del self.fields["document_number"]
        if not required_document.needs_expiry:
            del self.fields["expires_on"]

    def mark_needed(self, *, has_file: bool) -> None:
        """The same for a paper; further files are optional once there is one."""
        for name, field in self.fields.items():
            field.required = name != "files" or not has_file


class InviteApplicantForm(ActingForm):
    """Whom the link is for."""

    center = forms.ModelChoiceField(label=_("operation center"), queryset=OperationCenter.objects.all())
    kind = forms.ChoiceField(label=_("kind of station"), choices=StationKind, initial=StationKind.DEALER)
    company_name = forms.CharField(label=_("company name"), max_length=120, required=False)
    phone = forms.CharField(label=_("phone"), max_length=30, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = scope_of(self.user)
        if not scope.everything:
            own = OperationCenter.objects.filter(pk__in=scope.of("center"))
            self.fields["center"].queryset = own  # type: ignore[attr-defined]


class NoteForm(ActingForm):
    """A yes, with a remark."""

    note = forms.CharField(label=_("remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ReasonForm(ActingForm):
    """A no, with its reason."""

    reason = forms.CharField(
        label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The applicant reads it: say what is wrong and what to do."),
    )  # fmt: skip


class RenewForm(ActingForm):
    """A following contract."""

    signatory = forms.CharField(label=_("signed for the station by"), max_length=60)
    months = forms.IntegerField(
        label=_("months"), required=False, min_value=1, max_value=120, help_text=_("Left empty: the usual length.")
    )

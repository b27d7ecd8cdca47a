"""Forms of visits, checklists and rectifications. Not here: what is demanded when a visit ends (stations.inspections)."""

import base64
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.core import clock
from portal.core.pages import ActingForm
from stations.forms.applications import DateInput, ManyFilesField, ManyFilesInput
from stations.inspections import FINDING_LENGTH, Place, Signature
from stations.inspections.people import PLANNED, inspectors_of, is_only_mystery, purposes_for, stations_to_visit
from stations.models import (
    InspectionAnswer,
    InspectionTemplate,
    Section,
    Station,
    TemplateStatus,
    VerifiedBy,
)
from stations.models.inspection_templates import FULL_RATING

DRAWING = "data:image/png;base64,"
MOST_DRAWING = 400_000  # characters: a scribble on a telephone has 5,000 to 40,000


class PlaceForm(ActingForm):
    """Where the telephone says it is; left out by who does not tell."""

    longitude = forms.DecimalField(
        required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6, widget=forms.HiddenInput
    )
    latitude = forms.DecimalField(
        required=False, min_value=-90, max_value=90, max_digits=8, decimal_places=6, widget=forms.HiddenInput
    )

    def place(self) -> Place | None:
        """Both or nothing."""
        longitude, latitude = self.cleaned_data.get("longitude"), self.cleaned_data.get("latitude")
        return None if longitude is None or latitude is None else Place(Decimal(longitude), Decimal(latitude))


def drawn(text: str) -> bytes:
    """The PNG of a data address; nothing of an empty text. Raises ValueError."""
    if not text:
        return b""
    if not text.startswith(DRAWING):
        raise ValueError(text[:30])
    return base64.b64decode(text.removeprefix(DRAWING), validate=True)


class DrawingField(forms.CharField):
    """A signature drawn in the browser, as a PNG; empty for none."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=MOST_DRAWING, widget=forms.HiddenInput)

    def clean(self, value: Any) -> bytes:
        try:
            return drawn(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(_("The drawn signature did not arrive whole; please sign again.")) from error


class VisitForm(PlaceForm):
    """All that can be filled in on a visit; nothing is compulsory before it ends."""

    findings = forms.CharField(
        label=_("Summary of the findings"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when something has to be put right; the visited side reads it."),
    )  # fmt: skip
    due_on = forms.DateField(
        label=_("put right by"), required=False, widget=DateInput(),
        help_text=_("Only for a rectification; left empty it is the longest time allowed."),
    )  # fmt: skip
    inspector_signed_as = forms.CharField(label=_("Your name"), required=False, max_length=60)
    inspector_drawing = DrawingField()
    host_signed_as = forms.CharField(
        label=_("Name of the visited"), required=False, max_length=60,
        help_text=_("Hand the telephone over: the visited side types the name and signs below."),
    )  # fmt: skip
    host_drawing = DrawingField()
    unsigned_reason = forms.CharField(
        label=_("Why nobody signed for the visited side"), required=False, max_length=200,
        help_text=_("Only if nobody could or would sign."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visit = self.subject
        self.answers = list(visit.answers.select_related("item").prefetch_related("photos__attachment").order_by("pk"))
        for answer in self.answers:
            self.fields[f"item-{answer.item_id}"] = _rating_field(answer)
            self.fields[f"finding-{answer.item_id}"] = forms.CharField(
                label=_("Finding"), required=False, max_length=FINDING_LENGTH, initial=answer.finding,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip
            self.fields[f"photos-{answer.item_id}"] = ManyFilesField(
                label=_("Photos"), required=False, widget=ManyFilesInput(attrs={"accept": "image/*"})
            )
        known = {"findings": visit.findings, "due_on": visit.due_on, "inspector_signed_as": str(self.user)}
        if visit.application is not None:
            known["host_signed_as"] = ""
        for name, value in known.items():
            self.initial.setdefault(name, value)
        if visit.is_surprise:
            for name in (
                "inspector_signed_as",
                "inspector_drawing",
                "host_signed_as",
                "host_drawing",
                "unsigned_reason",
            ):
                del self.fields[name]

    def ratings(self) -> dict[int, int | None]:
        """Item → rating or nothing yet."""
        given = {each.item_id: self.cleaned_data.get(f"item-{each.item_id}") for each in self.answers}
        return {item: int(value) if value not in (None, "") else None for item, value in given.items()}

    def item_findings(self) -> dict[int, str]:
        """Item → what is wrong."""
        return {each.item_id: self.cleaned_data.get(f"finding-{each.item_id}", "") for each in self.answers}

    def photos(self) -> list[tuple[int, Any]]:
        """Item and upload, one pair each."""
        given = ((each.item_id, self.cleaned_data.get(f"photos-{each.item_id}") or []) for each in self.answers)
        return [(item, upload) for item, uploads in given for upload in uploads]

    def inspector(self) -> Signature:
        """The inspector's signature."""
        values = self.cleaned_data
        return Signature(values.get("inspector_signed_as", str(self.user)), values.get("inspector_drawing", b""))

    def host(self) -> Signature | None:
        """The visited side's, if it signed."""
        name = self.cleaned_data.get("host_signed_as", "")
        return Signature(name, self.cleaned_data.get("host_drawing", b"")) if name else None

    def sections(self) -> list[dict[str, Any]]:
        """The items with their fields, section by section, for the page."""
        found: dict[str, list[dict[str, Any]]] = {}
        for answer in self.answers:
            row = {
                "answer": answer,
                "rating": self[f"item-{answer.item_id}"],
                "finding": self[f"finding-{answer.item_id}"],
                "photos": self[f"photos-{answer.item_id}"],
                "taken": list(answer.photos.all()),
            }
            found.setdefault(answer.section or Section.PREMISES, []).append(row)
        return [{"label": Section(section).label, "rows": rows} for section, rows in found.items()]


def _rating_field(answer: InspectionAnswer) -> forms.ChoiceField:
    choices: list[tuple[int, Any]] = [(number, str(number)) for number in range(FULL_RATING + 1)]
    if answer.is_veto:
        choices = [(FULL_RATING, _("in good order")), (0, _("not in order"))]
    return forms.ChoiceField(
        label=answer.local_text, choices=choices, required=False, widget=forms.RadioSelect, initial=answer.rating
    )


class PhotoForm(PlaceForm):
    """One picture of one item, sent as soon as it was taken."""

    item = forms.IntegerField()
    photo = forms.FileField(max_length=300)


class PlanVisitForm(ActingForm):
    """Where, when, why, by whom."""

    station = forms.ModelChoiceField(label=_("station"), queryset=Station.objects.none())
    purpose = forms.ChoiceField(label=_("purpose"), choices=[(each.value, each.label) for each in PLANNED])
    planned_on = forms.DateField(label=_("planned for"), widget=DateInput())
    inspector = forms.ModelChoiceField(
        label=_("inspector"), queryset=User.objects.none(), required=False,
        help_text=_("Left empty: whoever of the region goes."),
    )  # fmt: skip
    template = forms.ModelChoiceField(
        label=_("template"), required=False, help_text=_("Left empty: the one in use for this purpose."),
        queryset=InspectionTemplate.objects.filter(status=TemplateStatus.IN_USE),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations_to_visit(self.user)  # type: ignore[attr-defined]
        self.initial.setdefault("planned_on", clock.today())
        self.fields["purpose"].choices = [(each.value, each.label) for each in purposes_for(self.user)]  # type: ignore[attr-defined]
        if is_only_mystery(self.user):
            for name in ("inspector", "template"):
                del self.fields[name]
        else:
            self.fields["inspector"].queryset = inspectors_of(self.user)  # type: ignore[attr-defined]


class RevisitForm(ActingForm):
    """When somebody looks again."""

    planned_on = forms.DateField(label=_("planned for"), widget=DateInput())


class CancelForm(ActingForm):
    """Why a visit is not made."""

    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class EvidenceForm(ActingForm):
    """What was done about a finding."""

    evidence = forms.CharField(
        label=_("What was done"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Say what was put right and when; a photo shows it best."),
    )  # fmt: skip
    photos = ManyFilesField(
        label=_("Photos or PDF"), required=False, widget=ManyFilesInput(attrs={"accept": "image/*,application/pdf"})
    )


class RemarkForm(ActingForm):
    """What is still not right."""

    remark = forms.CharField(label=_("remark"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AcceptForm(ActingForm):
    """The evidence convinces."""

    remark = forms.CharField(
        label=_("remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class VerificationForm(ActingForm):
    """How the region lets itself be convinced."""

    verified_by = forms.ChoiceField(label=_("verified by"), choices=VerifiedBy, widget=forms.RadioSelect)

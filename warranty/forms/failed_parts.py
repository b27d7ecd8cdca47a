"""Forms of old parts: choosing pieces, shipping, receiving, appraising."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parts.labels import FORMATS
from portal.core.pages import ActingForm, be_careful
from portal.core.parameters import param
from stations.forms.applications import ManyFilesField, ManyFilesInput
from stations.forms.visits import DrawingField
from warranty import failed_parts
from warranty.appraisal_tests import steps_for
from warranty.failed_parts_custody import named
from warranty.forms.freight import FreightForm
from warranty.forms.words import WordsField
from warranty.models import Condition, ExtraPiece, FailedPart, Verdict
from warranty.settlement_states import FailedPartStatus
from warranty.signatures import Signature

TAG_FORMATS = FORMATS | {"a4": "A4"}  # twelve tags a sheet, not the label sheet of the parts


class PiecesForm(ActingForm):
    """Which pieces; only those the user may see and that stand where the act needs them."""

    statuses: tuple[str, ...] = (FailedPartStatus.REQUESTED, FailedPartStatus.TAGGED)
    pieces = forms.ModelMultipleChoiceField(queryset=FailedPart.objects.none(), label=_("Old parts"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = FailedPart.objects.visible_to(self.user).filter(status__in=self.statuses)
        self.fields["pieces"].queryset = rows.select_related("claim", "station", "part")  # type: ignore[attr-defined]


class PrintForm(PiecesForm):
    """Tags can be printed until the piece has arrived."""

    statuses = (
        FailedPartStatus.REQUESTED,
        FailedPartStatus.TAGGED,
        FailedPartStatus.PACKED,
        FailedPartStatus.SHIPPED,
    )
    format = forms.ChoiceField(label=_("Format"), choices=list(TAG_FORMATS.items()), required=False)

    def clean_format(self) -> str:
        """A sheet of A4 where nothing is chosen."""
        return self.cleaned_data["format"] or "a4"


class PackForm(PiecesForm):
    """Tagged pieces go into a box."""

    statuses = (FailedPartStatus.TAGGED,)


class ScanForm(ActingForm):
    """One scan; the reader types the code and presses Enter."""

    scanned = forms.CharField(
        label=_("Tag"), max_length=200, help_text=_("Scan the QR code, or type the number under it.")
    )


class TakeOutForm(ActingForm):
    """Which piece comes out of the box."""

    piece = forms.ModelChoiceField(queryset=FailedPart.objects.none(), label=_("Old part"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["piece"].queryset = FailedPart.objects.visible_to(self.user).filter(box=self.subject)  # type: ignore[attr-defined]


class SigningForm(ActingForm):
    """Who takes old parts signs for them: by hand, or by ticking that the typed name stands for it."""

    SIGNED_AS = "signed_as"
    confirmed = forms.BooleanField(
        label=_("The typed name stands for the signature"),
        required=False,
        help_text=_("Where nobody can draw on the screen; the log says so."),
    )
    drawing = DrawingField()

    def pads(self) -> list[tuple[Any, forms.BoundField]]:
        """What is drawn, each with its label."""
        return [(_("Signature of who takes it over"), self["drawing"])]

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        said = dict(self.cleaned_data)
        drawing, confirmed = said.pop("drawing"), said.pop("confirmed")
        return said | {"signature": Signature(said[self.SIGNED_AS], drawing, confirmed)}


WEIGHT: dict[str, Any] = {
    "label": _("Weight (kg)"), "min_value": Decimal("0.001"), "max_value": 9_999, "max_digits": 7, "decimal_places": 3,
}  # fmt: skip


class SealForm(ActingForm):
    """The box is weighed and shut."""

    weight_kg = forms.DecimalField(**WEIGHT)
    seal = forms.CharField(
        label=_("Seal number"),
        max_length=30,
        required=False,
        help_text=_("The number on the seal or tape, if it has one."),
    )


class ShipForm(SigningForm):
    """The hand-over to a carrier, whose driver signs."""

    SIGNED_AS = "driver"
    field_order = ("carrier", "waybill", "weight_kg", "freight", "driver", "confirmed", "drawing")
    carrier = forms.CharField(label=_("Carrier"), max_length=60)
    waybill = forms.CharField(label=_("Waybill number"), max_length=60)
    driver = forms.CharField(
        label=_("Taken by (name of the driver)"),
        max_length=60,
        required=False,
        help_text=_("Stands in the custody log as the carrier's confirmation."),
    )
    weight_kg = forms.DecimalField(**WEIGHT)
    freight = forms.DecimalField(
        label=_("Freight paid (CNY, tax excluded)"),
        min_value=0,
        max_value=99_999,
        max_digits=7,
        decimal_places=2,
        initial=Decimal("0.00"),
        help_text=_("Credited on your statement when the box has arrived."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject is not None and self.subject.weight_kg is not None:
            self.fields["weight_kg"].initial = self.subject.weight_kg


class ReceiveForm(ActingForm):
    """One scan; the reader types the code and presses Enter. A box's list or waybill opens the box."""

    scanned = forms.CharField(
        label=_("Box, waybill or tag"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "inputmode": "text"}),
        help_text=_("Scan the QR code, or type the number under it."),
    )
    condition = forms.ChoiceField(
        label=_("Condition"),
        choices=[choice for choice in Condition.choices if choice[0] not in (Condition.MISSING, Condition.EXTRA)],
        initial=Condition.OK,
    )
    place = forms.CharField(label=_("Put where"), max_length=60, required=False, help_text=_("Shelf or bin."))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class ExtraForm(ActingForm):
    """A piece in the box that has no tag of ours."""

    found = forms.CharField(
        label=_("What it is"),
        max_length=120,
        min_length=2,
        help_text=_("Part number, what is printed on it, or what it looks like."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class TakeBackForm(ActingForm):
    """Which scan is taken back: of a piece of the box, or of one found in it."""

    piece = forms.ModelChoiceField(queryset=FailedPart.objects.none(), label=_("Old part"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = FailedPart.objects.visible_to(self.user)
        self.fields["piece"].queryset = failed_parts.in_box(rows, self.subject)  # type: ignore[attr-defined]


class StrikeForm(ActingForm):
    """Which extra piece was noted by mistake, and why it was none."""

    extra = forms.ModelChoiceField(queryset=ExtraPiece.objects.none(), label=_("Not on the list"))
    reason = WordsField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["extra"].queryset = self.subject.extras.in_force()  # type: ignore[attr-defined]


class FindForm(ActingForm):
    """The bench begins with a scan."""

    scanned = forms.CharField(
        label=_("Tag"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        help_text=_("Scan the QR code, or type the number under it."),
    )


class AppraiseForm(ActingForm):
    """The verdict, by the keys 1 to 9; what was measured, a field for each step of the piece's own tests; pictures."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verdict.choices, widget=forms.RadioSelect)
    findings = forms.CharField(
        label=_("Findings"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    WHEN_SAID = _("At least %(least)s characters when the verdict is against the station.")
    photos = ManyFilesField(
        label=_("Pictures from the bench"),
        required=False,
        widget=ManyFilesInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["findings"].help_text = self.WHEN_SAID % {"least": param("warranty.text_length")}
        self.steps = steps_for(self.subject.part)
        for step in self.steps:
            self.fields[f"step_{step.pk}"] = forms.DecimalField(
                label=f"{step.position}. {step.local_label}" + (f" ({step.unit})" if step.unit else ""),
                required=False, max_digits=12, decimal_places=3, help_text=step.limits,
            )  # fmt: skip
        be_careful(self)

    def measured(self) -> list[forms.BoundField]:
        """The fields of the steps, in their order."""
        return [self[f"step_{step.pk}"] for step in self.steps]

    def appraisal(self) -> dict[str, Any]:
        """What the operation takes."""
        said = self.cleaned_data
        values = {step.pk: said[f"step_{step.pk}"] for step in self.steps if said[f"step_{step.pk}"] is not None}
        return {name: said[name] for name in ("verdict", "findings", "photos")} | {"measurements": values}


class RuleForm(ActingForm):
    """The verdict that holds, and why."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verdict.choices, widget=forms.RadioSelect)
    reason = WordsField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class JudgeAgainForm(AppraiseForm):
    """The second verdict, always with its findings."""

    WHEN_SAID = _("At least %(least)s characters; the supplier reads them.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["findings"].required = True


class CloseForm(SigningForm, FreightForm):
    """Who takes the pieces of a box in for the factory, and how much freight is credited."""

    field_order = ("freight_allowed", "freight_reason", "signed_as", "confirmed", "drawing")
    signed_as = forms.CharField(label=_("Taken in by"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_as"].initial = named(self.user)

    def given(self) -> dict[str, Any]:
        """The signature and the freight; the typed name is in the signature."""
        said = super().given()
        said.pop("signed_as")
        return said


class ReceiptForm(SigningForm):
    """Who took a shipment in."""

    SIGNED_AS = "received_as"
    field_order = ("received_as", "confirmed", "drawing")
    received_as = forms.CharField(label=_("Taken in by"), max_length=60, min_length=2)


class ExtendForm(ActingForm):
    """Days more, once."""

    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=15, initial=15)
    note = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject is not None and self.subject.asked_days:
            self.fields["days"].initial = self.subject.asked_days


class AskExtensionForm(ActingForm):
    """Days more, asked for by the station."""

    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=15, initial=15)
    reason = WordsField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class WaiveForm(ActingForm):
    """Giving up a piece."""

    reason = WordsField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class LoseForm(WaiveForm):
    """A piece that will not come."""

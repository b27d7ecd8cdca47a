"""What headquarters types into the catalog."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts import pieces, superseding
from parts.catalog import clean_number
from parts.models import Part, Supersession, SupersessionMode, VariantKind
from portal.core.errors import Refusal
from portal.core.pages import ActingForm


class PartAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A part; its number is cleaned before it is compared."""

    class Meta:
        model = Part
        fields = (
            "number",
            "name",
            "name_en",
            "category",
            "part_class",
            "unit",
            "pack_qty",
            "min_order_qty",
            "is_serialised",
            "must_return",
            "origin_country",
            "gross_weight_kg",
            "lifecycle",
            "last_supply_on",
        )

    def clean_number(self) -> str:
        """Not empty once it is clean."""
        number = clean_number(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(_("The part number is empty."))
        return number

    def clean(self) -> dict[str, Any]:
        """Packs of whole pieces, and a unit that the stock allows."""
        values: dict[str, Any] = super().clean() or {}
        part = Part(pk=self.instance.pk, number=values.get("number", ""), unit=values.get("unit", ""))
        try:
            pieces.refuse_parted(part, **{name: values.get(name) for name in pieces.SIZES})
            pieces.refuse_unit(part)
        except Refusal as refusal:
            self.add_error(refusal.field, str(refusal))
        return values


class SizesAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """Sizes of a part's packs with a supplier."""

    part_field = "part"
    sizes: tuple[str, ...] = pieces.SIZES

    def clean(self) -> dict[str, Any]:
        """Whole pieces where the part's unit counts them."""
        values: dict[str, Any] = super().clean() or {}
        if part := values.get(self.part_field):
            try:
                pieces.refuse_parted(part, **{name: values.get(name) for name in self.sizes})
            except Refusal as refusal:
                self.add_error(refusal.field, str(refusal))
        return values


class RecipeAdminForm(SizesAdminForm):
    """Pieces of a component in a kit."""

    part_field, sizes = "component", ("qty",)


class SupersessionAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A supersession that leads back to its own part is refused."""

    class Meta:
        model = Supersession
        fields = ("old", "new", "mode", "ratio", "valid_from")

    def clean(self) -> dict[str, Any]:
        """No part supersedes itself, at once or along a chain; the circle is named."""
        values: dict[str, Any] = super().clean() or {}
        old, new = values.get("old"), values.get("new")
        if old and new:
            try:
                superseding.refuse_circle(old, new)
            except superseding.SupersedesItself as refusal:
                self.add_error("new", str(refusal))
        return values


class SupersedeForm(ActingForm):
    """What takes the part's place, and how."""

    new = forms.CharField(label=_("New part"), max_length=60, help_text=_("Its part number."))
    way = forms.ChoiceField(
        label=_("How"),
        choices=[*SupersessionMode.choices, (VariantKind.ALTERNATE, VariantKind.ALTERNATE.label)],
        initial=SupersessionMode.USE_UP,
    )
    ratio = forms.DecimalField(
        label=_("Pieces per old part"), min_value=Decimal("0.001"), max_digits=14, decimal_places=3, initial=1,
        help_text=_("Name several new parts one after another to make a kit."),
    )  # fmt: skip
    valid_from = forms.DateField(
        label=_("Valid from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty: at once."),
    )  # fmt: skip

    def clean_new(self) -> Part:
        """The part itself."""
        return part_named(self.cleaned_data["new"])


def part_named(number: str) -> Part:
    """The part of that number. Raises ValidationError naming it."""
    found: Part | None = Part.objects.filter(number=clean_number(number)).first()
    if found is None:
        raise forms.ValidationError(_("“%(number)s” is not in the catalog."), params={"number": number[:60]})
    return found


class PartFileForm(ActingForm):
    """A picture or a drawing of a part."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("photo", _("Photo")), ("drawing", _("Drawing"))])
    file = forms.FileField(
        label=pgettext_lazy("upload", "File"),
        max_length=300,
        help_text=_("JPEG, PNG, WebP, HEIC or PDF of at most 15 MB."),
    )

"""What is typed about places: a new bin, a name, goods moved from bin to bin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Location, LocationKind, Part
from portal.core.pages import ActingForm
from stations.models import Region


class BinForm(ActingForm):
    """A new bin."""

    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._/-]*$",
        label=_("Bin code"),
        max_length=40,
        help_text=_("As it is printed on the label: letters, digits and - . / _; unique in the network."),
    )
    name = forms.CharField(label=pgettext_lazy("place", "Name"), max_length=120, required=False)
    pick_order = forms.IntegerField(
        label=_("Walking order"), min_value=0, max_value=1_000_000, initial=0,
        help_text=_("Bins are walked from small to large."),
    )  # fmt: skip


class PlaceForm(ActingForm):
    """Name and turn of a place."""

    name = forms.CharField(label=pgettext_lazy("place", "Name"), max_length=120)
    pick_order = forms.IntegerField(label=_("Walking order"), min_value=0, max_value=1_000_000)
    region = forms.ModelChoiceField(
        Region.objects.all(), label=_("Serves the region"), required=False, empty_label=_("none"),
        help_text=_("Stations of this region are served from here first, then from the central warehouse."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject.kind != LocationKind.REGIONAL or self.subject.parent_id:
            del self.fields["region"]


class MoveForm(ActingForm):
    """Part, from, to, how many: scanned one after the other."""

    part = forms.CharField(label=_("Part number"), max_length=60, widget=forms.TextInput(attrs={"autofocus": True}))
    source = forms.CharField(label=_("From bin"), max_length=40)
    target = forms.CharField(label=_("To bin"), max_length=40)
    qty = forms.DecimalField(label=_("Quantity"), min_value=0, max_digits=11, decimal_places=3)
    batch = forms.CharField(label=_("Batch"), max_length=40, required=False)
    named = forms.CharField(
        label=_("Serial numbers of the pieces"), max_length=4_000, required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono"}), help_text=_("Only for parts with serial numbers; one a line."),
    )  # fmt: skip

    def _bin(self, name: str) -> Location | None:
        code = self.cleaned_data[name].strip()
        found = Location.objects.within(self.subject.pk).filter(code__iexact=code).select_related("parent").first()
        if found is None:
            text = _("“%(code)s” is no bin of %(place)s.")
            self.add_error(name, text % {"code": code, "place": self.subject.name})
        return found

    def clean_source(self) -> Location | None:
        """A bin of the place, or its floor."""
        return self._bin("source")

    def clean_target(self) -> Location | None:
        """A bin of the place, or its floor."""
        return self._bin("target")

    def clean_part(self) -> Part | None:
        """A part of the catalog."""
        number = self.cleaned_data["part"].strip()
        found = Part.objects.filter(number__iexact=number).first()
        if found is None:
            text = _("“%(number)s” is not in the catalog.")
            self.add_error("part", text % {"number": number})
        return found

    def clean_named(self) -> tuple[str, ...]:
        """The numbers."""
        return tuple(str(self.cleaned_data["named"]).split())

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        part = values.get("part")
        if part and part.is_batch_tracked and not values.get("batch", "").strip():
            self.add_error("batch", _("This part is kept by batch: write it down."))
        return values

"""What is typed for a count: its plan, a figure at the shelf, what was found beyond the book, approval."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parts.counts.entry import bins_of
from parts.counts.planning import COUNTED_KINDS
from parts.models import CountReason, Location, Part
from parts.pasting import Page, name_bad_rows, read_pasted
from parts.stock import QuantityNotWhole, plain
from portal.accounts.roles import at_headquarters
from portal.core.pages import ActingForm

ROWS = Page(("bin", "number", "qty", "batch"), optional=("batch",), may_be_zero=True)
PLANNED_BY_HAND = (CountReason.CYCLE, CountReason.BINS, CountReason.WHOLE)


class PlanForm(ActingForm):
    """Which place, and how much of it."""

    location = forms.ModelChoiceField(
        Location.objects.places().filter(kind__in=COUNTED_KINDS, is_active=True), label=_("Warehouse")
    )
    reason = forms.ChoiceField(
        label=_("What is counted"),
        choices=[(value, value.label) for value in PLANNED_BY_HAND],
        initial=CountReason.CYCLE,
        widget=forms.RadioSelect,
    )
    bins = forms.CharField(
        label=_("Bins"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono"}),
        help_text=_(
            "Codes of the bins, one a line; only for chosen bins. The code of the warehouse itself is its floor."
        ),
    )
    most = forms.IntegerField(
        label=_("Parts at most"), initial=50, min_value=1, max_value=500, help_text=_("Only for parts due by class.")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places: Any = self.fields["location"]
        places.queryset = places.queryset.filter(station__isnull=at_headquarters(self.user))
        if not at_headquarters(self.user):
            places.initial = places.queryset.first()

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        codes = list(dict.fromkeys(values.get("bins", "").split()))
        place = values.get("location")
        values["bins"] = []
        if values.get("reason") != CountReason.BINS or place is None:
            return values
        known = {row.code: row for row in Location.objects.within(place.pk).filter(code__in=codes)}
        for code in codes:
            if code not in known:
                text = _("“%(code)s” is no bin of %(place)s.")
                self.add_error("bins", text % {"code": code[:40], "place": place.name})
        if not codes:
            self.add_error("bins", _("Name at least one bin."))
        values["bins"] = [known[code] for code in codes if code in known]
        return values


class QtyField(forms.DecimalField):
    """Pieces found, from 0."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal(0),
            max_digits=11,
            decimal_places=3,
            widget=forms.NumberInput(attrs={"inputmode": "decimal", "class": "huge", "autofocus": True}),
            **kwargs,
        )


class EnterForm(ActingForm):
    """The pieces in front of the counter."""

    line = forms.IntegerField(widget=forms.HiddenInput)
    qty = QtyField(label=_("Pieces counted"))


class FoundForm(ActingForm):
    """Goods in a bin where the list does not expect them."""

    location = forms.CharField(label=_("Bin"), max_length=40)
    part = forms.CharField(label=_("Part number"), max_length=60)
    batch = forms.CharField(label=_("Batch"), max_length=40, required=False)
    qty = QtyField(label=_("Pieces counted"))

    def clean_location(self) -> Location | None:
        """A bin where this count looks."""
        code = self.cleaned_data["location"].strip()
        found = bins_of(self.subject).filter(code__iexact=code).first()
        if found is None:
            text = _("“%(code)s” is no bin of this count.")
            self.add_error("location", text % {"code": code})
        return found

    def clean_part(self) -> Part | None:
        """A part of the catalog."""
        number = self.cleaned_data["part"].strip()
        found = Part.objects.filter(number__iexact=number).first()
        if found is None:
            text = _("“%(number)s” is not in the catalog.")
            self.add_error("part", text % {"number": number})
        return found


class ListForm(ActingForm):
    """Rows pasted from a counting sheet."""

    rows = forms.CharField(
        label=_("Counted rows"),
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 12, "class": "mono"}),
        help_text=_(
            "One row a line: bin, part number, quantity, batch if there is one; rows from Excel can be pasted."
        ),
    )

    def clean_rows(self) -> list[tuple[Location, Part, str, Decimal]]:
        """Bins of this count, parts, batches and pieces; every bad line is named."""
        rows = read_pasted(self.cleaned_data["rows"], ROWS)
        if len(rows) > 5_000:
            raise forms.ValidationError(_("Got %(got)s rows, expected at most 5000."), params={"got": len(rows)})
        rows = name_bad_rows(self, "rows", rows)
        bins = {row.code.lower(): row for row in bins_of(self.subject)}
        numbers = {row.text("number") for row in rows}
        parts = {part.number.lower(): part for part in Part.objects.filter(number__in=numbers)}
        found = []
        for row in rows:
            code, number, batch = row.text("bin"), row.text("number"), row.text("batch")
            place, part = bins.get(code.lower()), parts.get(number.lower())
            if place is None:
                text = _("Line %(line)s: “%(code)s” is no bin of this count.")
                self.add_error("rows", text % {"line": row.position, "code": code[:40]})
            elif part is None:
                text = _("Line %(line)s: %(number)s is not in the catalog.")
                self.add_error("rows", text % {"line": row.position, "number": number[:60]})
            elif part.is_fraction(qty := row.amount("qty") or Decimal(0)):
                text = _("Line %(line)s: %(problem)s")
                problem = QuantityNotWhole(part=part.number, got=plain(qty), unit=part.local_unit)
                self.add_error("rows", text % {"line": row.position, "problem": problem})
            else:
                found.append((place, part, batch[:40], qty))
        return found


class ApproveForm(ActingForm):
    """A word of the approver, and which pieces are gone."""

    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    missing_serials = forms.CharField(
        label=_("Serial numbers of the pieces that are gone"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono"}),
        help_text=_("Only for parts with serial numbers; one a line."),
    )

    def clean_missing_serials(self) -> list[str]:
        """The numbers."""
        return str(self.cleaned_data["missing_serials"]).split()


class ReasonForm(ActingForm):
    """Why it ends."""

    reason = forms.CharField(label=_("Reason"), min_length=4, max_length=200)

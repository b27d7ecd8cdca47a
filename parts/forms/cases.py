"""What is typed about differences: the station's report, its pictures, the decisions of headquarters."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts import stock
from parts.cases.deciding import CHOICES, Ruling
from parts.cases.opening import MOST_PHOTOS, Found, missing_photos
from parts.models import CaseLine, DamagedGoods, Decision, Difference, Part, ShipmentLine
from parts.pasting import Page, name_bad_rows, read_pasted
from portal.core import clock
from portal.core.pages import ActingForm
from stations.forms.applications import ManyFilesField, ManyFilesInput

ROWS = Page(("number", "qty"), optional=("qty",))
ZERO = Decimal(0)


def photos_field(label: Any, *, required: bool = False) -> forms.Field:
    """Pictures from the phone's camera or album."""
    return ManyFilesField(
        label=label,
        required=required,
        max_length=300,
        widget=ManyFilesInput(attrs={"accept": "image/*", "class": "form-control"}),
    )


def quantity(label: Any) -> forms.DecimalField:
    """Pieces; nothing typed is none."""
    return forms.DecimalField(label=label, min_value=0, max_digits=8, decimal_places=3, required=False)


class OtherPartsForm(ActingForm):
    """Parts that came and are not in the shipment."""

    wrong = forms.CharField(
        label=_("Not in this shipment"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono", "spellcheck": "false"}),
        help_text=_("Another part came: one part a line, part number and quantity. Scans of other parts land here."),
    )
    wrong_photos = photos_field(_("Pictures of the other parts"))

    def clean_wrong(self) -> list[tuple[Part, Decimal]]:
        """Parts and pieces; every bad line is named."""
        rows = name_bad_rows(self, "wrong", read_pasted(self.cleaned_data["wrong"], ROWS))
        catalog = {part.number: part for part in Part.objects.filter(number__in=[row.text("number") for row in rows])}
        found: dict[Part, Decimal] = {}
        for row in rows:
            part, qty = catalog.get(row.text("number")), row.amount("qty") or Decimal(1)
            if part is None or qty > 99_999:
                text = _("Line %(line)s: got “%(got)s”, expected a part number of the catalog and a quantity above 0.")
                self.add_error("wrong", text % {"line": row.position, "got": row.typed[:60]})
                continue
            found[part] = found.get(part, ZERO) + qty
        return list(found.items())

    def extras(self) -> list[Found]:
        """The other parts as differences."""
        photos = self.cleaned_data.get("wrong_photos") or []
        return [Found(Difference.WRONG, qty, part=part, photos=photos) for part, qty in self.cleaned_data["wrong"]]


class ReportForm(OtherPartsForm):
    """What a station found after it had received a shipment, line by line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(self.subject.lines.select_related("part").order_by("pk"))
        for line in self.lines:
            for name, field in self.fields_of().items():
                self.fields[f"{name}_{line.pk}"] = field

    def fields_of(self) -> dict[str, forms.Field]:
        """The fields of a line, by name."""
        return {
            "short": quantity(_("Missing")),
            "damaged": quantity(_("Damaged")),
            "over": quantity(_("More than shipped")),
            "note": forms.CharField(label=_("Note"), max_length=200, required=False),
            "photos": photos_field(_("Pictures")),
        }

    def rows(self) -> list[tuple[ShipmentLine, list[Any]]]:
        """Each line with its bound fields, for the template."""
        return [(line, [self[f"{name}_{line.pk}"] for name in self.fields_of()]) for line in self.lines]

    def own_fields(self) -> list[Any]:
        """The fields that belong to no line."""
        return [self["wrong"], self["wrong_photos"]]

    def found(self) -> list[Found]:
        """What differs."""
        return [*self._of_lines(), *self.extras()]

    def _of_lines(self) -> Iterator[Found]:
        for line in self.lines:
            typed = {name: self.cleaned_data.get(f"{name}_{line.pk}") for name in self.fields_of()}
            for kind in (Difference.SHORT, Difference.DAMAGED, Difference.OVER):
                if qty := typed[kind]:
                    photos = typed["photos"] or [] if kind != Difference.SHORT else []
                    yield Found(kind, qty, line, note=typed["note"] or "", photos=photos)


class CasePhotosForm(ActingForm):
    """Pictures of the lines that are damaged or another part."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owed = {line.pk for line in missing_photos(self.subject)}
        self.lines = [line for line in self.subject.lines.select_related("part") if line.wants_photo]
        for line in self.lines:
            text = f"{line.part.number} {line.part.local_name} · {line.get_kind_display()} {stock.plain(line.qty)}"
            field = photos_field(text)
            field.help_text = (
                _("At least one picture is needed.")
                if line.pk in owed
                else _("Up to %(most)s pictures.") % {"most": MOST_PHOTOS}
            )
            self.fields[f"photos_{line.pk}"] = field

    def photos(self) -> dict[int, list[Any]]:
        """Uploads by key of the line."""
        return {line.pk: self.cleaned_data.get(f"photos_{line.pk}") or [] for line in self.lines}


class DecideForm(ActingForm):
    """A decision with its reason for every line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(self.subject.lines.select_related("part", "shipment_line").order_by("position"))
        for line in self.lines:
            for name, field in self.fields_of(line).items():
                self.fields[f"{name}_{line.pk}"] = field

    def fields_of(self, line: CaseLine) -> dict[str, forms.Field]:
        """The fields of a line, by name."""
        offered = [(value, label) for value, label in Decision.choices if value in CHOICES[line.kind]]
        fields: dict[str, forms.Field] = {
            "decision": forms.ChoiceField(
                label=pgettext_lazy("receiving case", "Decision"),
                choices=[("", "–"), *offered],
                initial=line.decision,
            )
        }
        if line.kind == Difference.DAMAGED:
            fields["goods"] = forms.ChoiceField(
                label=_("Damaged goods, if credited or replaced"),
                choices=[("", "–"), *DamagedGoods.choices],
                required=False,
                initial=line.goods,
            )
            fields["reduction"] = forms.DecimalField(
                label=_("Agreed reduction, if kept (CNY)"), min_value=0, max_digits=14, decimal_places=2, required=False
            )
        fields["reason"] = forms.CharField(label=_("Reason"), max_length=300, initial=line.reason)
        return fields

    def rows(self) -> list[tuple[CaseLine, list[Any]]]:
        """Each line with its bound fields, for the template."""
        return [(line, [self[f"{name}_{line.pk}"] for name in self.fields_of(line)]) for line in self.lines]

    def rulings(self) -> dict[int, Ruling]:
        """By key of the line."""
        return {
            line.pk: Ruling(
                self.cleaned_data.get(f"decision_{line.pk}") or "",
                self.cleaned_data.get(f"reason_{line.pk}") or "",
                self.cleaned_data.get(f"goods_{line.pk}") or "",
                self.cleaned_data.get(f"reduction_{line.pk}") or ZERO,
            )
            for line in self.lines
        }


class SendBackForm(ActingForm):
    """Who carries the goods, and since when."""

    carrier = forms.CharField(label=_("Carrier"), max_length=60)
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=60, required=False)
    sent_on = forms.DateField(
        label=pgettext_lazy("goods", "Sent on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sent_on"].initial = clock.today()


class ArrivedRow(ActingForm):
    """So many pieces of a line came back."""

    line = forms.IntegerField(widget=forms.HiddenInput)
    received = forms.DecimalField(label=_("Arrived"), min_value=0, max_digits=12, decimal_places=3)


class ArrivedRowsBase(forms.BaseFormSet):  # type: ignore[type-arg]
    """One row per line that comes back."""

    def __init__(self, *args: Any, lines: list[CaseLine] | None = None, **kwargs: Any) -> None:
        self.lines = lines or []
        super().__init__(*args, **kwargs)
        for form, line in zip(self.forms, self.lines, strict=False):
            form.case_line = line


ArrivedRows = forms.formset_factory(ArrivedRow, formset=ArrivedRowsBase, extra=0, max_num=1_000, validate_max=True)

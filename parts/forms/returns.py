"""What is typed about returns of unused parts."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts import stock
from parts.forms.cases import photos_field, quantity
from parts.models import PartsReturnLine, ReturnCause, ShipmentLine
from parts.returns.asking import Unused
from parts.returns.moving import Verdict
from portal.core.pages import ActingForm


class RowsForm(ActingForm):
    """A form with its own fields for every row of what it is about."""

    lines: list[Any]

    def add_rows(self, lines: list[Any]) -> None:
        """The fields of every row, by name and key."""
        self.lines = lines
        self.names = {line.pk: list(self.fields_of(line)) for line in lines}
        for line in lines:
            for name, field in self.fields_of(line).items():
                self.fields[f"{name}_{line.pk}"] = field

    def fields_of(self, line: Any) -> dict[str, forms.Field]:
        """The fields of a row, by name."""
        raise NotImplementedError

    def rows(self) -> list[tuple[Any, list[Any]]]:
        """Each row with its bound fields, for the template."""
        return [(line, [self[f"{name}_{line.pk}"] for name in self.names[line.pk]]) for line in self.lines]

    def own_fields(self) -> list[Any]:
        """The fields that belong to no row."""
        of_rows = {f"{name}_{pk}" for pk, names in self.names.items() for name in names}
        return [self[name] for name in self.fields if name not in of_rows]

    def value(self, name: str, line: Any) -> Any:
        """What was entered for the row."""
        return self.cleaned_data.get(f"{name}_{line.pk}")


class RequestForm(RowsForm):
    """What a station sends back of a shipment."""

    cause = forms.ChoiceField(label=_("Whose error"), choices=ReturnCause, initial=ReturnCause.STATION)
    reason = forms.CharField(label=_("Reason"), max_length=300)
    closed_pack = forms.BooleanField(label=_("All packs are closed and unused"))
    photos = photos_field(_("Pictures of the closed packs"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.subject.lines.select_related("part").order_by("pk")
        self.add_rows([row for row in rows if row.sound_qty > 0])

    def clean_photos(self) -> list[Any]:
        """At least one picture."""
        photos: list[Any] = self.cleaned_data.get("photos") or []
        if not photos:
            raise forms.ValidationError(_("At least one picture is needed."))
        return photos

    def fields_of(self, line: ShipmentLine) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {"qty": quantity(_("Send back"))}
        text = _("At most %(most)s, in packs of %(pack)s.") if line.part.pack_qty != 1 else _("At most %(most)s.")
        fields["qty"].help_text = text % {
            "most": stock.plain(line.sound_qty),
            "pack": stock.plain(line.part.pack_qty),
        }
        if line.part.is_serialised:
            fields["serials"] = forms.CharField(
                label=_("Serial numbers, one a line"),
                max_length=20_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "class": "mono"}),
            )
        return fields

    def unused(self) -> dict[int, Unused]:
        """By key of the shipment line."""
        return {
            line.pk: Unused(qty, tuple((self.value("serials", line) or "").split()))
            for line in self.lines
            if (qty := self.value("qty", line))
        }


class ApproveForm(ActingForm):
    """Whose error it was, as headquarters sees it."""

    cause = forms.ChoiceField(label=_("Whose error"), choices=ReturnCause)
    answer = forms.CharField(label=_("Answer"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].initial = self.subject.cause


class RefuseForm(ActingForm):
    """Why not."""

    answer = forms.CharField(label=_("Answer"), max_length=300)


class SendForm(ActingForm):
    """Who carries it."""

    carrier = forms.CharField(label=_("Carrier"), max_length=60)
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=60, required=False)


class InspectForm(RowsForm):
    """What the inspection found, row by row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_rows(list(self.subject.lines.select_related("part").order_by("pk")))

    def fields_of(self, line: PartsReturnLine) -> dict[str, forms.Field]:
        accepted = quantity(pgettext_lazy("return of parts", "Accepted"))
        accepted.initial = stock.plain(line.qty)
        return {
            "accepted": accepted,
            "back": forms.BooleanField(label=_("The rest goes back to the station"), required=False),
            "note": forms.CharField(label=_("Why not accepted"), max_length=200, required=False),
        }

    def verdicts(self) -> dict[int, Verdict]:
        """By key of the line."""
        return {
            line.pk: Verdict(
                self.value("accepted", line) or Decimal(0),
                bool(self.value("back", line)),
                self.value("note", line) or "",
            )
            for line in self.lines
        }

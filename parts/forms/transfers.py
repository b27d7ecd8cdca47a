"""What stations type about transfers."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.forms.cases import quantity
from parts.forms.returns import RowsForm
from parts.models import StockTransferLine
from parts.ordering import Wanted
from parts.pasting import Page, name_bad_rows, read_pasted
from portal.core.pages import ActingForm
from stations.models import Station

ROWS = Page(("number", "qty"))


class TransferForm(ActingForm):
    """Who asks whom for which parts."""

    station = forms.ModelChoiceField(Station.objects.all(), label=_("Taking station"))
    giver = forms.CharField(label=_("Code of the giving station"), max_length=40)
    rows = forms.CharField(
        label=_("Parts"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono", "spellcheck": "false"}),
        help_text=_("One part a line: part number, then quantity."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stations = list(self.fields["station"].queryset[:2])  # type: ignore[attr-defined]
        if len(stations) == 1:
            self.fields["station"].widget = forms.HiddenInput()
            self.initial.setdefault("station", stations[0].pk)

    def clean_rows(self) -> list[Wanted]:
        """Parts and pieces; every bad line is named."""
        rows = name_bad_rows(self, "rows", read_pasted(self.cleaned_data["rows"], ROWS))
        return [Wanted(row.text("number")[:60], row.amount("qty") or Decimal(0)) for row in rows]


class TransferReceiveForm(RowsForm):
    """What came of every line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_rows(list(self.subject.lines.select_related("part").order_by("pk")))

    def fields_of(self, line: StockTransferLine) -> dict[str, forms.Field]:
        received = quantity(_("Received"))
        received.initial, received.required = stock.plain(line.qty), True
        return {"received": received}

    def counts(self) -> dict[int, Decimal]:
        """By key of the line."""
        return {line.pk: self.value("received", line) or Decimal(0) for line in self.lines}

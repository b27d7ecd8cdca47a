"""What stations type about transfers."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parts import stock
from parts.forms.cases import CELLS, quantity
from parts.forms.returns import RowsForm
from parts.models import StockTransferLine
from parts.ordering import Wanted
from portal.core.pages import ActingForm
from stations.models import Station


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
        found = []
        for position, line in enumerate(self.cleaned_data["rows"].splitlines(), start=1):
            cells = [cell for cell in CELLS.split(line.strip()) if cell]
            if not cells:
                continue
            try:
                found.append(Wanted(cells[0][:60], stock.positive(Decimal(cells[1]))))
            except (IndexError, InvalidOperation, stock.QuantityNotPositive):
                text = _("Line %(line)s: got “%(got)s”, expected a part number of the catalog and a quantity above 0.")
                self.add_error("rows", text % {"line": position, "got": " ".join(cells)[:60]})
        return found


class TransferReceiveForm(RowsForm):
    """What came of every line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_rows(list(self.subject.lines.select_related("part").order_by("pk")))

    def fields_of(self, line: StockTransferLine) -> dict[str, forms.Field]:
        received = quantity(_("Received"))
        received.initial, received.required = line.qty.normalize(), True
        return {"received": received}

    def counts(self) -> dict[int, Decimal]:
        """By key of the line."""
        return {line.pk: self.value("received", line) or Decimal(0) for line in self.lines}

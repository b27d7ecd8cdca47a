"""What is typed about templates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.basket import read_rows, whole_rows
from parts.models.order_aids import MAX_ROWS_LENGTH
from parts.ordering import MAX_LINES
from portal.core.pages import ActingForm
from stations.models import Station


class TemplateForm(ActingForm):
    """A named list of parts of a station."""

    station = forms.ModelChoiceField(Station.objects.all(), label=_("Station"))
    name = forms.CharField(label=pgettext_lazy("template", "Name"), max_length=60)
    rows = forms.CharField(
        label=_("Parts"),
        max_length=MAX_ROWS_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "mono", "spellcheck": "false"}),
        help_text=_("One part a line: part number, then quantity. Rows copied from Excel can be pasted as they are."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stations = list(self.fields["station"].queryset[:2])  # type: ignore[attr-defined]
        if len(stations) == 1:
            self.fields["station"].widget = forms.HiddenInput()
            self.initial.setdefault("station", stations[0].pk)

    def clean_rows(self) -> str:
        """Rows that can be read; whether they can be ordered is asked when they are."""
        text: str = self.cleaned_data["rows"]
        rows = read_rows(text)
        if not rows:
            raise forms.ValidationError(_("Enter at least one part."))
        if len(rows) > MAX_LINES:
            raise forms.ValidationError(_("An order takes at most %(most)s lines."), params={"most": MAX_LINES})
        said = _("Line %(line)s, %(number)s: %(problem)s")
        for row in whole_rows(rows):
            if row.problem:
                self.add_error("rows", said % {"line": row.position, "number": row.number, "problem": row.problem})
        return text

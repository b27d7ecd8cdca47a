"""Whose file calls its columns otherwise says once what is what; their next file of the kind is read the same way."""

from itertools import islice
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.models import ImportBatch
from portal.core.pages import ActingForm
from portal.core.pieces import Text
from portal.core.transfer.kinds import fold
from portal.core.transfer.reading import Sheet, assigned
from portal.core.transfer.remembering import remember, remembered
from portal.core.transfer.staging import sheet_of
from portal.web.views.imports import BatchStep, check, named_kind, title_of

SAMPLES = 3


class ColumnsForm(ActingForm):
    """One choice a column of the kind: which column of the file fills it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        batch: ImportBatch = self.subject
        kind, sheet = named_kind(batch.kind), sheet_of(batch)
        choices = [("", _("– not in this file –")), *_choices(sheet)]
        found = assigned(kind, sheet.header, remembered(batch.uploaded_by, kind))
        for column in kind.columns:
            self.fields[column.name] = forms.ChoiceField(
                label=str(column.label), choices=choices, required=bool(column.required or column.key),
                initial=str(found.get(column.name, "")), help_text=column.content,
            )  # fmt: skip
        self.header = sheet.header

    def clean(self) -> dict[str, Any]:
        """A column of the file fills one column at most."""
        values: dict[str, Any] = super().clean() or {}
        taken: dict[str, str] = {}
        for name, position in list(values.items()):
            if position and position in taken:
                self.add_error(
                    name, _("This column of the file already fills “%s”.") % self.fields[taken[position]].label
                )
            taken.setdefault(position, name)
        return values

    def headings(self) -> dict[str, str]:
        """Column by heading, as chosen."""
        chosen = {name: int(position) for name, position in self.cleaned_data.items() if position}
        return {fold(self.header[position]): name for name, position in chosen.items()}


def _choices(sheet: Sheet) -> list[tuple[str, str]]:
    """Every named column of the file, with its first values."""
    first = [cells for _line, cells in islice(sheet.rows, SAMPLES)]
    found = []
    for position, heading in enumerate(sheet.header):
        if heading.strip():
            samples = show.listed(
                cells[position][:20] for cells in first if len(cells) > position and cells[position].strip()
            )
            found.append(
                (
                    str(position),
                    gettext("%(heading)s (%(samples)s)") % {"heading": heading[:40], "samples": samples}
                    if samples
                    else heading[:40],
                )
            )
    return found


class ImportColumns(BatchStep):
    """Headings that the system does not know are assigned by hand, and remembered."""

    title = _("Assign the columns")
    intro = _(
        "Say which column of your file is meant. Your next file of this kind with the same headings is read the same way."
    )
    submit_label = _("Check the file")
    form_class = ColumnsForm

    def get_subtitle(self) -> Text:
        return f"{title_of(self.object)} · {self.object.name}"

    def operate(self, form: ColumnsForm) -> str:
        batch: ImportBatch = self.object
        remember(batch.uploaded_by or self.request.user, named_kind(batch.kind), form.headings())
        return check(batch, self.request.user)

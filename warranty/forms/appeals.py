"""What is typed about an appeal: the station's grounds and amounts with its evidence, headquarters' answer line by line."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.pages import ActingForm
from stations.forms.applications import ManyFilesField, ManyFilesInput
from warranty.appeals import AppealedLine, Ruling, appealable_lines
from warranty.forms.claims import ReasonChoice
from warranty.models import AppealLine, ClaimLine, ReasonUse


def amount_field(label: Any, initial: Decimal, *, required: bool) -> forms.DecimalField:
    """CNY without tax."""
    return forms.DecimalField(
        label=label, min_value=0, max_digits=12, decimal_places=2, required=required, initial=f"{initial:.2f}"
    )


class FileAppealForm(ActingForm):
    """Each cut line with the amount asked for, the grounds, and the evidence."""

    grounds = forms.CharField(
        label=pgettext_lazy("appeal", "Why the decision is wrong"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    files = ManyFilesField(  # type: ignore[assignment]  # the form class takes it into its fields
        label=_("New evidence"),
        max_length=300,
        widget=ManyFilesInput(attrs={"accept": "image/*,application/pdf"}),
        help_text=_("At least one picture or PDF that was not part of the claim; at most 12."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines: list[ClaimLine] = appealable_lines(self.subject)
        for line in self.lines:
            label = pgettext_lazy("appeal", "Ask for (CNY)")
            self.fields[f"amount_{line.pk}"] = amount_field(label, line.cut, required=False)

    def rows(self) -> Iterator[tuple[ClaimLine, Any]]:
        """Each line with its bound field."""
        return ((line, self[f"amount_{line.pk}"]) for line in self.lines)

    def own_fields(self) -> list[Any]:
        """The fields that belong to no line."""
        return [self["grounds"], self["files"]]

    def appealed(self) -> list[AppealedLine]:
        """The lines for which something is asked."""
        typed = {line.pk: self.cleaned_data.get(f"amount_{line.pk}") for line in self.lines}
        return [AppealedLine(key, amount) for key, amount in typed.items() if amount]


class DecideAppealForm(ActingForm):
    """What each appealed line gets after all, and why; a remark on the whole."""

    remark = forms.CharField(
        label=_("Remark to the station"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.subject.lines.select_related("line__part", "line__operation", "line__reason_code")
        self.lines: list[AppealLine] = list(rows.order_by("line__position"))
        for row in self.lines:
            granted = pgettext_lazy("appeal", "Grant (CNY)")
            first = (self.subject.first_rulings or {}).get(str(row.pk), {})
            amount = Decimal(first["amount"]) if first else row.asked_amount
            self.fields[f"amount_{row.pk}"] = amount_field(granted, amount, required=True)
            self.fields[f"reason_code_{row.pk}"] = ReasonChoice(
                ReasonUse.APPEAL, label=_("Reason"), initial=first.get("reason_code")
            )
            self.fields[f"reason_{row.pk}"] = forms.CharField(
                label=_("Explanation"),
                max_length=500,
                initial=first.get("reason", ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def rows(self) -> Iterator[tuple[AppealLine, list[Any]]]:
        """Each line with its bound fields."""
        names = ("amount", "reason_code", "reason")
        return ((row, [self[f"{name}_{row.pk}"] for name in names]) for row in self.lines)

    def own_fields(self) -> list[Any]:
        """The fields that belong to no line."""
        return [self["remark"]]

    def rulings(self) -> dict[int, Ruling]:
        """By key of the appealed line."""
        typed = self.cleaned_data
        return {
            row.pk: Ruling(typed[f"amount_{row.pk}"], typed[f"reason_{row.pk}"], typed[f"reason_code_{row.pk}"].code)
            for row in self.lines
        }

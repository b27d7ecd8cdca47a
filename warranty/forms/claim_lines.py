"""One more line of a draft, typed by hand: the fields of its kind and no others."""

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Part
from portal.core.pages import ActingForm
from service.models import LaborOperation
from warranty.models import LineKind, Remedy
from warranty.part_choice import part_choices

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    LineKind.PART: ("part", "qty", "remedy", "removed_serial", "fitted_serial"),
    LineKind.LABOR: ("operation", "qty", "hours"),
    LineKind.TRAVEL: ("km",),
    LineKind.DIAGNOSIS: ("description", "hours"),
    LineKind.OUTSIDE: ("description", "claimed_amount", "invoice_number", "file"),
    LineKind.FREIGHT: ("description", "claimed_amount", "invoice_number", "file"),
    LineKind.OTHER: ("description", "claimed_amount"),
}
OPTIONAL: Final = {
    (LineKind.LABOR, "hours"), (LineKind.DIAGNOSIS, "description"), (LineKind.FREIGHT, "invoice_number"),
    (LineKind.FREIGHT, "file"),
}  # fmt: skip
SERIALS: Final = ("removed_serial", "fitted_serial")


def operations_for(model: Any | None) -> QuerySet[LaborOperation]:
    """Operations in use of the unit's family and those of none; all while the model is unknown."""
    rows = LaborOperation.objects.filter(is_active=True)
    return rows if model is None else rows.filter(Q(family=model.family_id) | Q(family=None))


class AddLineForm(ActingForm):
    """kind decides which fields there are; a field that it has is needed, but for those named optional."""

    kind = forms.ChoiceField(choices=LineKind, widget=forms.HiddenInput)
    part = forms.CharField(label=pgettext_lazy("claim line", "Part"), max_length=80)
    operation = forms.ModelChoiceField(label=_("Operation"), queryset=LaborOperation.objects.filter(is_active=True))
    remedy = forms.ChoiceField(label=_("Remedy"), choices=Remedy)
    qty = forms.DecimalField(
        label=_("Quantity"), max_digits=10, decimal_places=3, min_value=Decimal("0.001"), initial=1
    )
    hours = forms.DecimalField(label=_("Hours"), max_digits=7, decimal_places=3, min_value=0, max_value=1000)
    km = forms.DecimalField(
        label=_("Kilometers, there and back"),
        max_digits=8,
        decimal_places=3,
        min_value=Decimal("0.001"),
        max_value=10000,
    )
    description = forms.CharField(label=_("Description"), max_length=200)
    claimed_amount = forms.DecimalField(label=_("Amount"), max_digits=10, decimal_places=2, min_value=Decimal("0.01"))
    invoice_number = forms.CharField(label=_("Invoice number"), max_length=60)
    removed_serial = forms.CharField(label=_("Removed serial number"), max_length=60, required=False)
    fitted_serial = forms.CharField(label=_("Fitted serial number"), max_length=60, required=False)
    file = forms.FileField(
        label=_("The invoice, as a picture or PDF"),
        max_length=300,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )

    def __init__(self, *args: Any, chosen: str = LineKind.PART, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.get("kind", "") if self.is_bound else chosen
        self.chosen: str = given if given in FIELDS else LineKind.PART
        self.fields["kind"].initial = self.chosen
        for name in list(self.fields):
            if name != "kind" and name not in FIELDS[self.chosen]:
                del self.fields[name]
            elif (self.chosen, name) in OPTIONAL:
                self.fields[name].required = False
        if self.chosen == LineKind.LABOR:
            self._for_labor()
        if self.chosen == LineKind.PART:
            self._for_part()

    def _for_part(self) -> None:
        """What is typed is looked for while it is typed."""
        self.fields["part"].widget.attrs |= {
            "type": "search",
            "autocomplete": "off",
            "placeholder": _("Number, name, pinyin initials or model"),
            "hx-get": reverse("claim_part_choices", args=[self.subject.pk]),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#part-choices",
            "hx-params": "part",
        }

    def _for_labor(self) -> None:
        """Operations of the unit's family and those of none; hours left empty are the flat hours."""
        self.fields["operation"].queryset = operations_for(self.subject.product_model)  # type: ignore[attr-defined]
        self.fields["qty"].label = _("Times done")
        self.fields["hours"].help_text = _("Left empty, the flat hours of the operation are filled in.")

    def clean_part(self) -> Part:
        """A part of the catalog, whatever the case its number is typed in; a name will do where only one part has it."""
        typed = self.cleaned_data["part"]
        found = Part.objects.visible_to(self.user).filter(number__iexact=typed).first()
        if found is not None:
            return found
        choices = part_choices(self.subject, typed, self.user)
        if len(choices) == 1:
            return choices[0].part
        text = (
            _("Several parts match “%(got)s”: choose one of those below.")
            if choices
            else _("“%(got)s” is no part of the catalog: search by its number, name or pinyin initials.")
        )
        raise forms.ValidationError(text, params={"got": typed})

    def values(self) -> dict[str, Any]:
        """What the operation is to write; the paper apart."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in {"file", "kind"}}
        return {name: value for name, value in typed.items() if value not in (None, "")}

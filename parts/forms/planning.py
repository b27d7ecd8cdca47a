"""What the parts clerk types about suggestions and levels."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parts.models import Location, LocationKind, Part, Supplier
from parts.models.planning import CLASSES
from parts.purchasing.orders import ReasonTooShort
from portal.core.pages import ActingForm


class AcceptForm(ActingForm):
    """Accept as it is, or in another quantity or from another supplier with a reason."""

    qty = forms.DecimalField(label=_("Quantity"), min_value=0, max_digits=14, decimal_places=3)
    supplier = forms.ModelChoiceField(Supplier.objects.filter(is_active=True), label=_("Supplier"), required=False)
    reason = forms.CharField(
        label=_("Reason of the change"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["supplier"]
        choice.queryset = choice.queryset.filter(parts__part=self.subject.part).distinct()
        self.initial.setdefault("qty", self.subject.decided_qty or self.subject.suggested_qty)
        self.initial.setdefault("supplier", self.subject.supplier_id)
        self.fields["reason"].demanded = _("required with a change")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The reason is missed together with whatever else is wrong, not after it."""
        values: dict[str, Any] = super().clean() or {}
        changed = {"qty", "supplier"} & (set(self.errors) | set(self.changed_data))
        if changed and len((values.get("reason") or "").strip()) < 4:
            self.add_error("reason", str(ReasonTooShort()))
        return values


class AcceptManyForm(ActingForm):
    """Which open suggestions are accepted as they are."""

    abc = forms.MultipleChoiceField(
        label=_("ABC"), choices=CLASSES, initial=["A", "B"], widget=forms.CheckboxSelectMultiple
    )
    supplier = forms.ModelChoiceField(
        Supplier.objects.filter(is_active=True), label=_("Supplier"), required=False, empty_label=_("All")
    )
    idle_too = forms.BooleanField(label=_("Also slow movers that only a minimum set by hand asks for"), required=False)


class StockLevelForm(ActingForm):
    """A minimum and a target for a part at a place."""

    part = forms.CharField(label=_("Part number"), max_length=60)
    location = forms.ModelChoiceField(
        Location.objects.places().filter(kind__in=[LocationKind.HQ, LocationKind.STATION], is_active=True),
        label=_("Place"),
    )
    minimum = forms.DecimalField(label=_("Minimum"), min_value=0, max_digits=14, decimal_places=3)
    target = forms.DecimalField(
        label=_("Target"), min_value=0, max_digits=14, decimal_places=3, required=False,
        help_text=_("Left empty, the target is computed or equals the minimum."),
    )  # fmt: skip
    is_forced = forms.BooleanField(label=_("Forced: also where planning would keep less"), required=False)
    reason = forms.CharField(label=_("Reason"), min_length=4, max_length=300)

    def clean_part(self) -> Part:
        """The part itself."""
        found: Part | None = Part.objects.filter(number=self.cleaned_data["part"].strip()).first()
        if found is None:
            raise forms.ValidationError(
                _("“%(number)s” is not in the catalog."), params={"number": self.cleaned_data["part"]}
            )
        return found

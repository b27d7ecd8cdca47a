"""Forms of old parts that leave the factory: what goes to one receiver, and who signs for it on both sides."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.pages import ActingForm
from stations.forms.visits import DrawingField
from warranty.failed_parts_custody import named
from warranty.models import FailedPart
from warranty.settlement_words import DISPOSITIONS
from warranty.signatures import with_both_sides


class PieceChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    """Pieces to tick, each with its part and its receiver."""

    def label_from_instance(self, obj: Any) -> str:
        """Tag, part and where it goes."""
        where = obj.station.code if obj.disposition == "to_station" else DISPOSITIONS["to_supplier"]
        return f"{obj.number} · {obj.part.number} {obj.part.local_name} · {where}"


class SendOnForm(ActingForm):
    """Pieces that leave the factory for one receiver; who gives them and the driver who takes them both sign."""

    pieces = PieceChoices(queryset=FailedPart.objects.none(), label=_("Old parts"), widget=forms.CheckboxSelectMultiple)
    carrier = forms.CharField(label=_("Carrier"), max_length=60)
    waybill = forms.CharField(label=_("Waybill number"), max_length=60)
    cost = forms.DecimalField(
        label=_("Freight (CNY, tax excluded)"),
        min_value=0,
        max_value=99_999,
        max_digits=7,
        decimal_places=2,
        initial=Decimal("0.00"),
        help_text=_("A station that gets its pieces back bears it on its statement."),
    )
    handed_by = forms.CharField(label=_("Handed over by"), max_length=60, required=False)
    handed_by_confirmed = forms.BooleanField(label=_("The typed name stands for the signature"), required=False)
    handed_by_drawing = DrawingField()
    driver = forms.CharField(
        label=_("Taken by (name of the driver)"), max_length=60, required=False,
        help_text=_("Stands in the custody log as the carrier's confirmation."),
    )  # fmt: skip
    driver_confirmed = forms.BooleanField(label=_("The typed name stands for the signature"), required=False)
    driver_drawing = DrawingField()

    def pads(self) -> list[tuple[Any, forms.BoundField]]:
        """What is drawn, each with its label."""
        labels = {"handed_by": _("Signature of who hands it over"), "driver": _("Signature of the driver")}
        return [(label, self[f"{side}_drawing"]) for side, label in labels.items()]

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        return with_both_sides(self.cleaned_data)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handed_by"].initial = named(self.user)[:60]
        rows = FailedPart.objects.visible_to(self.user).to_send_on().select_related("part", "station")
        self.fields["pieces"].queryset = rows  # type: ignore[attr-defined]

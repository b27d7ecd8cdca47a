"""Picking on a phone: bin after bin in walking order; what is not there is said at once."""

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts.models import Shipment, ShipmentStatus
from parts.picking import confirm_pick, short_pick
from parts.picklist import PICK_LIST, in_walking_order
from portal.core import show
from portal.core.documents import documents_of
from portal.core.pages import ActingForm, Action, OperationView


class PickForm(ActingForm):
    """How many pieces of each line are not in their bin; empty means all were there."""

    reason = forms.CharField(
        label=_("What you found"), max_length=200, required=False, help_text=_("Only if something is missing.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = self.picked()
        for row in self.lines:
            self.fields[f"missing_{row.pk}"] = forms.DecimalField(
                label=_("Missing"), min_value=0, max_value=row.qty, max_digits=14, decimal_places=3, required=False,
                error_messages={
                    "max_value": _("%(part)s: at most %(most)s can be missing; so many are on the list.")
                    % {"part": row.part.number, "most": show.quantity(row.qty)}
                },
                widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip

    def picked(self) -> list[Any]:
        """The lines to tick off."""
        return in_walking_order(self.subject)

    def rows(self) -> list[tuple[Any, Any]]:
        """Each line with its bound field."""
        return [(row, self[f"missing_{row.pk}"]) for row in self.lines]

    def missing(self) -> dict[int, Decimal]:
        """Pieces by key of the line."""
        return {row.pk: qty for row in self.lines if (qty := self.cleaned_data.get(f"missing_{row.pk}"))}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.missing() and len(values.get("reason", "").strip()) < 4:
            self.add_error("reason", _("Write in a few words what you found: at least 4 characters."))
        return values


class ShipmentPick(OperationView):
    """The pick list of a shipment, ticked off by scanning."""

    model = Shipment
    permission = "parts.short_pick"
    title = _("Pick")
    form_class = PickForm
    template_name = "parts/shipment_pick.html"
    submit_label = _("Picking is done")
    select_related = ("order", "station", "from_location")

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.station}"

    def get_actions(self) -> list[Action]:
        paper = documents_of(self.object, PICK_LIST).first()
        return [Action(_("Pick list (PDF)"), reverse("document", args=[paper.pk]))] if paper else []

    def operate(self, form: Any) -> str:
        missing = form.missing()
        if not missing and self.object.status == ShipmentStatus.PICKING:
            return self._next(confirm_pick(self.object, actor=self.request.user))
        found = short_pick(self.object, missing=missing, reason=form.cleaned_data["reason"], actor=self.request.user)
        if found.status == ShipmentStatus.PICKING:
            found = confirm_pick(found, actor=self.request.user)
        return self._next(found)

    def _next(self, shipment: Shipment) -> str:
        """What was picked is packed next."""
        may = shipment.status == ShipmentStatus.PICKING and self.request.user.has_perm("parts.pack_shipment", shipment)
        return reverse("shipment_pack", args=[shipment.pk]) if may else shipment.get_absolute_url()

"""One unit: what it is, what it is entitled to, what has happened to it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _

from portal.core.listing import refuse_unknown
from portal.core.pages import Action, Column, Fact, ScopedDetailView, ScopedListView
from portal.core.pieces import Text
from service import life
from service.models import InstalledUnit


class UnitList(ScopedListView):
    """All units of the reader's scope."""

    model = InstalledUnit
    permission = "service.view_installedunit"
    export_permission = "service.export_lists"
    title = _("Installed units")
    columns = [
        Column("serial_number", kind="number"),
        Column("product_model"),
        Column(lambda row: row.customer or "", label=_("customer")),
        Column("sold_on", kind="day"),
        Column("status", kind="badge"),
    ]
    search_fields = [
        "serial_number", "customer__name", "product_model__code", "product_model__name", "product_model__name_en",
    ]  # fmt: skip
    filter_fields = ["sold_on"]
    chips = "status"
    ordering = ["serial_number"]
    select_related = ["product_model", "customer"]
    empty_text = _("No units yet. Import them, or take a call: a new serial number is put on file.")


class UnitDetail(ScopedDetailView):
    """The unit card."""

    model = InstalledUnit
    permission = "service.view_installedunit"
    template_name = "service/unit_detail.html"
    select_related = ["product_model__family", "product_model__brand", "customer"]

    def get_title(self) -> Text:
        return str(self.get_object().serial_number)

    def get_subtitle(self) -> Text:
        return str(self.get_object().product_model)

    def facts(self) -> Sequence[Fact]:
        unit = self.get_object()
        return [
            Fact(_("Product family"), unit.product_model.family),
            Fact(_("Brand"), unit.product_model.brand),
            Fact(_("Customer"), unit.customer),
            Fact(_("Phone"), unit.customer.masked_phone if unit.customer else None),
            Fact(_("Address"), unit.address or (unit.customer.address if unit.customer else "")),
            Fact(_("Shipped on"), unit.ship_date),
            Fact(_("Sold on"), unit.sold_on),
            Fact(_("Invoice date"), unit.invoice_on),
        ]

    def get_actions(self) -> Sequence[Action]:
        return life.acts_on(self.get_object(), self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unit = self.get_object()
        refuse_unknown(self.request, {"kind"})
        chosen = self.request.GET.get("kind", "")
        if chosen and chosen not in life.kinds:
            raise BadRequest
        told = life.happenings(unit, self.request.user)
        counts = Counter(each.kind for each in told)
        chips = [("", _("Everything"), len(told)), *((kind, text, counts[kind]) for kind, text in life.kinds.items())]
        return super().get_context_data(**kwargs) | {
            "covers": life.cover_of(unit),
            "told": [each for each in told if chosen in ("", each.kind)],
            "chips": [chip for chip in chips if chip[2] or not chip[0]],
            "chosen": chosen,
        }

"""Templates of a station, and the star on a part."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from parts import order_aids
from parts.forms.order_aids import TemplateForm
from parts.models import OrderTemplate, Part, PartsOrder
from portal.core.pages import Action, Column, OperationView, ScopedListView, visible_or_404


class TemplateList(ScopedListView):
    """The station's named lists; each is one click away from an order."""

    model = OrderTemplate
    permission = "parts.place_order"
    title = _("Order templates")
    columns = (
        Column("name", pgettext_lazy("template", "Name"), kind="number"),
        Column("station", _("Station"), on_phone=False),
        Column("line_count", _("Lines"), kind="qty"),
        Column("updated_at", kind="moment", small="changed_by"),
    )
    search_fields = ("name", "rows")
    filter_fields = ("station",)
    ordering = ("name",)
    select_related = ("station", "changed_by")
    empty_text = _("No templates yet. Save a list of parts that you order again and again.")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("New order"), reverse("parts_order_create"), "parts.place_order"),
            Action(_("New template"), reverse("order_template_create"), "parts.place_order", "primary"),
        ]


class TemplateCreate(OperationView):
    """A new list, from an order, from the draft, or typed."""

    permission = "parts.place_order"
    title = _("New template")
    form_class = TemplateForm
    intro = _("Everybody of the station uses and changes it. A template of the same name is replaced.")
    submit_label = _("Save template")
    success_message = _("The template is saved.")

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        if (order := self.request.GET.get("order", "")).isdecimal() and len(order) < 18:
            earlier = visible_or_404(PartsOrder, self.request.user, pk=int(order))
            return initial | {"rows": order_aids.rows_of_order(earlier), "station": earlier.station_id}
        if self.request.GET.get("draft") and (draft := order_aids.draft_of(self.request.user)):
            return initial | {"rows": draft.rows, "station": draft.station_id}
        return initial

    def get_cancel_url(self) -> str:
        return reverse("order_template_list")

    def operate(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        order_aids.save_template(values.pop("station"), actor=self.request.user, **values)
        return self.get_cancel_url()


class TemplateChange(TemplateCreate):
    """The list with other parts."""

    model = OrderTemplate
    title = _("Change the template")
    intro = _("Everybody of the station uses and changes it.")

    def get_initial(self) -> dict[str, Any]:
        row = self.object
        return {"name": row.name, "rows": row.rows, "station": row.station_id}

    def get_actions(self) -> Sequence[Action]:
        row = self.object
        return [
            Action(_("Order it"), f"{reverse('parts_order_create')}?template={row.pk}", "parts.place_order", "primary"),
            Action(_("Delete"), reverse("order_template_delete", args=[row.pk]), "parts.place_order", "danger"),
        ]

    def operate(self, form: Any) -> str:
        address = super().operate(form)
        if form.cleaned_data["name"] != self.object.name or form.cleaned_data["station"] != self.object.station:
            order_aids.delete_template(self.object)
        return address


class TemplateDelete(OperationView):
    """The list is no longer wanted."""

    model = OrderTemplate
    permission = "parts.place_order"
    title = _("Delete the template")
    intro = _("Orders made from it stay as they are.")
    submit_label = _("Delete")
    success_message = _("The template is gone.")
    danger = True

    def operate(self, form: Any) -> str:
        order_aids.delete_template(self.object)
        return reverse("order_template_list")


@require_POST
def star(request: HttpRequest, number: str) -> HttpResponse:
    """The part is starred, or no longer; back to where the star was pressed."""
    if not request.user.has_perm("parts.place_order"):
        return HttpResponse(status=403)
    part = visible_or_404(Part, request.user, number=number)
    order_aids.star(part, user=request.user)
    return HttpResponseRedirect(part.get_absolute_url())

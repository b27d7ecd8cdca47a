"""Which part fits this unit: by serial number, and in drawings with numbered parts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts import exploded, fitting, pricing
from parts.models import ExplodedView, Fitment
from parts.views.catalog import own_station
from portal.core import show
from portal.core.listing import refuse_unknown
from portal.core.pages import ActingForm, Action, Column, OperationView, ScopedDetailView, ScopedListView, ScopedPage
from stations.models import ProductModel

PERCENT: Any = {"max_digits": 5, "decimal_places": 2, "min_value": 0, "max_value": 100}


def with_prices(rows: Sequence[Fitment], user: Any) -> Sequence[Fitment]:
    """Fitments whose parts know their national and the station's own price."""
    keys, station = [row.part_id for row in rows], own_station(user)
    listed = pricing.list_prices(keys)
    quoted = pricing.quote(keys, station) if station and keys else {}
    for row in rows:
        row.part.list_price = listed.get(row.part_id)  # type: ignore[attr-defined]
        row.part.net = quoted[row.part_id].amount if row.part_id in quoted else None  # type: ignore[attr-defined]
    return rows


def serial_asked(request: Any) -> str:
    """The serial number in the address. Raises BadRequest."""
    refuse_unknown(request, {"serial"})
    serial = str(request.GET.get("serial", "")).strip()
    if "\x00" in serial or len(serial) > 60:
        raise BadRequest
    return serial


class FittingSearch(ScopedPage):
    """The parts of one unit by its serial number, or of a model with what each fitment is valid for."""

    permission = "parts.see_catalog"
    template_name = "parts/fitting.html"
    title = _("Which part fits?")
    subtitle_text = _(
        "The serial number on the plate finds the parts valid for that unit; a model finds all of its parts."
    )

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Exploded views"), reverse("exploded_view_list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        serial, user = serial_asked(self.request), self.request.user
        unit = fitting.unit_named(user, serial) if serial else None
        models = fitting.models_named(serial) if serial and unit is None else []
        model = unit.product_model if unit else models[0] if len(models) == 1 else None
        rows: Sequence[Fitment] = []
        if model:
            known = Fitment.objects.select_related("part", "view").order_by("view", "position_number", "part__number")
            given: dict[str, Any] = {"serial": unit.serial_number, "produced_on": unit.produced_on} if unit else {}
            rows = with_prices(fitting.fitting(model, rows=known, **given), user)
            for row in () if unit else rows:
                row.validity = said(row)  # type: ignore[attr-defined]
        return super().get_context_data(**kwargs) | {
            "serial": serial,
            "unit": unit,
            "model": model,
            "models": models if len(models) > 1 else [],
            "rows": rows,
            "views": ExplodedView.objects.filter(product_model=model).order_by("position") if model else [],
        }


class ExplodedViewList(ScopedListView):
    """Drawings by model."""

    model = ExplodedView
    permission = "parts.see_catalog"
    title = _("Exploded views")
    columns = (
        Column("local_title", _("Assembly"), kind="number"),
        Column("product_model__code", _("Model"), small=lambda row: row.product_model.local_name),
    )
    search_fields = ("title", "title_en", "product_model__code")
    ordering = ("product_model__code", "position")
    select_related = ("product_model",)
    empty_text = _("No drawings yet. Headquarters uploads them and points at the parts.")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Which part fits?"), reverse("part_fitting")),
            Action(_("New drawing"), reverse("exploded_view_create"), "parts.change_fitment", "primary"),
        ]


class ExplodedViewDetail(ScopedDetailView):
    """The drawing with its numbers, the parts beside it; a number leads to its row and back."""

    model = ExplodedView
    permission = "parts.see_catalog"
    template_name = "parts/exploded_view.html"
    select_related = ("product_model",)

    def get_title(self) -> str:
        return str(self.get_object().local_title)

    def get_subtitle(self) -> str:
        view = self.get_object()
        return str(view.product_model)

    def get_actions(self) -> Sequence[Action]:
        url = reverse("exploded_view_place", args=[self.get_object().pk])
        return [Action(_("Point at parts"), url, "parts.change_fitment")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        view, user, serial = self.get_object(), self.request.user, serial_asked(self.request)
        unit = fitting.unit_named(user, serial) if serial else None
        rows = view.fitments.select_related("part").order_by("position_number", "part__number")
        found = fitting.fitting(
            view.product_model, serial=serial, produced_on=unit.produced_on if unit else None, rows=rows
        )
        return super().get_context_data(**kwargs) | {
            "rows": with_prices(sorted(found, key=lambda row: fitting.serial_key(row.position_number)), user),
            "drawing": exploded.picture_of(view),
            "serial": serial,
        }


class ViewForm(ActingForm):
    """A new drawing."""

    product_model = forms.ModelChoiceField(ProductModel.objects.all(), label=_("Model"))
    title = forms.CharField(label=_("Assembly"), max_length=120)
    title_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    picture = forms.FileField(label=_("Drawing"), max_length=300, widget=forms.FileInput(attrs={"accept": "image/*"}))


class ExplodedViewCreate(OperationView):
    """Headquarters uploads a drawing."""

    permission = "parts.change_fitment"
    title = _("New drawing")
    form_class = ViewForm
    submit_label = _("Upload")
    success_message = _("The drawing stands. Now point at its parts.")

    def get_cancel_url(self) -> str:
        return reverse("exploded_view_list")

    def operate(self, form: Any) -> str:
        view = exploded.draw_view(actor=self.request.user, **form.cleaned_data)
        return reverse("exploded_view_place", args=[view.pk])


class PlaceForm(ActingForm):
    """Which part stands where."""

    fitment = forms.ModelChoiceField(Fitment.objects.none(), label=_("Part"))
    position_number = forms.CharField(label=_("Position number"), max_length=10)
    x_percent = forms.DecimalField(label=_("From the left (%)"), **PERCENT)
    y_percent = forms.DecimalField(label=_("From the top (%)"), **PERCENT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["fitment"]
        rows = Fitment.objects.filter(product_model=self.subject.product_model_id)
        choice.queryset = rows.select_related("part").order_by("part__number")
        choice.label_from_instance = lambda row: f"{row.part.number} {row.part.local_name}"


class ExplodedViewPlace(OperationView):
    """A click in the drawing says where a part stands."""

    model = ExplodedView
    permission = "parts.change_fitment"
    template_name = "parts/exploded_place.html"
    title = _("Point at parts")
    intro = _("Choose a part and its number, click at its place in the drawing, save; the next part follows.")
    form_class = PlaceForm
    submit_label = _("Save place")
    success_message = _("The place is saved.")
    select_related = ("product_model",)

    def get_subtitle(self) -> str:
        return f"{self.object.product_model.code} · {self.object.local_title}"

    def operate(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        exploded.place_part(self.object, values.pop("fitment"), actor=self.request.user, **values)
        return reverse("exploded_view_place", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.object.fitments.select_related("part").order_by("position_number")
        return super().get_context_data(**kwargs) | {"drawing": exploded.picture_of(self.object), "rows": rows}


def said(row: Fitment) -> str:
    """For which units a fitment holds."""
    days = (
        f"{show.day(row.produced_from)} – {show.day(row.produced_to)}" if row.produced_from or row.produced_to else ""
    )
    serials = f"{row.serial_from or '…'} – {row.serial_to or '…'}" if row.serial_from or row.serial_to else ""
    return " · ".join(filter(None, (days, serials)))

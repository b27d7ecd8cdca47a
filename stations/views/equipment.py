"""Tools of a station: what is there, what is due, what became of it."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.attachments import attachments_of, attachments_of_all
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from stations import equipment
from stations.forms.people import CalibrationForm, EquipmentForm, EquipmentMoveForm
from stations.from_application import listed_equipment
from stations.models import Equipment, GapKind, Station
from stations.states import EQUIPMENT_HELD, EQUIPMENT_MOVES
from stations.views.people import gaps_for
from stations.views.stations import StationOperation


class EquipmentList(ScopedListView):
    """Pieces of equipment one sees."""

    model = Equipment
    permission = "stations.view_equipment"
    export_permission = "stations.export_lists"
    title = _("Equipment")
    columns = [
        Column("serial_number", kind="number"),
        Column("item"),
        Column("station", small="station__code"),
        Column("status", kind="badge"),
        Column("commissioned_on", kind="day", on_phone=False),
        Column("calibration_due_on", kind="day", sort="calibration_due_on"),
    ]
    search_fields = ["serial_number", "item__name", "station__name"]
    filter_fields = ["station", "item", "calibration_due_on"]
    chips = "status"
    ordering = ["-pk"]
    select_related = ["station", "item"]
    empty_text = _("No equipment registered yet.")


class StationEquipment(ScopedDetailView):
    """The tools of one station, made for a phone: gaps first, then every piece with what is due."""

    model = Station
    permission = "stations.view_equipment"
    template_name = "stations/equipment.html"

    def get_title(self) -> Any:
        return _("Equipment")

    def get_subtitle(self) -> Any:
        return f"{self.get_object().code} {self.get_object()}"

    def get_actions(self) -> Sequence[Action]:
        add = reverse("equipment_add", args=[self.get_object().pk])
        return [Action(_("Register a piece"), add, "stations.manage_equipment", "primary")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        station, today = self.get_object(), clock.today()
        pieces = list(
            Equipment.objects.filter(station=station).select_related("item").order_by("item", "serial_number")
        )
        photos = {row.subject_id: row for row in attachments_of_all(pieces)}
        for piece in pieces:
            piece.photo = photos.get(piece.pk)  # type: ignore[attr-defined]
            piece.is_held = piece.status in EQUIPMENT_HELD  # type: ignore[attr-defined]
            piece.is_overdue = _is_overdue(piece, today)  # type: ignore[attr-defined]
        return super().get_context_data(**kwargs) | {
            "pieces": [piece for piece in pieces if piece.is_held],  # type: ignore[attr-defined]
            "gone": [piece for piece in pieces if not piece.is_held],  # type: ignore[attr-defined]
            "listed": listed_equipment(station)
            if self.request.user.has_perm("stations.manage_equipment", station)
            else [],
            "gaps": [gap for gap in gaps_for(station) if gap.kind != GapKind.SKILL],
        }


def _is_overdue(piece: Equipment, today: Any) -> bool:
    due = piece.calibration_due_on
    return (
        piece.item.calibration_months is not None and (due is None or due <= today) and piece.status in EQUIPMENT_HELD
    )


class AddEquipment(StationOperation):
    permission = "stations.manage_equipment"
    form_class = EquipmentForm
    title = _("Register a piece")
    submit_label = _("Register")
    success_message = _("Registered.")

    def get_initial(self) -> dict[str, Any]:
        """A row of the application, where one was chosen."""
        wanted = self.request.GET.get("listed", "")
        found = (
            next((each for each in listed_equipment(self.object) if str(each.row.pk) == wanted), None)
            if wanted
            else None
        )
        if found is None:
            return super().get_initial()
        return super().get_initial() | {"serial_number": found.row.serial_number, "note": found.label}

    def get_cancel_url(self) -> str:
        return reverse("station_equipment", args=[self.object.pk])

    def operate(self, form: Any) -> Any:
        return equipment.register_equipment(self.object, actor=self.request.user, **form.cleaned_data)


class EquipmentDetail(ScopedDetailView):
    """One piece: its life and its calibrations."""

    model = Equipment
    permission = "stations.view_equipment"
    template_name = "stations/equipment_detail.html"
    select_related = ["station", "item"]

    def get_title(self) -> Any:
        return str(self.get_object())

    def get_subtitle(self) -> Any:
        return str(self.get_object().station)

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        if not _is_overdue(row, clock.today()):
            return None
        may = self.request.user.has_perm("stations.manage_equipment", row)
        url = reverse("equipment_calibrate", args=[row.pk]) if may else ""
        text = _("The calibration is overdue; the piece must not be used for measurements.")
        return NextStep(text, _("Record a calibration"), url, "bad")

    def get_actions(self) -> Sequence[Action]:
        row, actions = self.get_object(), []
        if row.item.calibration_months is not None and row.status in EQUIPMENT_HELD:
            calibrate = reverse("equipment_calibrate", args=[row.pk])
            actions.append(Action(_("Record a calibration"), calibrate, "stations.manage_equipment", "primary"))
        if EQUIPMENT_MOVES.get(row.status):
            moved = reverse("equipment_move", args=[row.pk])
            actions.append(Action(_("Change the state"), moved, "stations.manage_equipment"))
        return actions

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Station"), row.station, reverse("station_equipment", args=[row.station_id])),
            Fact(_("Serial number"), row.serial_number),
            Fact(_("Bought on"), row.bought_on or "–"),
            Fact(_("In use since"), row.commissioned_on),
            Fact(_("Calibration due on"), row.calibration_due_on or "–"),
            Fact(_("Note"), row.note or "–"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        calibrations = list(row.calibrations.select_related("recorded_by"))
        files = {each.subject_id: each for each in attachments_of_all(calibrations)}
        for each in calibrations:
            each.file = files.get(each.pk)
        photo = attachments_of(row, "photo").last()
        return super().get_context_data(**kwargs) | {"calibrations": calibrations, "photo": photo}


class EquipmentOperation(OperationView):
    """Something done to a piece."""

    model = Equipment
    permission = "stations.manage_equipment"
    select_related = ["station", "item"]

    def get_subtitle(self) -> Any:
        return f"{self.object} · {self.object.station}"


class MoveEquipment(EquipmentOperation):
    form_class = EquipmentMoveForm
    title = _("Change the state")
    success_message = _("Changed.")

    def operate(self, form: Any) -> Any:
        return equipment.move_equipment(self.object, actor=self.request.user, **form.cleaned_data)


class CalibrateEquipment(EquipmentOperation):
    form_class = CalibrationForm
    title = _("Record a calibration")
    success_message = _("Recorded.")

    def operate(self, form: Any) -> Any:
        equipment.record_calibration(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object

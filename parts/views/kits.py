"""Kits: what was built and broken up, doing it, undoing it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parts import kits, stock
from parts.models import KitDirection, KitWork, Location, LocationKind, Part, StockEntry
from portal.core import show
from portal.core.pages import ActingForm, Action, Column, Fact, OperationView, ScopedDetailView, ScopedListView

ROOMS = (LocationKind.HQ, LocationKind.REGIONAL)


class KitWorkList(ScopedListView):
    """Kits built and broken up, the newest first."""

    model = KitWork
    permission = "parts.view_kitwork"
    export_permission = "parts.export_lists"
    title = _("Kits")
    columns = (
        Column("number", kind="number"),
        Column("direction"),
        Column("kit__number", _("Kit"), small=lambda row: row.kit.local_name),
        Column("qty", kind="qty"),
        Column("location__local_name", _("Warehouse"), on_phone=False),
        Column("done_at", kind="moment", sort="done_at"),
        Column("done_by", on_phone=False),
    )
    search_fields = ("number", "kit__number", "kit__name")
    filter_fields = ("direction", "location", "done_at")
    select_related = ("kit", "location__station", "done_by")
    empty_text = _("No kits were built or broken up yet. What a kit is made of stands in the admin.")

    def get_actions(self) -> Sequence[Action]:
        recipes = Action(
            _("What kits are made of"), reverse("admin:parts_kitrecipe_changelist"), "parts.view_kitrecipe"
        )
        return [Action(_("Build or break up"), reverse("kit_work_create"), "parts.work_on_kits", "primary"), recipes]


class KitForm(ActingForm):
    """Which kit, which way, how many, where."""

    direction = forms.ChoiceField(
        label=_("What is done"), choices=KitDirection.choices, initial=KitDirection.BUILD, widget=forms.RadioSelect
    )
    kit = forms.CharField(label=_("Kit"), max_length=60, help_text=_("The part number of the kit."))
    qty = forms.DecimalField(
        label=_("Kits, how many"), min_value=Decimal("0.001"), max_digits=11, decimal_places=3, initial=1
    )
    location = forms.ModelChoiceField(
        Location.objects.places().filter(kind__in=ROOMS, is_active=True), label=_("Warehouse"), empty_label=None
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean_kit(self) -> Part | None:
        """A part with a recipe."""
        number = self.cleaned_data["kit"].strip()
        found = Part.objects.filter(number__iexact=number).first()
        if found is None:
            text = _("“%(number)s” is not in the catalog.")
            self.add_error("kit", text % {"number": number})
        return found


class KitWorkCreate(OperationView):
    """Components become kits, or kits components."""

    permission = "parts.work_on_kits"
    title = _("Build or break up kits")
    form_class = KitForm
    intro = _("Components are taken as orders take them: the oldest batch first. The value goes with the goods.")
    submit_label = _("Do it")
    success_message = _("Done.")

    def get_cancel_url(self) -> str:
        return reverse("kit_work_list")

    def operate(self, form: Any) -> KitWork:
        values = form.cleaned_data
        act = kits.build_kits if values["direction"] == KitDirection.BUILD else kits.break_kits
        place, note = values["location"], values["note"]
        return act(values["kit"], values["qty"], place=place, note=note, actor=self.request.user)


class KitWorkDetail(ScopedDetailView):
    """One work: what went, what came."""

    model = KitWork
    permission = "parts.view_kitwork"
    template_name = "parts/kit_work_detail.html"
    select_related = ("kit", "location", "done_by", "reverses")

    def get_subtitle(self) -> str:
        work = self.get_object()
        return f"{work.get_direction_display()} · {work.kit.number} × {stock.plain(work.qty)}"

    def get_actions(self) -> Sequence[Action]:
        work = self.get_object()
        if work.reverses_id or KitWork.objects.filter(reverses=work).exists():
            return []
        return [Action(_("Undo"), reverse("kit_work_undo", args=[work.pk]), "parts.work_on_kits", "danger")]

    def facts(self) -> Sequence[Fact]:
        work = self.get_object()
        undone = KitWork.objects.filter(reverses=work).first()
        facts = [
            Fact(_("Kit"), work.kit, work.kit.get_absolute_url()),
            Fact(_("Warehouse"), work.location.local_name, work.location.get_absolute_url()),
            Fact(_("Done by"), work.done_by or "–"),
            Fact(_("Done at"), show.moment(work.done_at)),
            Fact(_("Note"), work.note or "–"),
        ]
        if self.request.user.has_perm("parts.see_costs"):
            facts.append(Fact(_("Value of the goods"), show.money(work.value)))
        if work.reverses:
            facts.append(Fact(_("Undoes"), work.reverses, work.reverses.get_absolute_url()))
        if undone:
            facts.append(Fact(_("Undone by"), undone, undone.get_absolute_url()))
        return facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = StockEntry.objects.filter(
            posting__source=self.get_object().number, posting__kind__in=[*kits.OUT.values(), *kits.IN.values()]
        ).exclude(location__kind=LocationKind.WORLD)
        return super().get_context_data(**kwargs) | {
            "moves": rows.select_related("part", "location").order_by("pk"),
        }  # fmt: skip


class KitWorkUndo(OperationView):
    """Everything as before."""

    model = KitWork
    permission = "parts.work_on_kits"
    title = _("Undo")
    intro = _("What came leaves again, and what went lies where it lay.")
    submit_label = _("Undo")
    danger = True
    success_message = _("Undone.")
    select_related = ("kit", "location")

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.kit.number}"

    def operate(self, form: Any) -> KitWork:
        return kits.undo_kit_work(self.object, actor=self.request.user)

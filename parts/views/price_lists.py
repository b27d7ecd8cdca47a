"""Price lists: the list of lists, what one changes, its rows, drawing up, releasing, dropping."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts import price_lists
from parts.forms.ordering import ReasonForm
from parts.forms.prices import PriceListForm, PricesForm, TakeOutForm
from parts.models import PriceList, PriceListRow
from parts.price_changes import price_changes, price_moves
from portal.core import show
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    Stat,
    visible_or_404,
)
from portal.core.transfer.exporting import ExportColumn


def whose(price_list: PriceList) -> str:
    """For whom its prices are."""
    if not price_list.grade:
        return str(_("National"))
    return str(_("Grade %(grade)s")) % {"grade": price_list.grade}


class PriceListList(ScopedListView):
    """Drafts and released lists, the newest first."""

    model = PriceList
    permission = "parts.view_pricelist"
    export_permission = "parts.export_lists"
    title = _("Price lists")
    columns = (
        Column("number", kind="number", small="title"),
        Column(whose, _("For whom")),
        Column("status", kind="badge"),
        Column("valid_from", kind="day", sort="valid_from"),
        Column("row_count", _("Prices"), kind="qty", on_phone=False),
        Column("created_by", small=lambda row: show.moment(row.created_at), on_phone=False),
        Column(
            "released_by", small=lambda row: show.moment(row.released_at) if row.released_at else "", on_phone=False
        ),
    )
    search_fields = ("number", "title")
    filter_fields = ("grade", "valid_from")
    chips = "status"
    select_related = ("created_by", "released_by")
    empty_text = _(
        "No price lists yet. Draw up the first one: rows pasted from Excel, or present prices moved by percent."
    )

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("New price list"), reverse("price_list_create"), "parts.draw_up_prices", "primary")]

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """How many prices each has, in one query."""
        found = PriceListRow.objects.filter(price_list__in=[row.pk for row in rows]).order_by()
        counts = dict(found.values("price_list").annotate(count=models.Count("pk")).values_list("price_list", "count"))
        for row in rows:
            row.row_count = counts.get(row.pk, 0)
        return rows


class PriceListDetail(ScopedDetailView):
    """What the list changes: up, down, largest moves, and last year's orders at its prices."""

    model = PriceList
    permission = "parts.view_pricelist"
    template_name = "parts/price_list_detail.html"
    select_related = ("created_by", "released_by")

    def get_subtitle(self) -> str:
        return f"{self.get_object().title} · {whose(self.get_object())}"

    def next_step(self) -> NextStep | None:
        row, user = self.get_object(), self.request.user
        if not row.is_draft:
            return None
        may = user.has_perm("parts.release_prices", row)
        text = _(
            "Look through what changes; another person than %(author)s of finance or service management releases it."
        )
        url = reverse("price_list_release", args=[row.pk]) if may else ""
        return NextStep(text % {"author": row.created_by}, pgettext_lazy("price list", "Release"), url, "wait")

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        found = [Action(_("All rows"), reverse("price_list_rows", args=[row.pk]))]
        if row.is_draft:
            found += [
                Action(_("Add or change prices"), reverse("price_list_change", args=[row.pk]), "parts.draw_up_prices"),
                Action(_("Take parts out"), reverse("price_list_take_out", args=[row.pk]), "parts.draw_up_prices"),
                Action(_("Drop it"), reverse("price_list_drop", args=[row.pk]), "parts.draw_up_prices", "danger"),
            ]
        return found

    def stats(self) -> Sequence[Stat]:
        found = self._changes()
        effect = f"{'+' if found.effect > 0 else ''}{show.money(found.effect)}"
        detail = _("%(before)s → %(after)s") % {
            "before": show.money(found.orders_before), "after": show.money(found.orders_after),
        }  # fmt: skip
        return [
            Stat(_("Dearer"), show.quantity(found.up)),
            Stat(_("Cheaper"), show.quantity(found.down)),
            Stat(_("Unchanged"), show.quantity(found.same), _("%(count)s new") % {"count": found.fresh}),
            Stat(_("Last 12 months' orders would cost"), effect, detail, "wait" if found.effect > 0 else ""),
        ]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("For whom"), whose(row)),
            Fact(_("Valid from"), show.day(row.valid_from)),
            Fact(_("Drawn up by"), row.created_by),
            Fact(_("Created at"), show.moment(row.created_at)),
            Fact(_("Released by"), row.released_by or "–"),
            Fact(_("Released at"), show.moment(row.released_at)),
        ]

    def _changes(self) -> Any:
        if not hasattr(self, "_found_changes"):
            self._found_changes = price_changes(self.get_object())
        return self._found_changes

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"changes": self._changes()}


class PriceListRows(ScopedListView):
    """All prices of one list beside what holds without it."""

    model = PriceListRow
    permission = "parts.view_pricelist"
    export_permission = "parts.export_lists"
    columns = (
        Column(lambda row: row.part.number, _("Part number"), kind="lead", sort="part__number"),
        Column(lambda row: row.part.local_name, _("Part name")),
        Column("before", _("Price before"), kind="money"),
        Column("price", _("New price"), kind="money", sort="price"),
        Column("percent", pgettext_lazy("price list", "Change"), kind="figure"),
    )
    search_fields = ("part__number", "part__name")
    ordering = ("part__number",)
    select_related = ("part", "price_list")
    export_columns = (
        ExportColumn(_("Price list number"), "price_list__number"),
        ExportColumn(_("Part number"), "part__number"),
        ExportColumn(_("Price (CNY, tax excluded)"), "price"),
    )
    empty_text = _("The list has no prices yet.")

    @property
    def price_list(self) -> PriceList:
        """The one in the address. Raises Http404."""
        if not hasattr(self, "_price_list"):
            self._price_list = visible_or_404(PriceList, self.request.user, pk=self.kwargs["pk"])
        return self._price_list

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(price_list=self.price_list)

    def get_title(self) -> str:
        return str(_("Rows of %(number)s")) % {"number": self.price_list.number}

    def get_subtitle(self) -> str:
        return f"{self.price_list.title} · {whose(self.price_list)}"

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("What changes"), self.price_list.get_absolute_url())]

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Each with the price before and the move."""
        moves = {move.part_id: move for move in price_moves(self.price_list, [row.part_id for row in rows])}
        for row in rows:
            move = moves[row.part_id]
            row.before = move.before
            row.percent = move.percent_text
        return rows


class PriceListCreate(OperationView):
    """A draft: rows pasted, or present prices moved."""

    permission = "parts.draw_up_prices"
    title = _("New price list")
    intro = _("The list is a draft: nothing costs anything else until another person releases it.")
    form_class = PriceListForm
    submit_label = _("Make a draft")
    success_message = _("The draft stands. Look at what it changes.")

    def get_cancel_url(self) -> str:
        return reverse("price_list_list")

    def operate(self, form: Any) -> PriceList:
        values = dict(form.cleaned_data)
        prices = values.pop("rows")
        return price_lists.draw_up_price_list(actor=self.request.user, prices=prices or None, **values)


class PriceListAct(OperationView):
    """Something done to a draft."""

    model = PriceList

    def get_subtitle(self) -> str:
        return str(self.object)


class PriceListChange(PriceListAct):
    permission = "parts.draw_up_prices"
    title = _("Add or change prices")
    form_class = PricesForm
    intro = _("Parts that are not named below keep what the draft says.")
    submit_label = _("Save prices")
    success_message = _("The draft has these prices.")

    def operate(self, form: Any) -> PriceList:
        return price_lists.put_prices(self.object, prices=form.cleaned_data["rows"], actor=self.request.user)


class PriceListTakeOut(PriceListAct):
    permission = "parts.draw_up_prices"
    title = _("Take parts out")
    form_class = TakeOutForm
    submit_label = _("Take out")
    success_message = _("The draft no longer names these parts.")

    def operate(self, form: Any) -> PriceList:
        return price_lists.take_out(self.object, numbers=form.cleaned_data["numbers"], actor=self.request.user)


class PriceListRelease(PriceListAct):
    permission = "parts.release_prices"
    title = _("Release the price list")
    submit_label = pgettext_lazy("price list", "Release")
    success_message = _("The prices hold from the list's day.")

    def get_intro(self) -> str:
        row = self.object
        text = _(
            "From %(day)s on these prices hold (%(whose)s). Released prices are not changed; a later list follows them."
        )
        return str(text) % {"day": show.day(row.valid_from), "whose": whose(row)}

    def operate(self, form: Any) -> PriceList:
        return price_lists.release_price_list(self.object, actor=self.request.user)


class PriceListDrop(PriceListAct):
    permission = "parts.draw_up_prices"
    title = _("Drop the price list")
    form_class = ReasonForm
    submit_label = _("Drop it")
    success_message = _("Dropped.")
    danger = True

    def operate(self, form: Any) -> PriceList:
        return price_lists.drop_price_list(self.object, actor=self.request.user, **form.cleaned_data)

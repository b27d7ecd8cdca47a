"""Stock counts: the list, one count, its lines."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.counts import posting, report
from parts.models import CountStatus, StockCount, StockCountLine
from portal.core import show
from portal.core.documents import documents_of
from portal.core.pages import Action, Column, Fact, NextStep, ScopedDetailView, ScopedListView, Stat
from portal.core.pages.access import visible_or_404

COUNTED = {CountStatus.COUNTING, CountStatus.RECOUNT}
OPEN_BOOK = {CountStatus.TO_APPROVE, CountStatus.POSTED}


def lines_to_count(count: StockCount, user: Any) -> "QuerySet[StockCountLine]":
    """What this person may still count, in walking order."""
    rows = count.lines.select_related("part", "location")
    if count.status == CountStatus.COUNTING:
        return rows.filter(first_qty=None)
    return rows.filter(must_recount=True, second_qty=None).exclude(first_by=user)


def _known(count: StockCount, name: str) -> Any:
    """What a count found, once it may be known."""
    return getattr(count, name) if count.status in OPEN_BOOK else None


class StockCountList(ScopedListView):
    """Counts of the places the user sees, the open ones first by status."""

    model = StockCount
    permission = "parts.view_stockcount"
    export_permission = "parts.export_lists"
    title = _("Stock counts")
    columns = (
        Column("number", kind="number", small="note"),
        Column("location__local_name", _("Warehouse")),
        Column("reason", on_phone=False),
        Column("status", kind="badge"),
        Column("planned_at", kind="day", sort="planned_at", on_phone=False),
        Column("posted_at", kind="moment", on_phone=False),
        Column(lambda row: _known(row, "gain_value"), _("Gain (CNY)"), kind="money", on_phone=False),
        Column(lambda row: _known(row, "loss_value"), _("Loss (CNY)"), kind="money"),
    )
    search_fields = ("number", "note", "location__code", "location__name")
    filter_fields = ("location", "reason", "planned_at")
    chips = "status"
    select_related = ("location__station",)
    empty_text = _("No counts yet. Plan one: parts due by class, chosen bins, or the whole warehouse.")

    def choices(self, name: str, rows: Any) -> Any:
        return rows.places().stores() if name == "location" else rows

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Plan a count"), reverse("stock_count_create"), "parts.plan_count", "primary")]


class StockCountDetail(ScopedDetailView):
    """One count: how far it is, and once it is handed in, where book and shelf differ."""

    model = StockCount
    permission = "parts.view_stockcount"
    template_name = "parts/count_detail.html"
    select_related = ("location__station", "planned_by", "approved_by")

    def get_subtitle(self) -> str:
        count = self.get_object()
        return f"{count.location.local_name} · {count.get_reason_display()}"

    @property
    def lines(self) -> list[StockCountLine]:
        """All lines, read once."""
        if not hasattr(self, "_lines"):
            rows = self.get_object().lines.select_related("part", "location", "first_by", "second_by")
            self._lines = list(rows)
        return self._lines

    def next_step(self) -> NextStep | None:
        count, may, pk = self.get_object(), self.request.user.has_perm, [self.get_object().pk]
        if count.status == CountStatus.PLANNED:
            url = reverse("stock_count_start", args=pk) if may("parts.enter_count", count) else ""
            return NextStep(
                _("Beginning freezes the places: nothing comes and nothing leaves."), _("Begin the count"), url
            )
        if count.status in COUNTED:
            return self._count_on(count)
        if count.status == CountStatus.TO_APPROVE:
            text = _("Somebody who did not count looks at the differences and approves.")
            if posting.counted_by(self.lines, self.request.user):
                return NextStep(str(posting.OwnCount()), tone="wait")
            url = reverse("stock_count_approve", args=pk) if may("parts.approve_count", count) else ""
            return NextStep(text, _("Approve and post"), url, "wait")
        return None

    def _count_on(self, count: StockCount) -> NextStep:
        may, left = self.request.user.has_perm("parts.enter_count", count), self.left
        if not left:
            url = reverse("stock_count_hand_in", args=[count.pk]) if may else ""
            return NextStep(_("Every line is counted."), pgettext_lazy("count", "Hand in"), url)
        mine = lines_to_count(count, self.request.user).exists()
        url = reverse("stock_count_enter", args=[count.pk]) if may and mine else ""
        again = count.status == CountStatus.RECOUNT
        text = self._again(count) if again else _("%(left)s lines are still to count.")
        return NextStep(text % {"left": left}, _("Count"), url, "" if mine else "wait")

    def _again(self, count: StockCount) -> str:
        """Who may count again."""
        if count.location.station_id:
            text = _("%(left)s lines differ too much: another person than the first counter counts them again.")
        else:
            text = _(
                "%(left)s lines differ too much: another person than the first counter counts them again, from the"
                " warehouse, the service managers, finance or quality."
            )
        return str(text)

    @property
    def left(self) -> int:
        """Lines somebody still has to count."""
        if self.get_object().status == CountStatus.RECOUNT:
            return sum(row.must_recount and row.second_qty is None for row in self.lines)
        return sum(row.first_qty is None for row in self.lines)

    def get_actions(self) -> Sequence[Action]:
        count, pk = self.get_object(), [self.get_object().pk]
        found = [Action(_("All lines"), reverse("stock_count_lines", args=pk))] if count.started_at else []
        paper = documents_of(count, report.COUNT_REPORT).first()
        if paper:
            found.append(Action(_("Count report (PDF)"), reverse("document", args=[paper.pk])))
        if count.status in COUNTED:
            found.append(Action(_("Found beyond the list"), reverse("stock_count_found", args=pk), "parts.enter_count"))
            found.append(
                Action(_("Paste a counting sheet"), reverse("stock_count_paste", args=pk), "parts.enter_count")
            )
        if count.status not in {CountStatus.POSTED, CountStatus.CANCELLED}:
            found.append(Action(_("Bin labels"), reverse("labels_print", args=["count", *pk]), "parts.print_labels"))
            url = reverse("stock_count_cancel", args=pk)
            found.append(Action(_("Cancel the count"), url, "parts.plan_count", "danger"))
        return found

    def stats(self) -> Sequence[Stat]:
        count = self.get_object()
        if count.status in COUNTED:
            done, total = len(self.lines) - self.left, len(self.lines)
            share = round(100 * done / total) if total else 100
            return [Stat(_("Counted"), f"{done} / {total}", share=share)]
        if count.status not in OPEN_BOOK:
            return []
        found = report.outcome(self.lines)
        accuracy = show.percent(found.accuracy_percent)
        return [
            Stat(_("Accuracy"), accuracy, _("lines where book and shelf agree")),
            Stat(_("Lines that differ"), f"{found.different} / {found.lines}"),
            Stat(_("Gain"), show.money(found.gain)),
            Stat(_("Loss"), show.money(found.loss), tone="bad" if found.loss else ""),
        ]

    def facts(self) -> Sequence[Fact]:
        count = self.get_object()
        return [
            Fact(_("Warehouse"), count.location.local_name),
            Fact(_("Planned by"), count.planned_by or "–"),
            Fact(_("Frozen at"), show.moment(count.started_at)),
            Fact(_("Approved by"), count.approved_by or "–"),
            Fact(_("Posted at"), show.moment(count.posted_at)),
            Fact(_("Note"), count.note or "–"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_open = self.get_object().status in OPEN_BOOK
        different = [row for row in self.lines if row.variance_qty] if is_open else []
        different.sort(key=lambda row: (-abs(row.variance_value), row.pk))
        return super().get_context_data(**kwargs) | {
            "different": different[:200], "different_count": len(different), "is_open_book": is_open,
        }  # fmt: skip


class StockCountLines(ScopedListView):
    """The lines of one count; the book stays hidden until it is handed in."""

    model = StockCountLine
    permission = "parts.view_stockcount"
    export_permission = "parts.export_lists"
    search_fields = ("part__number", "part__name", "location__code", "batch")
    filter_fields = ("location", "must_recount")
    ordering = ("location__code", "part__number", "batch")
    select_related = ("part", "location", "count", "first_by", "second_by")

    @property
    def count(self) -> StockCount:
        """The count, of the user's scope."""
        if not hasattr(self, "_count"):
            rows = StockCount.objects.select_related("location")
            self._count = visible_or_404(rows, self.request.user, pk=self.kwargs["pk"])
        return self._count

    def get_title(self) -> Any:
        return _("Lines of count %(number)s") % {"number": self.count.number}

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(count=self.count)

    def choices(self, name: str, rows: Any) -> Any:
        return rows.filter(pk__in=self.count.lines.values("location")) if name == "location" else rows

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Back to the count"), self.count.get_absolute_url())]

    def get_columns(self) -> Sequence[Column]:
        columns = [
            Column("part__number", _("Part number"), kind="lead", small=lambda row: row.part.local_name),
            Column("location__code", _("Bin"), kind="code"),
            Column("batch", kind="code", on_phone=False),
        ]
        if self.count.status not in OPEN_BOOK:
            return [*columns, Column(lambda row: _("yes") if row.first_qty is not None else "", _("Counted"))]
        return [
            *columns,
            Column("book_qty", kind="qty"),
            Column("first_qty", kind="qty", small="first_by", on_phone=False),
            Column("second_qty", kind="qty", small="second_by", on_phone=False),
            Column("variance_qty", _("Difference"), kind="qty"),
            Column("variance_value", _("Value (CNY)"), kind="money", on_phone=False),
        ]

"""Stock counts: the list, one count, its lines, counting on a phone, handing in, approving."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.counts import entry, planning, posting, report
from parts.forms.counting import ApproveForm, EnterForm, FoundForm, PlanForm, ReasonForm
from parts.models import CountReason, CountStatus, StockCount, StockCountLine
from portal.core import show
from portal.core.documents import documents_of
from portal.core.listing import refuse_unknown
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView, Stat
from portal.core.pages.access import visible_or_404

COUNTED = {CountStatus.COUNTING, CountStatus.RECOUNT}
OPEN_BOOK = {CountStatus.TO_APPROVE, CountStatus.POSTED}


def lines_to_count(count: StockCount, user: Any) -> "QuerySet[StockCountLine]":
    """What this person may still count, in walking order."""
    rows = count.lines.select_related("part", "location")
    if count.status == CountStatus.COUNTING:
        return rows.filter(first_qty=None)
    return rows.filter(must_recount=True, second_qty=None).exclude(first_by=user)


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
        Column("gain_value", kind="money", on_phone=False),
        Column("loss_value", kind="money"),
    )
    search_fields = ("number", "note", "location__code", "location__name")
    filter_fields = ("location", "reason", "planned_at")
    chips = "status"
    select_related = ("location",)
    empty_text = _("No counts yet. Plan one: parts due by class, chosen bins, or the whole warehouse.")

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Plan a count"), reverse("stock_count_create"), "parts.plan_count", "primary")]


class StockCountCreate(OperationView):
    """A count is planned."""

    permission = "parts.plan_count"
    title = _("Plan a count")
    form_class = PlanForm
    submit_label = _("Plan a count")
    intro = _("Nothing is frozen yet; that happens when the count begins.")
    success_message = _("Planned. Begin the count when the counters are at the shelf.")

    def get_cancel_url(self) -> str:
        return reverse("stock_count_list")

    def operate(self, form: Any) -> StockCount:
        values, actor = form.cleaned_data, self.request.user
        if values["reason"] == CountReason.CYCLE:
            return planning.plan_due_count(values["location"], most=values["most"], note=values["note"], actor=actor)
        return planning.plan_count(
            values["location"], reason=values["reason"], bins=values["bins"], note=values["note"], actor=actor
        )


class StockCountDetail(ScopedDetailView):
    """One count: how far it is, and once it is handed in, where book and shelf differ."""

    model = StockCount
    permission = "parts.view_stockcount"
    template_name = "parts/count_detail.html"
    select_related = ("location", "planned_by", "approved_by")

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
            url = reverse("stock_count_approve", args=pk) if may("parts.approve_count", count) else ""
            return NextStep(text, _("Approve and post"), url, "wait")
        return None

    def _count_on(self, count: StockCount) -> NextStep:
        may, left = self.request.user.has_perm("parts.enter_count", count), self.left
        if not left:
            url = reverse("stock_count_hand_in", args=[count.pk]) if may else ""
            return NextStep(_("Every line is counted."), _("Hand in"), url)
        mine = lines_to_count(count, self.request.user).exists()
        url = reverse("stock_count_enter", args=[count.pk]) if may and mine else ""
        again = count.status == CountStatus.RECOUNT
        text = (
            _("%(left)s lines differ too much: another person than the first counter counts them again.")
            if again
            else _("%(left)s lines are still to count.")
        )
        return NextStep(text % {"left": left}, _("Count"), url, "" if mine else "wait")

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
        if count.status not in {CountStatus.POSTED, CountStatus.CANCELLED}:
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
        accuracy = f"{found.accuracy_percent} %" if found.accuracy_percent is not None else "–"
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

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("Back to the count"), self.count.get_absolute_url())]

    def get_columns(self) -> Sequence[Column]:
        columns = [
            Column("part__number", _("Part number"), kind="", small=lambda row: row.part.local_name),
            Column("location__code", _("Bin")),
            Column("batch", on_phone=False),
        ]
        if self.count.status not in OPEN_BOOK:
            return [*columns, Column(lambda row: _("yes") if row.first_qty is not None else "", _("Counted"))]
        return [
            *columns,
            Column("book_qty", kind="qty"),
            Column("first_qty", kind="qty", small="first_by", on_phone=False),
            Column("second_qty", kind="qty", small="second_by", on_phone=False),
            Column(lambda row: show.quantity(row.variance_qty), _("Difference")),
            Column(lambda row: show.money(row.variance_value), _("Value (CNY)"), on_phone=False),
        ]


class CountAct(OperationView):
    """An act on one count."""

    model = StockCount
    select_related = ("location",)

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.location.local_name}"


class StockCountStart(CountAct):
    """The places are frozen."""

    permission = "parts.enter_count"
    title = _("Begin the count")
    intro = _(
        "From now on nothing comes to these places and nothing leaves them, until the count is posted or cancelled."
    )
    submit_label = _("Freeze and count")
    success_message = _("Frozen. Count what lies there.")

    def operate(self, form: Any) -> str:
        count = entry.start_count(self.object, actor=self.request.user)
        return reverse("stock_count_enter", args=[count.pk])


class StockCountEnter(CountAct):
    """One line after the other, in walking order, without the book."""

    permission = "parts.enter_count"
    title = _("Count")
    form_class = EnterForm
    template_name = "parts/count_enter.html"
    submit_label = pgettext_lazy("counting", "Next")

    def get_cancel_url(self) -> str:
        return str(self.object.get_absolute_url())

    @property
    def line(self) -> StockCountLine | None:
        """The line asked for, or found by what was scanned, else the next one."""
        asked, text = self.request.GET.get("line", ""), self.request.GET.get("q", "").strip()
        if (
            "\x00" in text
            or len(text) > 60
            or (asked and not (asked.isascii() and asked.isdigit() and len(asked) < 16))
        ):
            raise BadRequest
        rows = self.object.lines.select_related("part", "location")
        if self.request.method == "POST":
            asked = self.request.POST.get("line", "")
            asked = asked if asked.isascii() and asked.isdigit() and len(asked) < 16 else ""
        found: StockCountLine | None
        if asked:
            found = rows.filter(pk=asked).first()
            return found
        todo = lines_to_count(self.object, self.request.user)
        if text:
            by_part = Q(part__number__iexact=text) | Q(location__code__iexact=text)
            found = todo.filter(by_part).first() or rows.filter(by_part).first()
            return found
        return todo.first()

    def get_initial(self) -> dict[str, Any]:
        row = self.line
        return {"line": row.pk} if row else {}

    def operate(self, form: Any) -> str:
        values = form.cleaned_data
        entry.enter_counts(self.object, found={values["line"]: values["qty"]}, actor=self.request.user)
        left = lines_to_count(self.object, self.request.user).exists()
        return reverse("stock_count_enter", args=[self.object.pk]) if left else self.get_cancel_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refuse_unknown(self.request, {"line", "q"})
        count, row = self.object, self.line
        total = (
            count.lines.count()
            if count.status != CountStatus.RECOUNT
            else count.lines.filter(must_recount=True).count()
        )
        left = lines_to_count(count, self.request.user)
        ahead = list(left.exclude(pk=row.pk if row else 0)[:8])
        done = total - left.count()
        return super().get_context_data(**kwargs) | {
            "line": row, "ahead": ahead, "total": total, "done": done, "share": round(100 * done / total) if total else 100,
            "text": self.request.GET.get("q", ""),
        }  # fmt: skip


class StockCountFound(CountAct):
    """Goods that the list does not expect."""

    permission = "parts.enter_count"
    title = _("Found beyond the list")
    form_class = FoundForm
    intro = _("Goods in a bin of this count that the list does not name there.")
    submit_label = _("Keep")
    success_message = _("Kept. Go on counting.")

    def operate(self, form: Any) -> str:
        values = form.cleaned_data
        entry.add_found(
            self.object,
            values["location"],
            values["part"],
            values["qty"],
            batch=values["batch"],
            actor=self.request.user,
        )
        return reverse("stock_count_enter", args=[self.object.pk])


class StockCountHandIn(CountAct):
    """The counters are done."""

    permission = "parts.enter_count"
    title = _("Hand in")
    intro = _("Lines that differ too much go to another person for a second count; the rest waits for approval.")
    submit_label = _("Hand in")
    success_message = _("Handed in.")

    def operate(self, form: Any) -> StockCount:
        return entry.hand_in(self.object, actor=self.request.user)


class StockCountApprove(CountAct):
    """The book becomes what was found."""

    permission = "parts.approve_count"
    title = _("Approve and post")
    form_class = ApproveForm
    intro = _(
        "The differences are posted, the places are open again, and the report is issued. Who counted cannot approve."
    )
    submit_label = _("Approve and post")
    success_message = _("Posted. The places are open again.")

    def operate(self, form: Any) -> StockCount:
        return posting.approve_count(self.object, actor=self.request.user, **form.cleaned_data)


class StockCountCancel(CountAct):
    """The count ends without a change."""

    permission = "parts.plan_count"
    title = _("Cancel the count")
    form_class = ReasonForm
    intro = _("Nothing is posted; the places are open again.")
    submit_label = _("Cancel the count")
    danger = True
    success_message = _("Cancelled.")

    def operate(self, form: Any) -> StockCount:
        return posting.cancel_count(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)

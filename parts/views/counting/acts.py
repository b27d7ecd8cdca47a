"""What is done with a stock count: planned, begun, counted on a phone or from a sheet, handed in, approved, cancelled."""

from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.counts import entry, planning, posting
from parts.forms.counting import ApproveForm, EnterForm, FoundForm, ListForm, PlanForm, ReasonForm
from parts.models import CountReason, CountStatus, StockCount, StockCountLine
from parts.views.counting.records import lines_to_count
from portal.core.listing import refuse_unknown
from portal.core.pages import OperationView


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


class CountAct(OperationView):
    """An act on one count."""

    model = StockCount
    select_related = ("location__station",)

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


class StockCountPaste(CountAct):
    """A counting sheet is pasted."""

    permission = "parts.enter_count"
    title = _("Paste a counting sheet")
    form_class = ListForm
    submit_label = _("Keep")
    success_message = _("Kept. Go on counting.")

    def operate(self, form: Any) -> StockCount:
        entry.enter_list(self.object, form.cleaned_data["rows"], actor=self.request.user)
        return self.object  # type: ignore[no-any-return]


class StockCountHandIn(CountAct):
    """The counters are done."""

    permission = "parts.enter_count"
    title = pgettext_lazy("count", "Hand in")
    intro = _("Lines that differ too much go to another person for a second count; the rest waits for approval.")
    submit_label = pgettext_lazy("count", "Hand in")
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

    def why_not(self) -> Any:
        if self.object.status in {CountStatus.COUNTING, CountStatus.RECOUNT}:
            return _("Lines are still being counted; the count can be approved when it is handed in.")
        if posting.counted_by(list(self.object.lines.all()), self.request.user):
            return posting.OwnCount()
        return ""

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

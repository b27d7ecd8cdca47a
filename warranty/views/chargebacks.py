"""Pages of chargeback notes, for finance and for suppliers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import django_filters
from django.db.models import Count, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from portal.accounts.roles import at_headquarters
from portal.core import clock, show
from portal.core.documents import documents_of
from portal.core.listing import ScopedFilterSet
from portal.core.models.documents import Document
from portal.core.money import total
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    ScopedPage,
    Stat,
    visible_or_404,
)
from portal.core.pdf_answers import archive_answer, asks_again
from portal.core.show import money
from warranty import chargebacks
from warranty.chargebacks_documents import note_facts
from warranty.evidence import picture_on
from warranty.evidence_pack import pack_of
from warranty.further_test_documents import orders_of
from warranty.models import CREDITS, Chargeback, ChargebackLine
from warranty.recovery_rules import ALARM_DAYS
from warranty.settlement_queries import figures_of
from warranty.settlement_states import ANSWERS, UNANSWERED, ChargebackStatus
from warranty.views.papers import PaperPage


class NoteFilter(ScopedFilterSet):
    """By what headquarters wait for, or owe."""

    waits = django_filters.ChoiceFilter(label=gettext_lazy("Waits for"), choices=chargebacks.WAITS, method="waiting")

    class Meta:
        model = Chargeback
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not at_headquarters(options["request"].user):
            del self.filters["waits"]

    def waiting(self, rows: QuerySet[Any], _name: str, key: str) -> QuerySet[Any]:
        """Notes that wait for this."""
        return chargebacks.waiting_for(key, rows, at=clock.now())


class ChargebackList(ScopedListView):
    """Notes of the reader: a supplier's own that were sent, all for finance."""

    model = Chargeback
    permission = "warranty.view_chargeback"
    export_permission = "warranty.export_lists"
    title = gettext_lazy("Chargeback notes")
    columns = [
        Column("number", kind="number"),
        Column("status", kind="badge"),
        Column("supplier__local_name", gettext_lazy("Supplier"), small="supplier__code"),
        Column("claimed", pgettext_lazy("chargeback", "Claimed"), kind="money"),
        Column("accepted", kind="money"),
        Column("disputed", kind="money", on_phone=False),
        Column("recovered", kind="money"),
        Column("answer_by", kind="day", sort="answer_by"),
    ]
    search_fields = ["number", "supplier__name", "supplier__code"]
    filterset_class = NoteFilter
    chips = "status"
    select_related = ["supplier"]
    empty_text = gettext_lazy("No note yet.")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("New note"), reverse("chargeback_batch"), "warranty.batch_chargeback", "primary"),
            Action(_("Open cases"), reverse("recovery_list"), "warranty.view_recoverycase"),
            Action(_("Figures"), reverse("recovery_figures"), "warranty.view_recovery_figures"),
        ]


class ChargebackDetail(ScopedDetailView):
    """One note with its lines, answers and evidence."""

    model = Chargeback
    permission = "warranty.view_chargeback"
    template_name = "warranty/chargebacks/detail.html"
    select_related = ["supplier"]

    def get_subtitle(self) -> str:
        note = self.get_object()
        return f"{note.supplier.code} {note.supplier.local_name} · {note.period:%Y-%m}"

    def next_step(self) -> NextStep | None:
        note = self.get_object()
        mine, pk = self.request.user.has_perm, [note.pk]
        if note.status == ChargebackStatus.OPEN:
            return self._to_send(note)
        if note.status in UNANSWERED:
            headquarters = at_headquarters(self.request.user)
            words = (
                _("The supplier answers every line by %(day)s.") if headquarters else _("Answer every line by %(day)s.")
            )
            text = words % {"day": note.answer_by}
            url = reverse("chargeback_answer", args=pk) if mine("warranty.answer_chargeback", note) else ""
            return NextStep(text, _("Answer"), url, "wait")
        return self._after_answer(note)

    def _in_doubt(self, note: Chargeback) -> NextStep | None:
        """What the supplier accepted and a further test put in doubt, for who decides about it."""
        if not at_headquarters(self.request.user):
            return None
        lines = list(note.lines.in_doubt().order_by("position"))
        if not lines:
            return None
        may = self.request.user.has_perm("warranty.resolve_chargeback", note)
        words = _(
            "%(amount)s was accepted before a further test found the old part no fault of the supplier: credit it, or keep "
            "the charge with a reason."
        )
        text = words % {"amount": money(total(line.accepted for line in lines if line.accepted))}
        return NextStep(text, _("Decide"), reverse("chargeback_doubt", args=[lines[0].pk]) if may else "", "bad")

    def _to_send(self, note: Chargeback) -> NextStep:
        """A note that was not sent, with the first of its cases' last days for notice."""
        url = reverse("chargeback_send", args=[note.pk])
        may = self.request.user.has_perm("warranty.send_chargeback", note)
        day = note.lines.filter(is_live=True).aggregate(day=Min("case__last_day"))["day"]
        if day is None:
            return NextStep(_("Look through the lines, then send the note."), _("Send"), url if may else "")
        words = _("Look through the lines, then send the note: after %(day)s the first case is lost.")
        near = (day - clock.today()).days <= max(ALARM_DAYS)
        return NextStep(words % {"day": show.day(day)}, _("Send"), url if may else "", "bad" if near else "")

    def _denied(self, note: Chargeback) -> NextStep | None:
        """Denied disputes are the supplier's to answer."""
        denied = (
            note.lines.in_dispute().filter(answer_by__isnull=False).aggregate(day=Min("answer_by"), count=Count("pk"))
        )
        if not denied["count"]:
            return None
        mine = self.request.user.has_perm("warranty.answer_chargeback", note)
        if not mine and denied["day"] < clock.today():
            return None  # he let the day pass: the rest is ours to decide
        words = ngettext(
            "%(count)s disputed line was denied: answer by %(day)s.",
            "%(count)s disputed lines were denied: answer by %(day)s.",
            denied["count"],
        )
        if not mine:
            words = ngettext(
                "%(count)s denied line waits for the supplier until %(day)s.",
                "%(count)s denied lines wait for the supplier until %(day)s.",
                denied["count"],
            )
        url = reverse("chargeback_answer", args=[note.pk]) if mine else ""
        return NextStep(words % {"count": denied["count"], "day": show.day(denied["day"])}, _("Answer"), url, "wait")

    def _after_answer(self, note: Chargeback) -> NextStep | None:
        """All that is open of an answered note, said from the reader's side; the link goes to the first of it."""
        steps = [self._in_doubt(note)]
        if note.status in ANSWERS:
            steps += [self._denied(note), self._with_us_or_due(note)]
        steps.append(self._to_pay_back(note))
        found = [step for step in steps if step is not None]
        if not found:
            return None
        first = next((step for step in found if step.url), found[0])
        return replace(first, text=" ".join(str(step.text) for step in found))

    def _back(self, note: Chargeback) -> Sequence[chargebacks.OwedBack]:
        """What our credit notes of it left owed to the supplier, read once."""
        if not hasattr(self, "_owed_back"):
            self._owed_back = chargebacks.owed_back(note.supplier, note=note)
        return self._owed_back

    def _to_pay_back(self, note: Chargeback) -> NextStep | None:
        """Money that goes back to the supplier."""
        back = total(each.open for each in self._back(note))
        if not back:
            return None
        headquarters = at_headquarters(self.request.user)
        words = _("%(amount)s is owed back to the supplier.") if headquarters else _("We owe you %(amount)s back.")
        may = self.request.user.has_perm("warranty.pay_chargeback", note)
        url = reverse("chargeback_repay", args=[note.pk]) if may else ""
        return NextStep(words % {"amount": money(back)}, _("Enter a repayment"), url)

    def _with_us_or_due(self, note: Chargeback) -> NextStep | None:
        """Disputes that are not the supplier's to answer, and money that is due."""
        supplier = not at_headquarters(self.request.user)
        denied = note.lines.in_dispute().filter(answer_by__isnull=False)
        if not supplier:
            denied = denied.filter(answer_by__gte=clock.today())
        disputed = figures_of(note).disputed - total(denied.values_list("disputed", flat=True))
        owed = note.accepted - note.recovered
        said = [self._under_test(note)]
        if owed > 0:
            words = _("You still owe %(amount)s.") if supplier else _("%(amount)s is still to come.")
            said.append(words % {"amount": money(owed)})
        if disputed > 0:
            words = _("Your dispute of %(amount)s is with us.") if supplier else _("%(amount)s is disputed.")
            said.append(words % {"amount": money(disputed)})
        said = list(filter(None, said))
        if not said:
            return None
        pays = owed > 0 and self.request.user.has_perm("warranty.pay_chargeback", note)
        url = reverse("chargeback_pay", args=[note.pk]) if pays else ""
        return NextStep(" ".join(said), _("Enter a payment"), url)

    def _under_test(self, note: Chargeback) -> str:
        """What waits for the bench."""
        tested = note.lines.in_dispute().filter(tested_since__isnull=False)
        found = tested.aggregate(count=Count("pk"), since=Min("tested_since"))
        if not found["count"]:
            return ""
        words = ngettext(
            "%(count)s disputed line waits for the further test of its old part, since %(day)s.",
            "%(count)s disputed lines wait for the further test of their old parts, since %(day)s.",
            found["count"],
        )
        return words % {"count": found["count"], "day": show.day(found["since"])}

    def get_actions(self) -> Sequence[Action]:
        note = self.get_object()
        actions = [Action(_("PDF"), reverse("chargeback_pdf", args=[note.pk]), "warranty.view_chargeback")]
        if note.sent_at:
            pack = reverse("chargeback_zip", args=[note.pk])
            actions.append(Action(_("Evidence pack (ZIP)"), pack, "warranty.view_chargeback"))
        if note.status in ANSWERS:
            url = reverse("chargeback_pay", args=[note.pk])
            actions.append(Action(_("Enter a payment"), url, "warranty.pay_chargeback"))
        if note.status in UNANSWERED:
            url = reverse("chargeback_accept", args=[note.pk])
            actions.append(Action(_("Accept all"), url, "warranty.answer_chargeback"))
        if note.status in UNANSWERED or (note.status in ANSWERS and chargebacks.lines_to_answer(note)):
            url = reverse("chargeback_enter", args=[note.pk])
            actions.append(Action(_("Enter an answer on paper"), url, "warranty.enter_chargeback_answer"))
        if note.status == ChargebackStatus.SENT:
            url = reverse("chargeback_acknowledge", args=[note.pk])
            actions.append(Action(_("Mark as read"), url, "warranty.answer_chargeback"))
        if chargebacks.unpaid_of(note):
            url = reverse("chargeback_give_up", args=[note.pk])
            actions.append(Action(_("Give up what is not paid"), url, "warranty.give_up_chargeback", "danger"))
        if chargebacks.takes_reply(note):
            url = reverse("chargeback_reply", args=[note.pk])
            actions.append(Action(_("File an 8D reply"), url, "warranty.reply_to_chargeback"))
        if note.status == ChargebackStatus.OPEN:
            url = reverse("chargeback_withdraw", args=[note.pk])
            actions.append(Action(_("Withdraw"), url, "warranty.withdraw_chargeback", "danger"))
        return actions

    def stats(self) -> Sequence[Stat]:
        note = self.get_object()
        figures, back = figures_of(note), total(each.open for each in self._back(note))
        open_dispute, credited = figures.disputed, note.claimed - figures.issued
        words = (
            (pgettext("dispute", "%(amount)s credited"), credited),
            (_("%(amount)s decided"), note.disputed - open_dispute - credited),
        )
        ended = " · ".join(word % {"amount": money(amount)} for word, amount in words if amount > 0)
        owed = _("of it %(amount)s is owed back") % {"amount": money(back)} if back else ""
        return [
            Stat(pgettext("chargeback", "Claimed"), money(note.claimed)),
            Stat(pgettext("chargeback", "Accepted"), money(note.accepted)),
            Stat(pgettext("chargeback", "Disputed"), money(open_dispute), ended),
            Stat(_("Money received"), money(note.recovered + back), owed),
        ]

    def facts(self) -> Sequence[Fact]:
        note = self.get_object()
        return [
            Fact(_("Sent at"), note.sent_at),
            Fact(_("Last day to answer"), note.answer_by),
            Fact(_("Answered at"), note.answered_at),
            Fact(_("Accepted by silence"), _("yes") if note.accepted_silently else ""),
            *self._entered(note),
            *self._mailed(note),
        ]

    def _entered(self, note: Chargeback) -> Sequence[Fact]:
        """Answers that came on paper; who entered them is told to headquarters alone."""
        known = {kept.sha256: kept for kept in chargebacks.papers_of(note)} if note.answered_at else {}
        found = []
        for event in chargebacks.entries_of(note) if known else ():
            words = _("received on %(day)s, entered for the supplier by us")
            if at_headquarters(self.request.user):
                words = _("received on %(day)s, entered for the supplier by %(who)s")
            told = words % {"day": show.day(date.fromisoformat(event.data["received_on"])), "who": event.actor}
            kept = known.get(event.data["sha256"])
            url = reverse("attachment", args=[kept.pk]) if kept else ""
            found.append(Fact(_("Answer on paper"), told, url))
        return found

    def _mailed(self, note: Chargeback) -> Sequence[Fact]:
        """To whom the note went by mail."""
        if not note.sent_at or not at_headquarters(self.request.user):
            return []
        went = chargebacks.mailed_to(note)
        nobody = _("nobody: the supplier has no mail address for claims")
        return [Fact(_("Sent by mail to"), ", ".join(went) or nobody)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        note = self.get_object()
        lines = list(note.lines.filter(is_live=True).order_by("position"))
        threads = chargebacks.threads_of(line for line in lines if line.rounds or line.tested_since or line.outcome)
        may_resolve = note.status in ANSWERS and self.request.user.has_perm("warranty.resolve_chargeback", note)
        open_lines = [line.pk for line in lines if line.disputed and not line.outcome] if may_resolve else []
        return super().get_context_data(**kwargs) | {
            "lines": lines,
            "tickable": set(open_lines[: chargebacks.MOST_LINES]) if len(open_lines) > 1 else set(),
            "threads": threads,
            "names_people": at_headquarters(self.request.user),
            "today": clock.today(),
            "receipts": note.receipts.order_by("received_on", "pk"),
            "owed_back": self._back(note),
            "credits": CREDITS,
            "disputed_in_all": total(line.disputed for line in lines if line.disputed and line.outcome not in CREDITS),
            "may_repay": self.request.user.has_perm("warranty.pay_chargeback", note),
            "outcomes": chargebacks.OUTCOME_WORDS,
            "replies": chargebacks.replies_of(note),
            "credit_notes": documents_of(note, "credit_note"),
            "retest_orders": self._retest_orders(lines),
            "may_resolve": may_resolve,
        }

    def _retest_orders(self, lines: Sequence[ChargebackLine]) -> Sequence[Document]:
        """For headquarters alone; no line is tested again that nobody answered."""
        answered = [line for line in lines if line.answer_reason]
        return orders_of(answered) if answered and at_headquarters(self.request.user) else ()


class ChargebackPdf(PaperPage):
    """The note as sent; before that as a draft."""

    model = Chargeback
    permission = "warranty.view_chargeback"
    kind = "chargeback"
    draft_facts = staticmethod(note_facts)


class ChargebackZip(ScopedPage):
    """The sent note with its lines, old parts, appraisal reports and pictures in one archive, put together by a job."""

    permission = "warranty.view_chargeback"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        note: Any = visible_or_404(Chargeback, request.user, pk=kwargs["pk"])
        made = pack_of(note, get_language() or "", reader=request.user, ask=not asks_again(request))
        if made is None:
            raise Http404
        title = f"{_('Evidence pack (ZIP)')} {note.number}"
        return archive_answer(request, made, note.number, title=title)


class ChargebackPicture(ScopedPage):
    """One picture of a note's evidence: for whoever may see the note, whatever else they may not see."""

    permission = "warranty.view_chargeback"
    large = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        note: Any = visible_or_404(Chargeback, request.user, pk=kwargs["pk"])
        shown = note.lines.filter(is_live=True, facts__photos__contains=[{"id": kwargs["picture"]}])
        picture = picture_on(shown, kwargs["picture"], large=self.large)
        if picture is None:
            raise Http404
        answer = HttpResponse(picture, content_type="image/jpeg")
        answer["Cache-Control"] = "private, max-age=600"
        return answer


class AcknowledgeChargeback(OperationView):
    """The supplier has read it."""

    model = Chargeback
    permission = "warranty.answer_chargeback"
    title = gettext_lazy("Mark as read")
    intro = gettext_lazy("We are told that you have the note. You answer the lines later.")
    submit_label = gettext_lazy("Mark as read")

    def operate(self, form: Any) -> Chargeback:
        return chargebacks.acknowledge_chargeback(self.object, actor=self.request.user)

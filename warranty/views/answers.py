"""The supplier answers a note: on one form, or beyond 500 lines page by page, each kept when it is left; then looked over
and sent once."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from portal.core.errors import Refusal
from portal.core.pages import OperationView, Stat
from portal.core.show import money
from warranty import chargebacks
from warranty.answer_imports import ANSWERS_BY_FILE
from warranty.forms.answers import ACCEPT, AnswerForm, AnswerPageForm, SendAnswerForm
from warranty.models import Chargeback, DraftAnswer

MOST_SHOWN = 200


class AnswerChargeback(OperationView):
    """The supplier's answer, line by line: decided, looked over, then sent. Nothing binds before the last step."""

    model = Chargeback
    permission = "warranty.answer_chargeback"
    title = gettext_lazy("Answer the note")
    intro = gettext_lazy(
        "Decide every line: accept it, accept a part (an amount, or a share like 50%), or dispute it. "
        "What you do not accept needs a reason."
    )
    form_class = AnswerForm
    template_name = "warranty/chargebacks/answer.html"
    submit_label = gettext_lazy("Look over the answer")
    success_message = gettext_lazy("Your answer is here.")

    def why_not(self) -> str:
        """Nothing of the note waits for an answer."""
        note = self.get_object()
        return "" if chargebacks.lines_to_answer(note) else str(chargebacks.AlreadyAnswered(number=note.number))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._by_pages() or super().get(request, *args, **kwargs)

    def _by_pages(self) -> HttpResponse | None:
        """A note that is too long for one form is answered by pages, from the first one that is not done."""
        note = self.get_object()
        if not chargebacks.is_paged(note):
            return None
        first = (chargebacks.progress_of(note).open_pages or [1])[0]
        return redirect("chargeback_answer_page", note.pk, first)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        lines = context["form"].lines
        threads = chargebacks.threads_of(line for line in lines if line.rounds)
        return context | {"threads": threads, "file_kind": ANSWERS_BY_FILE}

    def operate(self, form: Any) -> Chargeback:
        return chargebacks.answer_chargeback(self.object, answers=form.answers(), actor=self.request.user)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """accept_all chooses for every line, change goes back to the form, send sends; anything else shows the summary."""
        if (elsewhere := self._by_pages()) is not None:
            return elsewhere
        step, form = request.POST.get("step", ""), self.get_form()
        if step == "accept_all":
            chosen = {f"decision_{line.pk}": ACCEPT for line in form.lines}
            return self._show(AnswerForm(user=request.user, subject=self.object, initial=chosen))
        if not form.is_valid():
            return self.form_invalid(form)
        if step == "send":
            return self.form_valid(form)
        return self._show(form) if step == "change" else self._look_over(form)

    def _show(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def _look_over(self, form: Any) -> HttpResponse:
        context = self.get_context_data(form=form) | {"decided": form.decided(), "sums": form.sums()}
        return render(self.request, "warranty/chargebacks/look_over.html", context)


class LongAnswer(OperationView):
    """What the pages of a long answer share: how far it is."""

    model = Chargeback
    permission = "warranty.answer_chargeback"

    @property
    def progress(self) -> chargebacks.Progress:
        """Read once a request, anew after something was kept."""
        if not hasattr(self, "_progress"):
            self._progress = chargebacks.progress_of(self.get_object())
        return self._progress

    def why_not(self) -> str:
        """Nothing of the note waits for an answer."""
        return "" if self.progress.lines else str(chargebacks.AlreadyAnswered(number=self.get_object().number))

    def stats(self) -> Sequence[Stat]:
        """Of the whole note, whatever page is shown."""
        found = self.progress
        decided = len(found.lines) - found.undecided
        return [
            Stat(_("Lines decided"), f"{decided} / {len(found.lines)}"),
            Stat(pgettext("chargeback", "Claimed"), money(found.claimed)),
            Stat(_("You accept"), money(found.accepted)),
            Stat(_("You dispute"), money(found.disputed)),
        ]

    def page_url(self, page: int) -> str:
        """Where this page of the answer is."""
        return reverse("chargeback_answer_page", args=[self.get_object().pk, page])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "stats": self.stats(),
            "progress": self.progress,
            "file_kind": ANSWERS_BY_FILE,
        }


class AnswerPage(LongAnswer):
    """Two hundred lines of the note; whatever is pressed, what was typed on them is kept first."""

    form_class = AnswerPageForm
    template_name = "warranty/chargebacks/answer_page.html"
    intro = gettext_lazy(
        "Decide every line: accept it, accept a part (an amount, or a share like 50%), or dispute it. "
        "What you do not accept needs a reason. Each page is kept when you leave it by its buttons; nothing is sent "
        "before you have looked over the whole."
    )

    def get_title(self) -> str:
        facts = {"page": self.page, "pages": self.progress.pages}
        return _("Answer the note: page %(page)s of %(pages)s") % facts

    @property
    def page(self) -> int:
        """Which one is shown, from 1."""
        return int(self.kwargs["page"])

    def get_form_kwargs(self) -> dict[str, Any]:
        keys = [line.key for line in self.progress.on_page(self.page)]
        if not keys and self.progress.lines:
            raise Http404
        lines = list(self.get_object().lines.filter(pk__in=keys).order_by("position"))
        drafts = {each.line_id: each for each in DraftAnswer.objects.filter(line__in=keys)}
        return super().get_form_kwargs() | {"lines": lines, "drafts": drafts}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        lines = context["form"].lines
        return context | {
            "page": self.page,
            "threads": chargebacks.threads_of(line for line in lines if line.rounds),
            "open_pages": self.progress.open_pages,
            "page_numbers": range(1, self.progress.pages + 1),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """go names a page, step is accept_all or look_over; the page stays where something on it is wrong."""
        form = self.get_form()
        form.is_valid()
        try:
            chargebacks.keep_drafts(self.object, form.typed(), actor=request.user)
            if request.POST.get("step") == "accept_all":
                chargebacks.accept_undecided(self.object, actor=request.user)
                return redirect(self.page_url(self.page))
        except Refusal as refusal:
            return self.refused(form, str(refusal), refusal.field, status=409)
        if form.errors:
            del self._progress
            return self.form_invalid(form)
        return redirect(self._next())

    def _next(self) -> str:
        wanted = self.request.POST.get("go", "")
        if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:6]) <= self.progress.pages:
            return self.page_url(int(wanted[:6]))
        if self.request.POST.get("step") == "look_over":
            return reverse("chargeback_answer_send", args=[self.get_object().pk])
        return self.page_url(self.page)


class SendAnswer(LongAnswer):
    """The whole answer, looked over: its sums, what is not accepted, and the one button that sends it."""

    form_class = SendAnswerForm
    template_name = "warranty/chargebacks/answer_send.html"
    title = gettext_lazy("Look over the answer")
    success_message = gettext_lazy("Your answer is here.")

    def why_not(self) -> str:
        """Lines are left without an answer."""
        return super().why_not() or self._missing()

    def _missing(self) -> str:
        left, pages = self.progress.undecided, self.progress.open_pages
        if not left:
            return ""
        words = ngettext(
            "%(count)s line has no answer yet: look at page %(pages)s.",
            "%(count)s lines have no answer yet: look at pages %(pages)s.",
            left,
        )
        named = ", ".join(map(str, pages[:20])) + (" …" if len(pages) > 20 else "")
        return words % {"count": left, "pages": named}

    def get_cancel_url(self) -> str:
        """Back to the first page that is not done."""
        return self.page_url((self.progress.open_pages or [1])[0])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answers = chargebacks.drafted_answers(self.get_object())
        unlike = [
            line.key for line in self.progress.lines if line.accepted is not None and line.accepted < line.claimed
        ]
        lines = self.get_object().lines.filter(pk__in=unlike[:MOST_SHOWN]).order_by("position")
        return super().get_context_data(**kwargs) | {
            "seen": chargebacks.mark_of(answers),
            "unlike": [(line, answers[line.pk]) for line in lines if line.pk in answers],
            "unlike_count": len(unlike),
            "accepted_count": len(answers) - len(unlike),
        }

    def operate(self, form: Any) -> Chargeback:
        return chargebacks.answer_by_drafts(self.object, seen=form.cleaned_data["seen"], actor=self.request.user)

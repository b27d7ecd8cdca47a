"""What headquarters decide about a disputed line of a note."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core import show
from portal.core.pages import OperationView
from portal.core.show import money
from warranty import chargebacks
from warranty.appraisal import JudgedAlready
from warranty.forms.failed_parts import JudgeAgainForm
from warranty.forms.recovery import FurtherTestForm, RerouteForm
from warranty.forms.settlement import ResolveForm
from warranty.further_test_documents import order_of
from warranty.models import Chargeback, ChargebackLine, FurtherTest, RecoveryCase
from warranty.views.failed_parts.bench_facts import bench_facts, effect_on_dispute, verdict_rows


class ResolveDispute(OperationView):
    """Who bears a disputed line."""

    model = ChargebackLine
    permission = "warranty.resolve_chargeback"
    title = gettext_lazy("Resolve the dispute")
    form_class = ResolveForm
    template_name = "warranty/chargebacks/resolve.html"
    select_related = ["chargeback", "case__claim__station"]

    def get_cancel_url(self) -> str:
        return self.get_object().chargeback.get_absolute_url()  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        line = self.get_object()
        return super().get_context_data(**kwargs) | {
            "replies": chargebacks.replies_of(line.chargeback),
            "thread": chargebacks.threads_of([line]).get(line.pk, ()),
            "names_people": True,
            "is_fee": line.claim_line_id is None,
            "others": chargebacks.look_at_rerouting(line).candidates if line.claim_line_id else (),
        }

    def get_intro(self) -> str:
        line = self.get_object()
        return _("%(disputed)s of %(claimed)s is disputed: %(reason)s") % {
            "disputed": money(line.disputed),
            "claimed": money(line.claimed),
            "reason": line.answer_reason,
        }

    def operate(self, form: Any) -> str:
        if self.object.outcome:
            raise chargebacks.NotDisputed(position=self.object.position)
        chargebacks.decide_dispute(self.object, actor=self.request.user, **form.cleaned_data)
        return self.get_cancel_url()


EFFECTS: Final = {
    "denied": gettext_lazy("The supplier reads the answer and accepts or disputes these lines again by %(day)s."),
    "conceded": gettext_lazy("The supplier owes %(amount)s more."),
    "written_off": gettext_lazy("We bear %(amount)s; the supplier is not asked for it any more."),
    "station": gettext_lazy("The stations bear %(amount)s, each as a debit on its statement of the month named below."),
}


class DecideDisputes(OperationView):
    """Several disputed lines of a note are decided alike: ticked, looked over with the effect, then all or none."""

    model = Chargeback
    permission = "warranty.resolve_chargeback"
    title = gettext_lazy("Decide several disputed lines")
    intro = gettext_lazy("You see first what it does. Then all of the lines are decided alike, or none.")
    form_class = ResolveForm
    template_name = "warranty/chargebacks/decide_many.html"
    select_related = ["supplier"]
    submit_label = gettext_lazy("Show the effect")

    def get_subtitle(self) -> str:
        note = self.get_object()
        return f"{note.number} · {note.supplier.code} {note.supplier.local_name}"

    def why_not(self) -> str:
        """Nothing of the note is in dispute."""
        note = self.get_object()
        return "" if note.lines.in_dispute().exists() else _("Nothing of %(number)s is in dispute.") % {"number": note}

    @property
    def ticked(self) -> set[int]:
        """Keys of the lines that are chosen: boxes on a page, or one text where the effect was shown."""
        posted = [*self.request.POST.getlist("lines"), *self.request.POST.get("chosen", "").split(",")]
        return {int(key) for key in posted if key.isascii() and key.isdigit() and len(key) <= 18}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """show shows the effect, go decides, change goes back to the lines; anything else comes from the note's page."""
        step, form = request.POST.get("step", ""), self.get_form()
        if step not in ("show", "go"):
            said = {name: request.POST.get(name, "") for name in form.fields}
            return self._show(ResolveForm(user=request.user, subject=self.object, initial=said))
        if not form.is_valid():
            return self.form_invalid(form)
        if step == "go":
            return self.form_valid(form)
        if not 0 < len(self.ticked) <= chargebacks.MOST_LINES:
            form.add_error(None, self._wrong_count())
            return self.form_invalid(form)
        return self._show(form, foresight=self._foresight(form))

    def _wrong_count(self) -> str:
        if not self.ticked:
            return str(chargebacks.NoLineChosen())
        return str(chargebacks.TooManyLines(count=len(self.ticked), most=chargebacks.MOST_LINES))

    def _show(self, form: Any, **more: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, **more))

    def _foresight(self, form: Any) -> chargebacks.Foresight:
        outcome = form.cleaned_data["outcome"]
        return chargebacks.foresee_decision(self.object, lines=self.ticked, outcome=outcome, actor=self.request.user)

    def operate(self, form: Any) -> Chargeback:
        said = form.cleaned_data
        decided = chargebacks.decide_disputes(
            self.object, lines=self.ticked, outcome=said["outcome"], reason=said["note"], actor=self.request.user
        )
        text = ngettext("%(count)s line is decided.", "%(count)s lines are decided.", len(decided))
        self.success_message = text % {"count": len(decided)}
        return self.get_object()  # type: ignore[no-any-return]

    def refused(self, form: Any, text: str, field: str, *, status: int) -> HttpResponse:
        """The effect as it would be now, with what was typed."""
        form.add_error(None, text)
        context = self.get_context_data(form=form, foresight=self._foresight(form))
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if foresight := kwargs.get("foresight"):
            chosen = ",".join(str(each.line.pk) for each in foresight.lines)
            return context | {"chosen": chosen, "effects": self._effects(foresight)}
        rows = list(self.get_object().lines.in_dispute().order_by("position")[: chargebacks.MOST_LINES + 1])
        most = chargebacks.MOST_LINES
        return context | {
            "rows": rows[:most],
            "most": most if len(rows) > most else 0,
            "ticked": self.ticked,
        }

    def _effects(self, foresight: chargebacks.Foresight) -> list[str]:
        """What follows, sentence by sentence."""
        facts = {"amount": money(foresight.amount), "day": show.day(foresight.answer_by)}
        said = [str(EFFECTS[foresight.outcome]) % facts]
        if foresight.left:
            text = ngettext(
                "%(count)s other line stays in dispute.", "%(count)s other lines stay in dispute.", foresight.left
            )
            said.append(text % {"count": foresight.left})
        elif foresight.status != self.get_object().status:
            said.append(
                _("Nothing stays in dispute: the note becomes “%(status)s”.") % {"status": foresight.status.label}
            )
        return said


class RerouteDispute(OperationView):
    """The line's supplier is credited, another one has the case."""

    model = ChargebackLine
    permission = "warranty.resolve_chargeback"
    title = gettext_lazy("Charge another supplier")
    intro = gettext_lazy(
        "The lines above are credited to their supplier, with a credit note. The other supplier has a case of its own, "
        "which its next note charges. What was paid for them is owed back."
    )
    form_class = RerouteForm
    template_name = "warranty/chargebacks/reroute.html"
    select_related = ["chargeback__supplier", "case__claim__unit", "case__line", "case__part", "case__agreement"]
    submit_label = gettext_lazy("Credit and open the new case")
    success_message = gettext_lazy("The other supplier has the case; the first is credited.")

    def get_cancel_url(self) -> str:
        return self.get_object().chargeback.get_absolute_url()  # type: ignore[no-any-return]

    def why_not(self) -> str:
        """Nothing is disputed any more, or nobody else delivers the part."""
        line = self.get_object()
        if not line.disputed or line.outcome:
            return str(chargebacks.NotDisputed(position=line.position))
        if not self._effect().candidates:
            return _("No other supplier with an agreement delivers this part.")
        return ""

    def _effect(self) -> chargebacks.Rerouting:
        if not hasattr(self, "_looked"):
            self._looked = chargebacks.look_at_rerouting(self.get_object())
        return self._looked

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"rerouting": self._effect()}

    def operate(self, form: Any) -> str | RecoveryCase:
        said = form.cleaned_data
        new = chargebacks.reroute_dispute(
            self.object, supplier=said["supplier"], reason=said["reason"], until=said["until"], actor=self.request.user
        )
        return new if self.request.user.has_perm("warranty.view_recoverycase") else self.get_cancel_url()


class AskFurtherTest(OperationView):
    """The old parts of a disputed line go back to the bench."""

    model = ChargebackLine
    permission = "warranty.resolve_chargeback"
    title = gettext_lazy("Test the old part again")
    intro = gettext_lazy(
        "The line waits for the new verdict: supplier defect denies the dispute, a fault of the station is charged to "
        "the station, anything else is given up. The first verdict stays on file."
    )
    form_class = FurtherTestForm
    template_name = "warranty/chargebacks/further_test.html"
    select_related = ["chargeback", "case__claim__station"]
    submit_label = gettext_lazy("Send to the bench")
    success_message = gettext_lazy("The bench has the old part again; its retest order stands on the note.")

    def get_cancel_url(self) -> str:
        return self.get_object().chargeback.get_absolute_url()  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"pieces": chargebacks.pieces_to_test(self.get_object())}

    def operate(self, form: Any) -> str:
        chargebacks.ask_further_test(self.object, actor=self.request.user, **form.cleaned_data)
        return self.get_cancel_url()


class JudgeAgain(OperationView):
    """The second verdict on an old part, by another appraiser."""

    model = FurtherTest
    permission = "warranty.appraise_failedpart"
    form_class = JudgeAgainForm
    template_name = "warranty/chargebacks/judge_again.html"
    select_related = [
        "piece__claim__product_model", "piece__claim__work_order", "piece__part", "piece__station", "line__chargeback",
    ]  # fmt: skip
    submit_label = gettext_lazy("Give the verdict")
    success_message = gettext_lazy("The verdict decides the dispute.")

    def get_title(self) -> str:
        return _("%(number)s, tested again") % {"number": self.get_object().piece.number}

    def get_cancel_url(self) -> str:
        return reverse("failed_part_bench")

    def why_not(self) -> str:
        """It is done, nobody waits for it any more, or the first verdict is this user's."""
        test = self.get_object()
        if test.done_at is not None or test.line.tested_since is None:
            return str(chargebacks.NoTestAwaited(number=test.piece.number))
        own = test.piece.appraisals.filter(appraiser=self.request.user.pk)
        return str(JudgedAlready(number=test.piece.number)) if own.exists() else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        test = self.get_object()
        facts = bench_facts(test.piece, self.request.user) | {"verdicts": verdict_rows(effect_on_dispute)}
        return (
            super().get_context_data(**kwargs)
            | facts
            | {
                "words_always": True,
                "order": order_of(test),
                "replies": chargebacks.replies_of(test.line.chargeback),
                "thread": chargebacks.threads_of([test.line]).get(test.line_id, ()),
                "names_people": True,
            }
        )

    def operate(self, form: Any) -> str:
        chargebacks.judge_again(self.object, actor=self.request.user, **form.appraisal())
        return self.get_cancel_url()

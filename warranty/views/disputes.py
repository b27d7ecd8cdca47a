"""What headquarters decide about a disputed line of a note."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.pages import OperationView
from portal.core.show import money
from warranty import chargebacks
from warranty.forms.failed_parts import JudgeAgainForm
from warranty.forms.recovery import FurtherTestForm, RerouteForm
from warranty.forms.settlement import ResolveForm
from warranty.models import ChargebackLine, FurtherTest, RecoveryCase


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
            raise chargebacks.NotDisputed
        chargebacks.decide_dispute(self.object, actor=self.request.user, **form.cleaned_data)
        return self.get_cancel_url()


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
            return str(chargebacks.NotDisputed())
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
    success_message = gettext_lazy("The bench has the old part again.")

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
    select_related = ["piece__claim", "piece__part", "line__chargeback"]
    submit_label = gettext_lazy("Give the verdict")
    success_message = gettext_lazy("The verdict decides the dispute.")

    def get_title(self) -> str:
        return _("%(number)s, tested again") % {"number": self.get_object().piece.number}

    def get_cancel_url(self) -> str:
        return reverse("failed_part_bench")

    def why_not(self) -> str:
        """It is done, or nobody waits for it any more."""
        test = self.get_object()
        waits = test.done_at is None and test.line.tested_since is not None
        return "" if waits else str(chargebacks.NoTestAwaited(number=test.piece.number))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        test = self.get_object()
        return super().get_context_data(**kwargs) | {
            "earlier": test.piece.appraisals.select_related("appraiser").order_by("pk"),
            "replies": chargebacks.replies_of(test.line.chargeback),
            "thread": chargebacks.threads_of([test.line]).get(test.line_id, ()),
            "names_people": True,
        }

    def operate(self, form: Any) -> str:
        chargebacks.judge_again(self.object, actor=self.request.user, **form.appraisal())
        return self.get_cancel_url()

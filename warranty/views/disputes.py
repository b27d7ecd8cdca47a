"""What headquarters decide about a disputed line of a note."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.pages import OperationView
from portal.core.show import money
from warranty import chargebacks
from warranty.forms.recovery import RerouteForm
from warranty.forms.settlement import ResolveForm
from warranty.models import ChargebackLine, RecoveryCase


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

"""What headquarters decide about a disputed line of a note."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.pages import OperationView
from portal.core.show import money
from warranty import chargebacks
from warranty.forms.settlement import ResolveForm
from warranty.models import ChargebackLine


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

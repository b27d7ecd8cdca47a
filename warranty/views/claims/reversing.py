"""Taking a granted claim back, with everything that this does shown before."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.pages import OperationView
from warranty import review
from warranty.forms.claims import ReversalForm
from warranty.models import WarrantyClaim
from warranty.reversal import effect_of


class ReverseClaim(OperationView):
    """The claim no longer counts; the page says line by line what comes back, and from whom."""

    model = WarrantyClaim
    permission = "warranty.reverse_claim"
    title = _("Reverse the claim")
    intro = _("Issued documents stay as they are; what the claim brought is taken back by new lines and notes.")
    submit_label = _("Reverse the claim")
    success_message = _("The claim was reversed.")
    template_name = "warranty/claim_reverse.html"
    form_class = ReversalForm
    danger = True
    select_related = ("station__dealer", "work_order__technician", "goodwill")

    def operate(self, form: Any) -> WarrantyClaim:
        given = form.cleaned_data
        code = given["reason_code"].code
        return review.reverse_claim(self.object, reason_code=code, reason=given["reason"], actor=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"effect": effect_of(self.object)}

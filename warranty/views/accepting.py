"""A supplier accepts a whole note at one press, its sum said before."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import show
from portal.core.money import total
from portal.core.pages import OperationView
from warranty import chargebacks
from warranty.models import Chargeback, ChargebackLine


class AcceptChargeback(OperationView):
    """Every line that waits for an answer is accepted in full; the page says how many and how much."""

    model = Chargeback
    permission = "warranty.answer_chargeback"
    title = gettext_lazy("Accept the whole note")
    submit_label = gettext_lazy("Accept all")
    success_message = gettext_lazy("Your answer is here.")

    @cached_property
    def lines(self) -> list[ChargebackLine]:
        """What waits for the supplier's answer."""
        return chargebacks.lines_to_answer(self.get_object())

    def why_not(self) -> str:
        """Nothing of the note waits for an answer."""
        return "" if self.lines else str(chargebacks.AlreadyAnswered(number=self.get_object().number))

    def get_intro(self) -> str:
        """What is accepted with this."""
        said = {"count": len(self.lines), "amount": show.money(total(line.claimed for line in self.lines))}
        return _("You accept %(count)s lines, %(amount)s in all. The answer is binding and cannot be changed.") % said

    def operate(self, form: Any) -> Chargeback:
        return chargebacks.accept_chargeback(self.object, actor=self.request.user)

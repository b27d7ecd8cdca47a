"""What a supplier gave for a note, what went back to it, and what it never pays."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import show
from portal.core.pages import OperationView
from warranty import chargebacks
from warranty.forms.claims import ReasonForm
from warranty.forms.settlement import ReceiptForm, RepaymentForm
from warranty.models import Chargeback


class PayChargeback(OperationView):
    """Money of the supplier, its credit note, or a set-off."""

    model = Chargeback
    permission = "warranty.pay_chargeback"
    title = gettext_lazy("Enter a payment")
    form_class = ReceiptForm

    def operate(self, form: Any) -> Chargeback:
        chargebacks.record_supplier_payment(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object  # type: ignore[no-any-return]


class RepaySupplier(OperationView):
    """Money that our credit note left owed has gone back."""

    model = Chargeback
    permission = "warranty.pay_chargeback"
    title = gettext_lazy("Enter a repayment to the supplier")
    intro = gettext_lazy("For what the supplier had paid and a credit note of ours took off the note.")
    form_class = RepaymentForm
    select_related = ["supplier"]

    def why_not(self) -> str:
        """Nothing is owed back."""
        note = self.get_object()
        return "" if chargebacks.owed_back(note.supplier, note=note) else _("Nothing of this note is owed back.")

    def operate(self, form: Any) -> Chargeback:
        chargebacks.repay_supplier(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object  # type: ignore[no-any-return]


class GiveUpUnpaid(OperationView):
    """What the supplier accepted and never pays is given up."""

    model = Chargeback
    permission = "warranty.give_up_chargeback"
    title = gettext_lazy("Give up what is not paid")
    form_class = ReasonForm
    submit_label = gettext_lazy("Give up")
    success_message = gettext_lazy("Nothing more is asked of the supplier for this note.")
    danger = True

    def get_intro(self) -> str:
        """How much is lost with it."""
        said = {"amount": show.money(chargebacks.unpaid_of(self.get_object()))}
        return _("%(amount)s that the supplier accepted is asked for no longer, and the note ends.") % said

    def why_not(self) -> str:
        """Nothing is unpaid, or something is disputed."""
        note = self.get_object()
        if not chargebacks.unpaid_of(note):
            return str(chargebacks.NothingUnpaid(number=note.number))
        return str(chargebacks.StillDisputed(number=note.number)) if note.lines.in_dispute().exists() else ""

    def operate(self, form: Any) -> Chargeback:
        return chargebacks.give_up_unpaid(self.object, actor=self.request.user, **form.cleaned_data)

"""What a supplier gave for a note, and what went back to it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.pages import OperationView
from warranty import chargebacks
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

"""Notes before the supplier sees them: their lines proposed, made into a note, sent or taken back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from parts.models import Supplier
from portal.core import clock
from portal.core.pages import OperationView, Stat
from portal.core.show import money
from warranty import chargebacks
from warranty.forms.settlement import BatchForm
from warranty.models import Chargeback

MAKE, SEND = "make", "send"


def no_mail_for(supplier: Supplier) -> str:
    """What to know before a note is sent to a supplier whom no mail reaches; empty where one does."""
    if chargebacks.mail_addresses(supplier):
        return ""
    return _(
        "Nobody at %(supplier)s gets mail: no contact for claims has an address. Enter one first, or tell it otherwise."
    ) % {"supplier": supplier}


class BatchChargebacks(OperationView):
    """A supplier's open cases become a note: chosen by month, looked over with the effect, then made."""

    permission = "warranty.batch_chargeback"
    title = gettext_lazy("New chargeback note")
    form_class = BatchForm
    submit_label = gettext_lazy("Show the lines")
    intro = gettext_lazy(
        "You see first what the note would charge and may leave cases out. The note is not sent with this."
    )

    def get_cancel_url(self) -> str:
        return reverse("chargeback_list")

    def operate(self, form: Any) -> Chargeback:
        chosen, actor = form.cleaned_data, self.request.user
        facts = {"period": chosen["period"], "without": [case.pk for case in chosen["without"]], "actor": actor}
        with transaction.atomic():
            note = chargebacks.batch_chargebacks(chosen["supplier"], **facts)
            return chargebacks.send_chargeback(note, actor=actor) if self.request.POST.get("step") == SEND else note

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """make makes the note, send sends it as well; anything else shows its effect without those that are left out."""
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        if request.POST.get("step") == SEND and not request.user.has_perm("warranty.send_chargeback"):
            raise PermissionDenied
        return self.form_valid(form) if request.POST.get("step") in (MAKE, SEND) else self._show_effect(form)

    def _show_effect(self, form: Any) -> HttpResponse:
        chosen = form.cleaned_data
        facts = {"supplier": chosen["supplier"], "period": chosen["period"], "on": clock.today()}
        without = {case.pk for case in chosen["without"]}
        proposal = chargebacks.propose(**facts)
        taken = chargebacks.propose(**facts, without=without) if without else proposal
        context = self.get_context_data(form=form) | {
            "proposal": proposal,
            "left_out": without,
            "no_mail": no_mail_for(chosen["supplier"]),
            "hidden_cases": proposal.cases - len(proposal.shown),
            "stats": [
                Stat(_("Cases"), taken.cases),
                Stat(_("Lines"), taken.lines),
                Stat(pgettext("chargeback", "Claimed"), money(taken.claimed)),
            ],
            "chosen": chosen,
        }
        return render(self.request, "warranty/chargebacks/propose.html", context)


class SendChargeback(OperationView):
    """The supplier sees it."""

    model = Chargeback
    permission = "warranty.send_chargeback"
    title = gettext_lazy("Send the note")
    intro = gettext_lazy("The supplier is told and can answer; the lines cannot be changed any more.")
    submit_label = gettext_lazy("Send")
    success_message: Any = gettext_lazy("The note is sent.")

    def get_intro(self) -> str:
        """With what leaves the note because its day has passed."""
        late = chargebacks.late_cases(self.object, clock.today()).count()
        if not late:
            return f"{no_mail_for(self.object.supplier)} {self.intro}".strip()
        words = ngettext(
            "%(count)s case whose last day for notice has passed leaves the note and is lost.",
            "%(count)s cases whose last day for notice has passed leave the note and are lost.",
            late,
        )
        return f"{words % {'count': late}} {no_mail_for(self.object.supplier)} {self.intro}"

    def operate(self, form: Any) -> Chargeback:
        before = self.object.claimed
        note = chargebacks.send_chargeback(self.object, actor=self.request.user)
        if lost := before - note.claimed:
            words = _("The note is sent without %(amount)s, for which notice came too late.")
            self.success_message = words % {"amount": money(lost)}
        return note


class WithdrawChargeback(OperationView):
    """A note that was not sent is taken back."""

    model = Chargeback
    permission = "warranty.withdraw_chargeback"
    title = gettext_lazy("Withdraw the note")
    intro = gettext_lazy("Its cases are open again.")
    submit_label = gettext_lazy("Withdraw")
    danger = True

    def operate(self, form: Any) -> Chargeback:
        return chargebacks.withdraw_chargeback(self.object, actor=self.request.user)

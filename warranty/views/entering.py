"""Finance enters what a supplier answered on paper, and decides about what a further test put in doubt."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import show
from portal.core.money import total
from portal.core.pages import OperationView
from warranty import chargebacks
from warranty.forms.answers import EnterAnswerForm
from warranty.forms.recovery import DoubtForm
from warranty.models import Chargeback, ChargebackLine


class EnterAnswer(OperationView):
    """The supplier's answer on paper, entered for it: the paper and the day it came are kept with the note."""

    model = Chargeback
    permission = "warranty.enter_chargeback_answer"
    title = gettext_lazy("Enter an answer on paper")
    intro = gettext_lazy(
        "For a supplier that answers by letter or mail. It binds the supplier as if it had answered in the portal; the note "
        "says that you entered it, and keeps the paper."
    )
    form_class = EnterAnswerForm
    template_name = "warranty/chargebacks/enter_answer.html"
    select_related = ["supplier"]
    submit_label = gettext_lazy("Enter the answer")
    success_message = gettext_lazy("The answer is entered for the supplier.")

    def get_subtitle(self) -> str:
        note = self.get_object()
        return f"{note.number} · {note.supplier.code} {note.supplier.local_name}"

    def why_not(self) -> str:
        """Nothing of the note waits for an answer."""
        note = self.get_object()
        return "" if chargebacks.lines_to_answer(note) else str(chargebacks.AlreadyAnswered(number=note.number))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        lines = context["form"].lines
        threads = chargebacks.threads_of(line for line in lines if line.rounds)
        return context | {"threads": threads, "names_people": True}

    def operate(self, form: Any) -> Chargeback:
        said = form.cleaned_data
        return chargebacks.enter_answer(
            self.object,
            answers=form.answers(),
            received_on=said["received_on"],
            paper=said["paper"],
            actor=self.request.user,
        )


class DecideDoubt(OperationView):
    """What a supplier accepted before a further test cleared it: credited, or kept with a reason."""

    model = ChargebackLine
    permission = "warranty.resolve_chargeback"
    title = gettext_lazy("Decide about what was accepted")
    form_class = DoubtForm
    template_name = "warranty/chargebacks/doubt.html"
    select_related = ["chargeback__supplier", "case__claim__station"]
    submit_label = gettext_lazy("Decide")
    success_message = gettext_lazy("It is decided.")

    @cached_property
    def lines(self) -> list[ChargebackLine]:
        """All that the decision is about."""
        return list(chargebacks.in_doubt_with(self.get_object()).order_by("position"))

    def get_subtitle(self) -> str:
        note = self.get_object().chargeback
        return f"{note.number} · {note.supplier.code} {note.supplier.local_name}"

    def get_cancel_url(self) -> str:
        return self.get_object().chargeback.get_absolute_url()  # type: ignore[no-any-return]

    def why_not(self) -> str:
        """Somebody has decided."""
        return "" if self.lines else str(chargebacks.NothingInDoubt(position=self.get_object().position))

    def get_intro(self) -> str:
        """What each exit does."""
        line = self.get_object()
        amount = show.money(total(each.accepted for each in self.lines if each.accepted))
        words = _(
            "The supplier had accepted %(amount)s before the further test cleared it. A credit takes it off the note with a "
            "credit note, and what was paid is owed back; we bear it."
        )
        if chargebacks.station_bears(line):
            words = _(
                "The supplier had accepted %(amount)s before the further test found the station at fault. A credit takes it "
                "off the note with a credit note, and what was paid is owed back; the station bears what it got for these "
                "lines, on its statement."
            )
        return words % {"amount": amount}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        line = self.get_object()
        return super().get_context_data(**kwargs) | {
            "lines": self.lines,
            "thread": chargebacks.threads_of([line]).get(line.pk, ()),
            "names_people": True,
        }

    def operate(self, form: Any) -> str:
        chargebacks.decide_doubt(self.object, actor=self.request.user, **form.cleaned_data)
        return self.get_cancel_url()

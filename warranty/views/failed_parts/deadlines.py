"""Exceptions to a return: more days, no return at all, or a piece that is lost."""

from typing import Any

from django.utils.translation import gettext_lazy

from portal.core.pages import OperationView
from warranty import failed_parts
from warranty.forms.failed_parts import AskExtensionForm, ExtendForm, LoseForm, WaiveForm
from warranty.models import FailedPart


class ExtendReturn(OperationView):
    """More days, once."""

    model = FailedPart
    permission = "warranty.extend_failedpart"
    title = gettext_lazy("Extend the return")
    form_class = ExtendForm

    def operate(self, form: Any) -> FailedPart:
        return failed_parts.extend_return(self.object, actor=self.request.user, **form.cleaned_data)


class AskExtension(OperationView):
    """More days, asked for by the station."""

    model = FailedPart
    permission = "warranty.ask_failedpart_extension"
    title = gettext_lazy("Ask for more time")
    form_class = AskExtensionForm
    submit_label = gettext_lazy("Ask headquarters")
    success_message = gettext_lazy("Headquarters was asked; the last day stays as it is until it answers.")

    def operate(self, form: Any) -> FailedPart:
        return failed_parts.ask_extension(self.object, actor=self.request.user, **form.cleaned_data)


class RefuseExtension(OperationView):
    """No more days."""

    model = FailedPart
    permission = "warranty.extend_failedpart"
    title = gettext_lazy("Refuse more time")
    form_class = WaiveForm
    danger = True

    def operate(self, form: Any) -> FailedPart:
        return failed_parts.refuse_extension(self.object, actor=self.request.user, **form.cleaned_data)


class WaiveReturn(OperationView):
    """The piece need not come back."""

    model = FailedPart
    permission = "warranty.waive_failedpart"
    title = gettext_lazy("Waive the return")
    form_class = WaiveForm
    danger = True

    def operate(self, form: Any) -> FailedPart:
        return failed_parts.waive_return(self.object, actor=self.request.user, **form.cleaned_data)


class LosePiece(OperationView):
    """The piece is given up."""

    model = FailedPart
    permission = "warranty.lose_failedpart"
    title = gettext_lazy("Give it up as lost")
    intro = gettext_lazy("It will not come back, so no supplier can be charged for it.")
    form_class = LoseForm
    danger = True

    def operate(self, form: Any) -> FailedPart:
        return failed_parts.lose_piece(self.object, actor=self.request.user, **form.cleaned_data)

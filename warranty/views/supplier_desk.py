"""What a supplier does beside answering a note: files its 8D reply."""

from typing import Any

from django.utils.translation import gettext_lazy

from portal.core.pages import OperationView
from warranty import chargebacks
from warranty.forms.settlement import ReplyForm
from warranty.models import Chargeback


class FileReply(OperationView):
    """How the defect came about and what the supplier does against it, as a file."""

    model = Chargeback
    permission = "warranty.reply_to_chargeback"
    title = gettext_lazy("File an 8D reply")
    intro = gettext_lazy("We read it at the note and before a dispute of it is decided. It does not answer the lines.")
    form_class = ReplyForm
    submit_label = gettext_lazy("File the reply")
    success_message = gettext_lazy("Your reply is here.")

    def why_not(self) -> str:
        """The note waits for nothing."""
        note = self.get_object()
        return "" if chargebacks.takes_reply(note) else str(chargebacks.ReplyNotAwaited(number=note.number))

    def operate(self, form: Any) -> Chargeback:
        said = form.cleaned_data
        chargebacks.file_reply(self.object, upload=said["file"], remark=said["remark"], actor=self.request.user)
        return self.object  # type: ignore[no-any-return]

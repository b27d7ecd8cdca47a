"""The factory's door: scan after scan."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.pages import Column, OperationView
from warranty import failed_parts
from warranty.forms.failed_parts import ReceiveForm
from warranty.models import FailedPart
from warranty.settlement_states import ON_ITS_WAY, FailedPartStatus


class ReceivePieces(OperationView):
    """Scan after scan, without leaving the page."""

    permission = "warranty.receive_failedpart"
    title = gettext_lazy("Receive old parts")
    form_class = ReceiveForm
    template_name = "warranty/failed_parts/receive.html"
    submit_label = gettext_lazy("Receive")

    def get_cancel_url(self) -> str:
        return reverse("failed_part_list")

    def operate(self, form: Any) -> str:
        received = failed_parts.receive_piece(actor=self.request.user, **form.cleaned_data)
        return f"{reverse('failed_part_receive')}?last={received.pk}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = FailedPart.objects.visible_to(self.request.user).select_related("claim", "part", "station", "box")
        last = self.request.GET.get("last", "")
        just = rows.filter(pk=int(last)).first() if last.isascii() and last.isdigit() and len(last) < 12 else None
        columns = [
            Column("number", kind="number", small="claim__number"),
            Column("part__local_name", _("Part"), small="part__number"),
            Column("station", _("Station"), small="station__code"),
            Column("condition"),
            Column("received_at", kind="moment"),
        ]
        on_bench = rows.filter(status=FailedPartStatus.RECEIVED).order_by("-received_at", "-pk")
        left = just.box.pieces.filter(status__in=ON_ITS_WAY).count() if just and just.box else None
        return super().get_context_data(**kwargs) | {
            "just": just,
            "left": left,
            "received": on_bench[:20],
            "columns": columns,
        }

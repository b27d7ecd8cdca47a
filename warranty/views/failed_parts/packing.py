"""Packing on a phone: a box is opened, grows tag after tag, gives a piece back, is sealed."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.pages import OperationView
from warranty import failed_parts
from warranty.failed_parts_rules import read_tag
from warranty.forms.failed_parts import ScanForm, SealForm, TakeOutForm
from warranty.models import FailedPart, PartBox
from warranty.settlement_states import FailedPartStatus


class PackByScan(OperationView):
    """The box and what lies in it; without a box, the first scan opens one."""

    model = PartBox
    permission = "warranty.pack_box"
    form_class = ScanForm
    template_name = "warranty/failed_parts/pack.html"
    select_related = ["station"]

    def get_title(self) -> str:
        box = self.get_object()
        return box.number if box else str(_("Pack by scanning"))

    def get_subtitle(self) -> str:
        box = self.get_object()
        return f"{box.station.code} {box.station}" if box else ""

    def get_cancel_url(self) -> str:
        return reverse("failed_parts_to_return")

    def operate(self, form: Any) -> str:
        scanned = form.cleaned_data["scanned"]
        box = failed_parts.scan_into_box(self.object, scanned=scanned, actor=self.request.user)
        return f"{reverse('part_box_pack', args=[box.pk])}?last={read_tag(scanned)}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        box = self.get_object()
        rows = FailedPart.objects.visible_to(self.request.user).select_related("part", "claim")
        pieces = list(rows.filter(box=box, status=FailedPartStatus.PACKED).order_by("-pk")) if box else []
        left = rows.filter(status=FailedPartStatus.TAGGED).order_by("due_on", "pk")
        last = self.request.GET.get("last", "") if self.request.method == "GET" else ""
        return super().get_context_data(**kwargs) | {
            "pieces": sorted(pieces, key=lambda piece: piece.number != last),
            "left": (left.filter(station=box.station_id) if box else left)[:100],
            "last": next((piece for piece in pieces if piece.number == last), None),
        }


class TakeOut(OperationView):
    """A piece comes out of the open box."""

    model = PartBox
    permission = "warranty.pack_box"
    title = gettext_lazy("Take a piece out")
    form_class = TakeOutForm
    submit_label = gettext_lazy("Take out")

    def get_cancel_url(self) -> str:
        return reverse("part_box_pack", args=[self.get_object().pk])

    def operate(self, form: Any) -> str:
        failed_parts.take_out(self.object, piece=form.cleaned_data["piece"], actor=self.request.user)
        return self.get_cancel_url()


class SealBox(OperationView):
    """The box is weighed and shut."""

    model = PartBox
    permission = "warranty.pack_box"
    title = gettext_lazy("Seal the box")
    form_class = SealForm
    submit_label = gettext_lazy("Seal the box")
    success_message = gettext_lazy("The box is sealed. Print its list, put it on top, and hand the box to the carrier.")

    def operate(self, form: Any) -> PartBox:
        return failed_parts.seal_box(self.object, actor=self.request.user, **form.cleaned_data)


class ReopenBox(OperationView):
    """A sealed box is packed again."""

    model = PartBox
    permission = "warranty.pack_box"
    title = gettext_lazy("Open the box again")
    intro = gettext_lazy("Its seal is void; seal it anew when it is packed.")
    submit_label = gettext_lazy("Open the box again")

    def operate(self, form: Any) -> str:
        box = failed_parts.reopen_box(self.object, actor=self.request.user)
        return reverse("part_box_pack", args=[box.pk])

"""The factory's door: scan after scan, box by box."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.core.pages import Column, OperationView
from warranty import failed_parts
from warranty.failed_parts_rules import read_tag
from warranty.forms.failed_parts import ExtraForm, ReceiveForm, StrikeForm, TakeBackForm
from warranty.models import Condition, FailedPart, PartBox
from warranty.settlement_states import ON_ITS_WAY, FailedPartStatus

PLACE = "old_part_place"  # the shelf this person puts pieces on, kept for the next scan


class ReceivePieces(OperationView):
    """A box's list or waybill opens the box; a tag is received at once."""

    permission = "warranty.receive_failedpart"
    title = gettext_lazy("Receive old parts")
    form_class = ReceiveForm
    template_name = "warranty/failed_parts/receive.html"
    submit_label = gettext_lazy("Receive")

    def get_cancel_url(self) -> str:
        return reverse("failed_part_list")

    def operate(self, form: Any) -> str:
        scanned = form.cleaned_data["scanned"]
        if box := failed_parts.find_box(scanned, self.request.user):
            return reverse("part_box_receive", args=[box.pk])
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


class ReceiveBox(OperationView):
    """One box: its list ticks itself off at each scan; what is not on the list is extra."""

    model = PartBox
    permission = "warranty.receive_failedpart"
    form_class = ReceiveForm
    template_name = "warranty/failed_parts/receive_box.html"
    select_related = ["station"]

    def get_title(self) -> str:
        box = self.get_object()
        return str(_("Unpack %(number)s") % {"number": box.number})

    def get_subtitle(self) -> str:
        box = self.get_object()
        return " · ".join(text for text in (f"{box.station.code} {box.station}", box.carrier, box.waybill) if text)

    def operate(self, form: Any) -> str:
        said = form.cleaned_data
        self.request.session[PLACE] = said["place"]
        piece = failed_parts.receive_piece(box=self.object, actor=self.request.user, **said)
        return f"{reverse('part_box_receive', args=[self.object.pk])}?last={piece.number}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        box = self.get_object()
        rows = FailedPart.objects.select_related("part", "claim", "station")
        expected = list(rows.filter(box=box).order_by("number"))
        for piece in expected:
            piece.is_here = piece.status not in ON_ITS_WAY  # type: ignore[attr-defined]
        arrived = sum(piece.is_here for piece in expected)  # type: ignore[attr-defined]
        last = read_tag(self.request.GET.get("last", "")[:200]) if self.request.method == "GET" else None
        return super().get_context_data(**kwargs) | {
            "expected": sorted(expected, key=lambda piece: (piece.number != last, piece.is_here)),  # type: ignore[attr-defined]
            "arrived": arrived,
            "complete": arrived == len(expected),
            "extras": box.extras.order_by("pk").select_related("failed_part"),
            "last": rows.visible_to(self.request.user).filter(number=last).first() if last else None,
            "chosen": self.request.POST.get("condition")
            or str(Condition.OK),  # a refused scan keeps what was said of it
            "place": self.request.session.get(PLACE, ""),
            "due": failed_parts.note_due(box),
        }


class NoteExtra(OperationView):
    """A piece that lay in the box and has no tag of ours."""

    model = PartBox
    permission = "warranty.receive_failedpart"
    title = gettext_lazy("A piece without a tag")
    form_class = ExtraForm
    submit_label = gettext_lazy("Note it")

    def get_cancel_url(self) -> str:
        return reverse("part_box_receive", args=[self.get_object().pk])

    def operate(self, form: Any) -> str:
        failed_parts.note_extra(self.object, actor=self.request.user, **form.cleaned_data)
        return self.get_cancel_url()


class TakeBackScan(OperationView):
    """A piece that was scanned by mistake, or in another condition than it has, is scanned anew."""

    model = PartBox
    permission = "warranty.receive_failedpart"
    title = gettext_lazy("Take a scan back")
    form_class = TakeBackForm
    submit_label = pgettext_lazy("scan", "Take back")
    success_message = gettext_lazy("The scan is taken back. If the piece is here, scan it again as it arrived.")

    def get_cancel_url(self) -> str:
        return reverse("part_box_receive", args=[self.get_object().pk])

    def operate(self, form: Any) -> str:
        failed_parts.take_back_scan(form.cleaned_data["piece"], actor=self.request.user)
        return self.get_cancel_url()


class StrikeExtra(OperationView):
    """A piece that was noted beside the list and was none."""

    model = PartBox
    permission = "warranty.receive_failedpart"
    title = gettext_lazy("Strike out an extra piece")
    form_class = StrikeForm
    submit_label = gettext_lazy("Strike out")

    def get_cancel_url(self) -> str:
        return reverse("part_box_receive", args=[self.get_object().pk])

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"extra": self.request.GET.get("extra", "")[:12]}

    def operate(self, form: Any) -> str:
        failed_parts.strike_extra(actor=self.request.user, **form.cleaned_data)
        return self.get_cancel_url()

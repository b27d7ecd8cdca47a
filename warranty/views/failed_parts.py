"""Pages of old parts: what to return, tags, boxes, receipt, the appraisal bench."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    ScopedPage,
    visible_or_404,
)
from portal.core.states import can_move
from warranty import appraisal, failed_parts
from warranty.failed_parts_custody import custody_faults
from warranty.failed_parts_documents import packing_list_pdf, tags_pdf
from warranty.failed_parts_rules import VERDICTS
from warranty.forms.failed_parts import (
    AppraiseForm,
    DisposeForm,
    ExtendForm,
    FindForm,
    PackForm,
    PrintForm,
    ReceiveForm,
    ShipForm,
    WaiveForm,
)
from warranty.models import FailedPart, PartBox, ReturnReason, Verdict
from warranty.settlement_states import ON_ITS_WAY, FailedPartStatus, PartBoxStatus

REASONS = dict(ReturnReason.choices)


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF shown in the page, kept by nobody."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


class FailedPartList(ScopedListView):
    """Old parts of the user's scope."""

    model = FailedPart
    permission = "warranty.view_failedpart"
    title = gettext_lazy("Old parts")
    columns = [
        Column("number", kind="number", small="claim__number"),
        Column("status", kind="badge"),
        Column("part__name", gettext_lazy("Part"), small="part__number"),
        Column("station__name", gettext_lazy("Station"), small="station__code"),
        Column("amount", kind="money"),
        Column("due_on", kind="day", sort="due_on"),
    ]
    search_fields = ["number", "claim__number", "part__number", "part__name", "removed_serial", "box__number"]
    chips = "status"
    ordering = ["due_on"]
    select_related = ["claim", "part", "station"]
    empty_text = gettext_lazy("No old part has been asked for.")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Return old parts"), reverse("failed_parts_to_return"), "warranty.pack_box", "primary"),
            Action(_("Receive by scan"), reverse("failed_part_receive"), "warranty.receive_failedpart", "primary"),
            Action(_("Appraisal bench"), reverse("failed_part_bench"), "warranty.appraise_failedpart"),
            Action(_("Boxes"), reverse("part_box_list"), "warranty.view_partbox"),
        ]


class FailedPartsToReturn(ScopedPage):
    """What the station still has to send: print tags, put into a box."""

    template_name = "warranty/failed_parts/to_return.html"
    permission = "warranty.print_failed_part_tags"
    title = gettext_lazy("Old parts to return")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Boxes"), reverse("part_box_list"), "warranty.view_partbox"),
            Action(_("All old parts"), reverse("failed_part_list"), "warranty.view_failedpart"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = FailedPart.objects.visible_to(self.request.user).select_related("claim", "part", "station")
        waiting = rows.filter(status__in=[FailedPartStatus.REQUESTED, FailedPartStatus.TAGGED]).order_by("due_on", "pk")
        boxes = PartBox.objects.visible_to(self.request.user).filter(status=PartBoxStatus.OPEN).order_by("-pk")
        return super().get_context_data(**kwargs) | {"pieces": waiting[:200], "boxes": boxes[:20], "reasons": REASONS}


class PrintTags(OperationView):
    """Counts the printing, then shows the sheet."""

    permission = "warranty.print_failed_part_tags"
    title = gettext_lazy("Print tags")
    form_class = PrintForm
    submit_label = gettext_lazy("Print tags")

    def get_cancel_url(self) -> str:
        return reverse("failed_parts_to_return")

    def operate(self, form: Any) -> str:
        printed = failed_parts.print_tags(list(form.cleaned_data["pieces"]), actor=self.request.user)
        return reverse("failed_part_tags_pdf") + "?" + "&".join(f"piece={row.pk}" for row in printed)


class TagsPdf(ScopedPage):
    """The sheet of tags that were printed; showing it again counts nothing."""

    permission = "warranty.print_failed_part_tags"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = [int(value) for value in request.GET.getlist("piece")[:200] if value.isascii() and value.isdigit()]
        rows = FailedPart.objects.visible_to(request.user).filter(pk__in=wanted[:200], printed_count__gt=0)
        pieces = list(rows.select_related("claim", "part", "station", "line").order_by("pk"))
        if not pieces or len(pieces) != len(set(wanted)):
            from django.http import Http404

            raise Http404
        return pdf_answer(tags_pdf(pieces), "tags")


class PackBox(OperationView):
    """The chosen pieces lie in a new box."""

    permission = "warranty.pack_box"
    title = gettext_lazy("Pack a box")
    form_class = PackForm
    submit_label = gettext_lazy("Pack into a box")
    success_message = gettext_lazy("The box is packed. Print its list, put it on top, and hand the box to the carrier.")

    def get_cancel_url(self) -> str:
        return reverse("failed_parts_to_return")

    def operate(self, form: Any) -> PartBox:
        pieces = list(form.cleaned_data["pieces"])
        return failed_parts.pack_box(pieces[0].station, pieces=pieces, actor=self.request.user)


class PartBoxList(ScopedListView):
    """Boxes of the user's scope."""

    model = PartBox
    permission = "warranty.view_partbox"
    title = gettext_lazy("Boxes of old parts")
    columns = [
        Column("number", kind="number"),
        Column("status", kind="badge"),
        Column("station__name", gettext_lazy("Station"), small="station__code"),
        Column("carrier", small="waybill"),
        Column("freight", kind="money"),
        Column("shipped_at", kind="moment"),
    ]
    search_fields = ["number", "waybill", "carrier"]
    chips = "status"
    select_related = ["station"]
    empty_text = gettext_lazy("No box has been packed yet.")


class PartBoxDetail(ScopedDetailView):
    """One box and its pieces."""

    model = PartBox
    permission = "warranty.view_partbox"
    template_name = "warranty/failed_parts/box.html"
    select_related = ["station"]

    def next_step(self) -> NextStep | None:
        box = self.get_object()
        user = self.request.user
        if box.status == PartBoxStatus.OPEN:
            mine = user.has_perm("warranty.ship_box", box)
            url = reverse("part_box_ship", args=[box.pk]) if mine else ""
            return NextStep(_("Hand the box to a carrier and enter the waybill."), _("Ship the box"), url)
        if box.status == PartBoxStatus.SHIPPED:
            mine = user.has_perm("warranty.receive_failedpart", box)
            url = reverse("failed_part_receive") if mine else ""
            return NextStep(_("The factory scans every piece when the box arrives."), _("Receive by scan"), url)
        return None

    def get_actions(self) -> Sequence[Action]:
        box = self.get_object()
        actions = [Action(_("Box list (PDF)"), reverse("part_box_pdf", args=[box.pk]), "warranty.view_partbox")]
        if box.status == PartBoxStatus.SHIPPED:
            actions.append(Action(_("Close the box"), reverse("part_box_close", args=[box.pk]), "warranty.close_box"))
        return actions

    def facts(self) -> Sequence[Fact]:
        box = self.get_object()
        return [
            Fact(_("Station"), f"{box.station.code} {box.station}"),
            Fact(_("Carrier"), box.carrier),
            Fact(_("Waybill number"), box.waybill),
            Fact(_("Weight (kg)"), box.weight_kg),
            Fact(_("Freight paid"), box.freight),
            Fact(_("Freight allowed"), box.freight_allowed),
            Fact(_("Shipped at"), box.shipped_at),
            Fact(_("Received at"), box.received_at),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pieces = self.get_object().pieces.select_related("part", "claim").order_by("pk")
        columns = [
            Column("number", kind="number", small="claim__number"),
            Column("status", kind="badge"),
            Column("part__name", _("Part"), small="part__number"),
            Column("condition"),
            Column("due_on", kind="day"),
        ]
        return super().get_context_data(**kwargs) | {"pieces": pieces, "columns": columns}


class PartBoxPdf(ScopedPage):
    """The list that lies on top of the pieces."""

    permission = "warranty.view_partbox"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        box = visible_or_404(PartBox.objects.select_related("station"), request.user, pk=kwargs["pk"])
        return pdf_answer(packing_list_pdf(box), box.number)


class ShipBox(OperationView):
    """The box is handed to a carrier."""

    model = PartBox
    permission = "warranty.ship_box"
    title = gettext_lazy("Ship the box")
    form_class = ShipForm
    submit_label = gettext_lazy("Shipped")
    success_message = gettext_lazy("The box is on its way.")

    def operate(self, form: Any) -> PartBox:
        return failed_parts.ship_box(self.object, actor=self.request.user, **form.cleaned_data)


class CloseBox(OperationView):
    """What is not in the box is missing; the freight is credited."""

    model = PartBox
    permission = "warranty.close_box"
    title = gettext_lazy("Close the box")
    intro = gettext_lazy(
        "Pieces that were not scanned are noted as missing, and the freight is credited to the station."
    )
    submit_label = gettext_lazy("Close the box")

    def operate(self, form: Any) -> PartBox:
        return failed_parts.close_box(self.object, actor=self.request.user)


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
            Column("part__name", _("Part"), small="part__number"),
            Column("station__name", _("Station"), small="station__code"),
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


class FailedPartDetail(ScopedDetailView):
    """One piece: where it is, by when it must be where, what it costs, who had it in hand."""

    model = FailedPart
    permission = "warranty.view_failedpart"
    template_name = "warranty/failed_parts/detail.html"
    select_related = ["claim", "part", "station", "box", "line"]

    def get_subtitle(self) -> str:
        piece = self.get_object()
        return f"{piece.part.number} {piece.part.local_name} · {piece.station.code} {piece.station}"

    def next_step(self) -> NextStep | None:
        piece = self.get_object()
        steps = {
            FailedPartStatus.REQUESTED: (
                _("Print the tag and fix it to the piece."),
                _("To the list"),
                "failed_parts_to_return",
            ),
            FailedPartStatus.TAGGED: (_("Put the piece into a box."), _("To the list"), "failed_parts_to_return"),
            FailedPartStatus.PACKED: (_("Ship the box."), "", ""),
            FailedPartStatus.SHIPPED: (_("The factory scans it on arrival."), "", ""),
            FailedPartStatus.RECEIVED: (_("An appraiser looks at it."), "", ""),
        }
        if piece.status not in steps:
            return None
        text, label, name = steps[piece.status]
        if piece.status == FailedPartStatus.RECEIVED and self.request.user.has_perm(
            "warranty.appraise_failedpart", piece
        ):
            return NextStep(text, _("Appraise"), reverse("failed_part_appraise", args=[piece.pk]))
        mine = bool(name) and self.request.user.has_perm("warranty.pack_box", piece)
        due = _("It must have arrived by %(day)s.") % {"day": piece.due_on}
        return NextStep(f"{text} {due}" if piece.status in ON_ITS_WAY else text, label, reverse(name) if mine else "")

    def get_actions(self) -> Sequence[Action]:
        piece = self.get_object()
        actions = []
        if piece.status in ON_ITS_WAY:
            if not piece.extension_days:
                actions.append(
                    Action(_("Extend"), reverse("failed_part_extend", args=[piece.pk]), "warranty.extend_failedpart")
                )
            actions.append(
                Action(
                    _("Waive the return"),
                    reverse("failed_part_waive", args=[piece.pk]),
                    "warranty.waive_failedpart",
                    "danger",
                )
            )
        if can_move(piece, FailedPartStatus.DISPOSITIONED):
            actions.append(
                Action(_("Disposition"), reverse("failed_part_dispose", args=[piece.pk]), "warranty.dispose_failedpart")
            )
        return actions

    def facts(self) -> Sequence[Fact]:
        piece = self.get_object()
        return [
            Fact(_("Claim"), piece.claim.number, piece.claim.get_absolute_url()),
            Fact(_("Piece"), piece.piece),
            Fact(_("Serial number of the piece"), piece.removed_serial),
            Fact(_("Why it must come back"), ", ".join(str(REASONS.get(each, each)) for each in piece.reasons)),
            Fact(_("Amount at stake"), piece.amount),
            Fact(_("Asked for on"), piece.requested_on),
            Fact(_("Last day of arrival"), piece.due_on),
            Fact(_("Box"), piece.box.number if piece.box else "", piece.box.get_absolute_url() if piece.box else ""),
            Fact(_("Condition on arrival"), piece.get_condition_display()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        piece = self.get_object()
        return super().get_context_data(**kwargs) | {
            "custody": piece.custody.order_by("sequence"),
            "faults": custody_faults(piece),
            "appraisals": piece.appraisals.select_related("appraiser").order_by("pk"),
            "items": piece.settlement_items.order_by("at", "pk"),
        }


class Bench(OperationView):
    """Scan first: the bench shows what lies longest and finds a piece by its tag."""

    permission = "warranty.appraise_failedpart"
    title = gettext_lazy("Appraisal bench")
    form_class = FindForm
    template_name = "warranty/failed_parts/bench.html"
    submit_label = gettext_lazy("Find")

    def get_cancel_url(self) -> str:
        return reverse("failed_part_list")

    def operate(self, form: Any) -> str:
        piece = failed_parts.find_piece(form.cleaned_data["scanned"])
        return reverse("failed_part_appraise", args=[piece.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = FailedPart.objects.visible_to(self.request.user).to_appraise()
        columns = [
            Column("number", kind="number", small="claim__number"),
            Column("part__name", _("Part"), small="part__number"),
            Column("station__code", _("Station")),
            Column("amount", kind="money"),
            Column("received_at", kind="moment"),
        ]
        waiting = rows.select_related("claim", "part", "station")
        return super().get_context_data(**kwargs) | {
            "waiting": waiting[:50],
            "count": waiting.count(),
            "columns": columns,
        }


class Appraise(OperationView):
    """One piece, nine verdicts, then the next."""

    model = FailedPart
    permission = "warranty.appraise_failedpart"
    form_class = AppraiseForm
    template_name = "warranty/failed_parts/appraise.html"
    submit_label = gettext_lazy("Verdict, next piece")
    select_related = ["claim__unit", "part", "station", "line", "box"]

    def get_title(self) -> str:
        return str(self.get_object().number)

    def get_cancel_url(self) -> str:
        return reverse("failed_part_bench")

    def operate(self, form: Any) -> str:
        appraisal.appraise(self.object, actor=self.request.user, **form.cleaned_data)
        waiting = FailedPart.objects.visible_to(self.request.user).to_appraise()
        following = waiting.exclude(pk=self.object.pk).exclude(appraisals__appraiser=self.request.user.pk).first()
        return reverse("failed_part_appraise", args=[following.pk]) if following else reverse("failed_part_bench")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        piece = self.get_object()
        meanings = [
            {
                "key": key,
                "value": value,
                "label": label,
                "accepts": VERDICTS[value].accepts,
                "payer": VERDICTS[value].payer,
            }
            for key, (value, label) in enumerate(Verdict.choices, start=1)
        ]
        return super().get_context_data(**kwargs) | {
            "piece": piece,
            "verdicts": meanings,
            "earlier": piece.appraisals.select_related("appraiser").order_by("pk"),
        }


class Dispose(OperationView):
    """The piece's way ends."""

    model = FailedPart
    permission = "warranty.dispose_failedpart"
    title = gettext_lazy("Disposition")
    form_class = DisposeForm

    def operate(self, form: Any) -> FailedPart:
        return appraisal.dispose(self.object, actor=self.request.user, **form.cleaned_data)


class ExtendReturn(OperationView):
    """More days, once."""

    model = FailedPart
    permission = "warranty.extend_failedpart"
    title = gettext_lazy("Extend the return")
    form_class = ExtendForm

    def operate(self, form: Any) -> FailedPart:
        return failed_parts.extend_return(self.object, actor=self.request.user, **form.cleaned_data)


class WaiveReturn(OperationView):
    """The piece need not come back."""

    model = FailedPart
    permission = "warranty.waive_failedpart"
    title = gettext_lazy("Waive the return")
    form_class = WaiveForm
    danger = True

    def operate(self, form: Any) -> FailedPart:
        return failed_parts.waive_return(self.object, actor=self.request.user, **form.cleaned_data)

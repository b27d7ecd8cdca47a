"""One old part and the list of them: where it is, by when it must be where, what it costs, who had it in hand."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.accounts.roles import at_headquarters
from portal.core import clock, show
from portal.core.attachments import attachments_of
from portal.core.documents import documents_of
from portal.core.pages import Action, Column, Fact, NextStep, ScopedDetailView, ScopedListView
from portal.core.show import money
from portal.core.states import can_move
from warranty import ruling
from warranty.appraisal_telling import custody_told_to, told_to
from warranty.disposing import BENCH_PHOTO, SCRAP_PHOTO
from warranty.failed_parts_custody import custody_faults, told
from warranty.failed_parts_keeping import keep_until
from warranty.models import FailedPart, PieceShipment, ReturnReason
from warranty.settlement_states import ON_ITS_WAY, FailedPartStatus
from warranty.settlement_words import DISPOSITIONS
from warranty.signatures import pictures_of

REASONS = dict(ReturnReason.choices)
JUDGED = (FailedPartStatus.INSPECTED, FailedPartStatus.HELD, FailedPartStatus.DISPOSITIONED)


class FailedPartList(ScopedListView):
    """Old parts of the user's scope."""

    model = FailedPart
    permission = "warranty.view_failedpart"
    export_permission = "warranty.export_lists"
    title = gettext_lazy("Old parts")
    columns = [
        Column("number", kind="number", small="claim__number"),
        Column("status", kind="badge"),
        Column("part__local_name", gettext_lazy("Part"), small="part__number"),
        Column("station", gettext_lazy("Station"), small="station__code"),
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
            Action(_("Figures"), reverse("failed_part_figures"), "warranty.view_failedpart"),
            Action(_("Sent on"), reverse("piece_shipment_list"), "warranty.view_pieceshipment"),
        ]


class FailedPartDetail(ScopedDetailView):
    """One piece: where it is, by when it must be where, what it costs, who had it in hand."""

    model = FailedPart
    permission = "warranty.view_failedpart"
    template_name = "warranty/failed_parts/detail.html"
    select_related = ["claim", "part", "station", "box", "line", "shipment"]

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
        }
        if piece.status == FailedPartStatus.RECEIVED:
            return self._on_the_bench(piece)
        if piece.is_missing:
            return self._missing(piece)
        if piece.status not in steps:
            return None
        text, label, name = steps[piece.status]
        mine = bool(name) and self.request.user.has_perm("warranty.pack_box", piece)
        due = _("It must have arrived by %(day)s.") % {"day": piece.due_on}
        return NextStep(f"{text} {due}" if piece.status in ON_ITS_WAY else text, label, reverse(name) if mine else "")

    def _on_the_bench(self, piece: FailedPart) -> NextStep:
        """Who gives the next verdict, until when; who differed, and who decides it, is told at headquarters only."""
        user, text = self.request.user, _("An appraiser looks at it.")
        if not at_headquarters(user):
            return NextStep(text, "", "")
        if due := ruling.appraise_by(piece):
            text = _("An appraiser looks at it by %(day)s.") % {"day": show.day(due)}
        waits = ruling.waiting_verdict(piece)
        pk, tone = [piece.pk], "wait" if waits and waits.differ else ""
        if waits and waits.is_ruled_on(clock.today()) and user.has_perm("warranty.rule_appraisal", piece):
            url = reverse("failed_part_rule", args=pk)
            return NextStep(waits.words, pgettext("verdict", "Decide"), url, tone)
        judged = waits is not None and any(each.appraiser_id == user.pk for each in waits.given)
        may = user.has_perm("warranty.appraise_failedpart", piece) and not judged
        url = reverse("failed_part_appraise", args=pk) if may else ""
        return NextStep(waits.words if waits else text, _("Appraise") if url else "", url, tone)

    def _missing(self, piece: FailedPart) -> NextStep:
        """Its box was unpacked without it: what that means, and what its station does now."""
        facts = {
            "box": piece.box.number if piece.box else "",
            "day": show.day(piece.due_on),
            "amount": money(piece.amount),
        }
        text = _("It was not in box %(box)s when the factory unpacked it; it does not count as returned.") % facts
        if piece.due_on < clock.today():
            cost = _("Its last day was %(day)s: %(amount)s is debited until it arrives.") % facts
        else:
            cost = _("Where it has not arrived by %(day)s, %(amount)s is debited.") % facts
        if at_headquarters(self.request.user):
            return NextStep(f"{text} {cost}", "", "", "wait")
        look = _(
            "Look for it: what stayed behind goes into your next box with its tag; what the carrier lost, report to headquarters"
            " with the waybill, and ask for more time if you need it."
        )
        url = piece.box.get_absolute_url() if piece.box else ""
        return NextStep(f"{text} {cost} {look}", _("To the box and its discrepancy note") if url else "", url, "bad")

    def get_actions(self) -> Sequence[Action]:
        piece = self.get_object()
        actions = []
        if piece.status in ON_ITS_WAY:
            if not piece.extension_days and piece.asked_at is None and piece.due_on >= clock.today():
                url = reverse("failed_part_ask_extension", args=[piece.pk])
                actions.append(Action(_("Ask for more time"), url, "warranty.ask_failedpart_extension"))
            if piece.asked_at and not piece.extension_days and not piece.extension_refused:
                url = reverse("failed_part_refuse_extension", args=[piece.pk])
                actions.append(Action(_("Refuse more time"), url, "warranty.extend_failedpart"))
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
            url = reverse("failed_part_lose", args=[piece.pk])
            actions.append(Action(_("Give it up as lost"), url, "warranty.lose_failedpart", "danger"))
        if piece.status in JUDGED:
            url = reverse("failed_part_report", args=[piece.pk])
            actions.append(Action(_("Appraisal report (PDF)"), url, "warranty.view_failedpart"))
        for row in documents_of(piece, "scrap_certificate"):
            url = reverse("document", args=[row.pk])
            actions.append(Action(_("Scrap certificate (PDF)"), url, "warranty.view_failedpart"))
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
            Fact(_("Why it must come back"), show.listed(REASONS.get(each, each) for each in piece.reasons)),
            Fact(_("Amount at stake"), money(piece.amount)),
            Fact(_("Asked for on"), piece.requested_on),
            Fact(_("Last day of arrival"), piece.due_on),
            *self._asked(piece),
            *self._end(piece),
            Fact(_("Box"), piece.box.number if piece.box else "", piece.box.get_absolute_url() if piece.box else ""),
            Fact(_("Condition on arrival"), piece.get_condition_display()),
        ]

    def _end(self, piece: FailedPart) -> Sequence[Fact]:
        """What becomes of a piece that has its verdict, and from which day it may be scrapped."""
        facts = []
        if piece.disposition:
            facts.append(Fact(_("Disposition"), DISPOSITIONS.get(piece.disposition, piece.disposition)))
        if piece.held_until:
            facts.append(Fact(_("Kept until"), piece.held_until))
        if piece.shipment:
            facts.append(Fact(_("Sent on with"), piece.shipment.number, piece.shipment.get_absolute_url()))
        if piece.status in (FailedPartStatus.INSPECTED, FailedPartStatus.HELD):
            day = keep_until(piece)
            facts.append(Fact(_("May be scrapped from"), day if day else _("not known yet")))
        return facts

    def _asked(self, piece: FailedPart) -> Sequence[Fact]:
        if piece.asked_at is None:
            return []
        wish = _("%(days)s days: %(reason)s") % {"days": piece.asked_days, "reason": piece.asked_reason}
        answer = piece.extension_refused or (_("granted") if piece.extension_days else _("not answered yet"))
        return [Fact(_("More time asked for"), wish), Fact(_("Answer"), answer)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        piece, user = self.get_object(), self.request.user
        custody = custody_told_to(user, piece, told(piece))
        sent = PieceShipment.objects.visible_to(user).filter(pk=piece.shipment_id).first()
        drawn = pictures_of([piece, piece.box, sent]) if any(each.signature for each in custody) else {}
        return super().get_context_data(**kwargs) | {
            "custody": custody,
            "signatures": drawn,
            "faults": custody_faults(piece),
            "bench_photos": attachments_of(piece, BENCH_PHOTO, SCRAP_PHOTO),
            "appraisals": told_to(user, piece.appraisals.select_related("appraiser").order_by("pk")),
            "items": piece.settlement_items.order_by("at", "pk"),
        }

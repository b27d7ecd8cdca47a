"""Pages of recovery: cases, the supplier of a case, what was lost and why, the figures."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from portal.core import clock, show
from portal.core.money import total
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    ScopedPage,
    Stat,
)
from portal.core.show import money, percent
from warranty import recovery, recovery_in_house, recovery_keeping
from warranty.forms.claims import ReasonForm
from warranty.forms.recovery import AssignForm, ReopenForm
from warranty.models import Chargeback, RecoveryCase, Verdict
from warranty.recovery_rules import ALARM_DAYS
from warranty.settlement_queries import recovery_picture
from warranty.settlement_states import RUNNING_RECOVERY, ChargebackStatus, RecoveryStatus

VERDICT_WORDS = dict(Verdict.choices)


def closed_because(case: RecoveryCase) -> str:
    """The stored reason, with verdict codes in words."""
    words = [str(VERDICT_WORDS.get(each, each)) for each in case.close_reason.split(", ")]
    return show.listed(words)


class RecoveryList(ScopedListView):
    """Rights to charge, the nearest notice day first."""

    model = RecoveryCase
    permission = "warranty.view_recoverycase"
    export_permission = "warranty.export_lists"
    title = gettext_lazy("Recovery cases")
    columns = [
        Column("number", kind="number"),
        Column("status", kind="badge"),
        Column("part__local_name", gettext_lazy("Part"), small="part__number"),
        Column("supplier__local_name", gettext_lazy("Supplier"), small="supplier__code"),
        Column("expected", kind="money"),
        Column("last_day", kind="day", sort="last_day"),
        Column(lambda row: closed_because(row), gettext_lazy("Why it was closed"), on_phone=False),
    ]
    search_fields = ["number", "part__number", "part__name", "supplier__name", "supplier__code"]
    filter_fields = ["supplier", "last_day"]
    chips = "status"
    select_related = ["part", "supplier", "claim"]
    ordering = ["-pk"]
    empty_text = gettext_lazy("No case yet.")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("New note"), reverse("chargeback_batch"), "warranty.batch_chargeback", "primary"),
            Action(_("Lost money"), reverse("recovery_leakage"), "warranty.view_recovery_figures"),
            Action(_("Figures"), reverse("recovery_figures"), "warranty.view_recovery_figures"),
        ]


class LeakageList(ScopedListView):
    """Rights to charge that were lost: when, why, whose and how much."""

    model = RecoveryCase
    permission = "warranty.view_recovery_figures"
    export_permission = "warranty.export_lists"
    title = gettext_lazy("Money lost for suppliers' defects")
    template_name = "warranty/chargebacks/leakage.html"
    columns = [
        Column("number", kind="number"),
        Column("lost_reason", kind="badge"),
        Column("lost_on", kind="day", sort="lost_on"),
        Column("supplier__local_name", gettext_lazy("Supplier"), small="supplier__code"),
        Column("part__local_name", gettext_lazy("Part"), small="part__number"),
        Column("line__paid_amount", gettext_lazy("Paid to the station"), kind="money", on_phone=False),
        Column("expected", pgettext_lazy("amount", "Lost"), kind="money"),
    ]
    search_fields = ["number", "part__number", "part__name", "supplier__name", "supplier__code"]
    filter_fields = ["supplier", "lost_on"]
    chips = "lost_reason"
    select_related = ["part", "supplier", "claim", "line__appealed"]
    ordering = ["-lost_on"]
    empty_text = gettext_lazy("Nothing was lost.")

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(status=RecoveryStatus.LOST)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        _filters, rows, _chips = self.shown_rows()
        leaks = recovery_keeping.leakage(rows)
        return super().get_context_data(**kwargs) | {
            "leaks": leaks,
            "lost_in_all": total(leak.amount for leak in leaks),
            "lost_cases": sum(leak.cases for leak in leaks),
            "lost_paid": total(leak.paid for leak in leaks),
        }


class RecoveryDetail(ScopedDetailView):
    """One right to charge: whose part it was and what says so, until when notice must be given, what became of it."""

    model = RecoveryCase
    permission = "warranty.view_recoverycase"
    template_name = "warranty/chargebacks/case.html"
    select_related = ["claim__unit", "line", "part", "supplier", "agreement__supplier", "rerouted_from"]

    def get_subtitle(self) -> str:
        part = self.get_object().part
        return f"{part.number} {part.local_name}"

    def next_step(self) -> NextStep | None:
        case = self.get_object()
        if case.status == RecoveryStatus.LOST:
            words = _("Lost on %(day)s: %(reason)s.")
            told = {"day": show.day(case.lost_on), "reason": case.get_lost_reason_display()}
            return NextStep(words % told, tone="bad", heading=pgettext("recovery", "Lost"))
        if case.status == RecoveryStatus.CHARGED:
            return self._on_unsent_note(case)
        if case.status not in RUNNING_RECOVERY:
            return None
        if case.status == RecoveryStatus.UNASSIGNED and not self.candidates:
            words = _(
                "No supplier is known for this part: enter who delivers it with its agreement, or say that we make it "
                "ourselves, by %(day)s."
            )
            return NextStep(words % {"day": show.day(case.last_day)}, tone=self._tone(case))
        words, url = {
            RecoveryStatus.UNASSIGNED: (_("Name the supplier by %(day)s."), "recovery_assign"),
            RecoveryStatus.WAITING: (_("The old part must be appraised and the supplier notified by %(day)s."), ""),
            RecoveryStatus.OPEN: (_("The supplier must be notified by %(day)s."), ""),
        }[case.status]
        may = url and self.request.user.has_perm("warranty.assign_recoverycase", case)
        address = reverse(url, args=[case.pk]) if may else ""
        text = words % {"day": show.day(case.last_day)}
        return NextStep(text, _("Name the supplier"), address, self._tone(case))

    def _tone(self, case: RecoveryCase) -> str:
        near = case.last_day is not None and (case.last_day - clock.today()).days <= max(ALARM_DAYS)
        return "bad" if near else "wait"

    def _on_unsent_note(self, case: RecoveryCase) -> NextStep | None:
        """A case on a note that was not sent is not safe yet."""
        note = Chargeback.objects.filter(lines__case=case, lines__is_live=True, status=ChargebackStatus.OPEN).first()
        if note is None:
            return None
        may = self.request.user.has_perm("warranty.send_chargeback", note)
        text = _("The note %(number)s must be sent by %(day)s.") % {
            "number": note.number,
            "day": show.day(case.last_day),
        }
        return NextStep(text, _("Send"), reverse("chargeback_send", args=[note.pk]) if may else "", self._tone(case))

    @cached_property
    def candidates(self) -> list[recovery.Candidate]:
        """Who comes into question while no supplier is named."""
        case = self.get_object()
        unnamed = case.supplier_id is None and case.status != RecoveryStatus.CLOSED
        return recovery.candidates_of(case) if unnamed else []

    def get_actions(self) -> Sequence[Action]:
        case = self.get_object()
        if case.status == RecoveryStatus.UNASSIGNED:
            if not recovery_in_house.nameless().filter(pk=case.pk).exists():
                return []
            url = reverse("recovery_in_house", args=[case.pk])
            return [Action(_("Made in-house: nobody to charge"), url, "warranty.mark_part_in_house")]
        if case.status != RecoveryStatus.LOST:
            return []
        url = reverse("recovery_reopen", args=[case.pk])
        return [Action(_("Open again"), url, "warranty.reopen_recoverycase", "primary")]

    def facts(self) -> Sequence[Fact]:
        case = self.get_object()
        last, before = show.day(case.last_day), case.rerouted_from
        after = RecoveryCase.objects.filter(rerouted_from=case).first()
        return [
            Fact(_("Claim"), case.claim, case.claim.get_absolute_url()),
            Fact(_("Supplier"), case.supplier or _("not named yet")),
            Fact(_("Named by"), case.get_named_by_display()),
            Fact(_("Agreement"), case.agreement),
            Fact(_("Delivered to us on"), case.received_on),
            Fact(_("Claim approved on"), case.approved_on),
            Fact(_("Appraised on"), case.appraised_on),
            Fact(_("Last day for notice"), _("%(day)s (provisional)") % {"day": last} if case.is_provisional else last),
            Fact(_("Kept open until"), case.kept_until),
            Fact(_("Recoverable"), money(case.expected)),
            Fact(_("Why it was closed"), closed_because(case)),
            Fact(_("Passed on from"), before, before.get_absolute_url() if before else ""),
            Fact(_("Passed on to"), after, after.get_absolute_url() if after else ""),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.get_object()
        return super().get_context_data(**kwargs) | {
            "candidates": self.candidates,
            "pieces": case.line.failed_parts.order_by("piece"),
            "notes": Chargeback.objects.visible_to(self.request.user)
            .filter(lines__case=case, lines__is_live=True)
            .distinct(),
        }


class AssignSupplier(OperationView):
    """Which of several suppliers it was."""

    model = RecoveryCase
    permission = "warranty.assign_recoverycase"
    title = gettext_lazy("Name the supplier")
    form_class = AssignForm
    select_related = ["claim__unit", "line", "part", "agreement__supplier"]
    success_message = gettext_lazy("The supplier is named; its notice clock runs.")

    def why_not(self) -> str:
        """Nobody comes into question."""
        if recovery.candidates_of(self.object):
            return ""
        return _("No supplier delivers this part, and none has an agreement for it: enter one first.")

    def operate(self, form: Any) -> RecoveryCase:
        supplier = form.cleaned_data["supplier"]
        return recovery.assign_supplier(self.object, supplier, actor=self.request.user)


class MarkInHouse(OperationView):
    """Nobody is charged for the case's part, because we make it ourselves."""

    model = RecoveryCase
    permission = "warranty.mark_part_in_house"
    title = gettext_lazy("Made in-house: nobody to charge")
    form_class = ReasonForm
    select_related = ["part"]
    submit_label = gettext_lazy("Mark the part and close the cases")

    def get_subtitle(self) -> str:
        return str(self.object.part)

    def get_intro(self) -> str:
        """How many cases end with it."""
        count = recovery_in_house.nameless().filter(part=self.object.part).count()
        words = ngettext(
            "%(count)s case of this part waits for a supplier's name and closes with this. While nobody delivers the part, "
            "no recovery runs for it any more.",
            "%(count)s cases of this part wait for a supplier's name and close with this. While nobody delivers the part, "
            "no recovery runs for it any more.",
            count,
        )
        return words % {"count": count}

    def why_not(self) -> str:
        """Somebody delivers the part."""
        try:
            recovery_in_house.require_undelivered(self.object.part)
        except recovery_in_house.StillDelivered as refusal:
            return str(refusal)
        return ""

    def operate(self, form: Any) -> RecoveryCase:
        said = form.cleaned_data
        closed = recovery_in_house.mark_in_house(self.object.part, actor=self.request.user, reason=said["reason"])
        text = ngettext("%(count)s case is closed.", "%(count)s cases are closed.", closed)
        self.success_message = text % {"count": closed}
        return self.object  # type: ignore[no-any-return]


class ReopenLost(OperationView):
    """A lost right runs again, by decision of an approver."""

    model = RecoveryCase
    permission = "warranty.reopen_recoverycase"
    title = gettext_lazy("Open a lost case again")
    intro = gettext_lazy("Only where the supplier still takes the notice: say what it agreed to. The day binds us.")
    form_class = ReopenForm
    submit_label = gettext_lazy("Open again")
    success_message = gettext_lazy("The case runs again.")

    def why_not(self) -> Any:
        return "" if self.object.status == RecoveryStatus.LOST else _("This case is not lost.")

    def operate(self, form: Any) -> RecoveryCase:
        return recovery_keeping.reopen_lost(self.object, actor=self.request.user, **form.cleaned_data)


def share_of(part: Decimal, whole: Decimal) -> str:
    """A part as percent of the whole; – of nothing."""
    return percent(round(100 * part / whole, 1)) if whole else "–"


class RecoveryFiguresPage(ScopedPage):
    """From what stations were paid to what suppliers paid."""

    template_name = "warranty/chargebacks/figures.html"
    permission = "warranty.view_recovery_figures"
    title = gettext_lazy("Supplier recovery")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        picture = recovery_picture(clock.today())
        figures = picture.figures
        levels = [
            (_("Granted to stations"), picture.paid),
            (_("Recoverable"), picture.eligible),
            (_("Charged"), picture.filed),
            (pgettext("chargeback", "Accepted"), picture.accepted),
            (_("Money received"), picture.received),
        ]
        chargeable = picture.eligible - picture.awaited - picture.lost
        falls = [
            levels[0],
            (_("Nobody else pays"), picture.eligible + picture.unknown - picture.paid),
            (_("No supplier or agreement known"), -picture.unknown),
            (_("Waits for the old part or a supplier's name"), -picture.awaited),
            (pgettext("amount", "Lost"), -picture.lost),
            (_("Not charged yet"), picture.filed - chargeable),
            (_("Not accepted"), picture.accepted - picture.filed),
            (_("Accepted and given up"), -figures.given_up),
            (_("Not received yet"), picture.received + figures.given_up - picture.accepted),
        ]
        stats = [
            Stat(_("Recovery ratio"), percent(figures.recovery_ratio), _("received ÷ charged")),
            Stat(_("Acceptance ratio"), percent(figures.acceptance_ratio), _("accepted ÷ charged")),
            Stat(_("Coverage ratio"), percent(figures.coverage_ratio), _("received ÷ warranty cost paid")),
            Stat(
                pgettext("amount", "Lost"),
                money(picture.lost),
                tone="bad" if picture.lost else "",
                url=reverse("recovery_leakage"),
            ),
        ]
        return super().get_context_data(**kwargs) | {
            "picture": picture,
            "steps": [Stat(label, value, share_of(value, picture.paid)) for label, value in levels],
            "falls": falls,
            "stats": stats,
            "ageing": list(figures.ageing.items()),
            "leaks": recovery_keeping.leakage(RecoveryCase.objects.visible_to(self.request.user)),
        }

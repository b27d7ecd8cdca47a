"""Appeals: the station files one from its claim, somebody else at headquarters decides it, both read how it stands."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core import clock, show
from portal.core.documents import documents_of
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    Stat,
)
from warranty import photos
from warranty.appeals import appeal_until, decide_appeal, file_appeal
from warranty.appeals.filing import evidence_of, why_not_appeal
from warranty.appeals.people import needs_two
from warranty.forms.appeals import DecideAppealForm, FileAppealForm
from warranty.models import Appeal, StatementLine, WarrantyClaim

OF_APPEAL = ("station", "claim__work_order", "claim__product_model", "filed_by", "first_decided_by", "decided_by")


class AppealList(ScopedListView):
    """Appeals of the user's stations, for headquarters of all."""

    model = Appeal
    permission = "warranty.view_appeal"
    export_permission = "warranty.export_lists"
    title = _("Appeals")
    columns = (
        Column("number", kind="number", small="claim__number"),
        Column("station", small="station__code", on_phone=False),
        Column("status", kind="badge"),
        Column("filed_at", kind="moment", sort="filed_at"),
        Column("due_on", kind="day", sort="due_on"),
        Column("asked_total", kind="money", sort="asked_total"),
        Column("granted_total", kind="money", sort="granted_total"),
    )
    search_fields = ("number", "claim__number", "claim__serial_number", "station__name", "station__name_en")
    filter_fields = ("station", "filed_at", "due_on")
    chips = "status"
    ordering = ("-pk",)
    select_related = ("station", "claim")
    empty_text = _("No appeals. A station appeals a decision from the page of its claim.")


class AppealDetail(ScopedDetailView):
    """What is asked for against which decision, with what evidence, and how it ended."""

    model = Appeal
    permission = "warranty.view_appeal"
    template_name = "warranty/appeals/detail.html"
    select_related = OF_APPEAL

    def get_subtitle(self) -> str:
        claim = self.get_object().claim
        model = claim.product_model.local_name if claim.product_model else ""
        return " · ".join(part for part in (claim.number, model, f"SN {claim.serial_number}") if part)

    def next_step(self) -> NextStep | None:
        appeal = self.get_object()
        day = {"day": show.day(appeal.due_on)}
        if not appeal.is_open:
            return self._paid_with(appeal) if appeal.granted_total else None
        tone = "bad" if appeal.due_on < clock.today() else "wait"
        if appeal.first_decided_by_id == self.request.user.pk:
            text = gettext("Your decision is recorded; a second person has to decide the same by %(day)s.") % day
            revise = pgettext_lazy("appeal", "Revise it")
            return NextStep(text, revise, reverse("appeal_decide", args=[appeal.pk]), tone)
        if self.request.user.has_perm("warranty.decide_appeal", appeal):
            text = gettext("Decide this appeal by %(day)s.") % day
            return NextStep(text, pgettext_lazy("appeal", "Decide"), reverse("appeal_decide", args=[appeal.pk]), tone)
        text = gettext("Headquarters decides by %(day)s; nobody who decided the claim takes part.") % day
        return NextStep(text, tone="run" if tone == "wait" else tone)

    def _paid_with(self, appeal: Appeal) -> NextStep:
        """Which statement carries what was granted."""
        rows = StatementLine.objects.filter(kind="appeal", source=appeal.number, is_live=True)
        line = rows.select_related("statement").first()
        if line is None:
            text = gettext("%(amount)s will stand on the next statement as a line of its own.")
            return NextStep(text % {"amount": show.money(appeal.granted_total)}, tone="good")
        text = gettext("%(amount)s stands on statement %(number)s.")
        values = {"amount": show.money(appeal.granted_total), "number": line.statement.number}
        url = line.statement.get_absolute_url() if self.request.user.has_perm("warranty.view_statement") else ""
        return NextStep(text % values, _("Open the statement"), url, "good")

    def get_actions(self) -> Sequence[Action]:
        appeal = self.get_object()
        papers = documents_of(appeal, "appeal_decision")[:1]
        return [
            *(
                Action(pgettext_lazy("appeal", "Decision (PDF)"), reverse("document", args=[paper.pk]))
                for paper in papers
            ),
            Action(_("Open the claim"), appeal.claim.get_absolute_url(), "warranty.view_warrantyclaim"),
        ]

    def stats(self) -> Sequence[Stat]:
        appeal = self.get_object()
        claim = appeal.claim
        found = [
            Stat(pgettext_lazy("claim", "Claimed"), show.money(claim.claimed_total)),
            Stat(pgettext_lazy("claim", "Approved at first"), show.money(claim.approved_total)),
            Stat(pgettext_lazy("appeal", "Asked for"), show.money(appeal.asked_total)),
        ]
        if not appeal.is_open:
            tone = "good" if appeal.granted_total else "bad"
            found.append(Stat(pgettext_lazy("appeal", "Granted"), show.money(appeal.granted_total), tone=tone))
        return found

    def facts(self) -> Sequence[Fact]:
        appeal = self.get_object()
        found = [
            Fact(_("Claim"), appeal.claim, appeal.claim.get_absolute_url()),
            Fact(_("Station"), appeal.station),
            Fact(pgettext_lazy("appeal", "Filed by"), f"{show.moment(appeal.filed_at)} · {appeal.filed_by}"),
            Fact(_("Decide by"), appeal.due_on),
        ]
        if appeal.decided_at:
            found.append(
                Fact(pgettext_lazy("appeal", "Decided"), f"{show.moment(appeal.decided_at)} · {appeal.decided_by}")
            )
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        appeal = self.get_object()
        rows = appeal.lines.select_related("line__part", "line__operation", "line__reason_code", "reason_code")
        shown = {"rows": rows.order_by("line__position"), "photos": evidence_of(appeal)}
        return super().get_context_data(**kwargs) | shown


class FileAppeal(OperationView):
    """The station appeals the decision on a claim."""

    model = WarrantyClaim
    permission = "warranty.file_appeal"
    title = _("Appeal the decision")
    template_name = "warranty/appeals/file.html"
    form_class = FileAppealForm
    submit_label = _("File the appeal")
    success_message = _("The appeal was filed.")
    select_related = ("station", "work_order")
    draft = "claim-appeal"

    def get_subtitle(self) -> str:
        return f"{self.object} · {self.object.get_status_display()}"

    def get_intro(self) -> str:
        last = appeal_until(self.object)
        text = gettext("An appeal is filed once, until %(day)s. Somebody else decides it, and that is final.")
        return text % {"day": show.day(last)} if last else ""

    def why_not(self) -> str:
        return str(why_not_appeal(self.object) or "")

    def operate(self, form: Any) -> Appeal:
        return file_appeal(
            self.object,
            lines=form.appealed(),
            grounds=form.cleaned_data["grounds"],
            files=form.cleaned_data["files"],
            actor=self.request.user,
        )


class DecideAppeal(OperationView):
    """Headquarters decides every appealed line."""

    model = Appeal
    permission = "warranty.decide_appeal"
    title = _("Decide the appeal")
    template_name = "warranty/appeals/decide.html"
    form_class = DecideAppealForm
    submit_label = pgettext_lazy("appeal", "Decide")
    select_related = OF_APPEAL
    intro = _("What you decide is final. The claim keeps its state; what you grant stands on the next statement.")

    def get_subtitle(self) -> str:
        return f"{self.object} · {self.object.claim} · {self.object.station}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        appeal = self.object
        return super().get_context_data(**kwargs) | {
            "evidence": evidence_of(appeal),
            "needs_two": needs_two(appeal),
            "photos": photos.photos_of(appeal.claim),
        }

    def operate(self, form: Any) -> Appeal:
        remark = form.cleaned_data["remark"]
        decided = decide_appeal(self.object, rulings=form.rulings(), actor=self.request.user, remark=remark)
        self.success_message = (
            _("Your decision is recorded; a second person has to decide the same.")
            if decided.is_open
            else _("The appeal is decided.")
        )
        return decided

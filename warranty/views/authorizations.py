"""Prior authorizations: the station asks before the work, headquarters answers, a claim uses it."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock, show
from portal.core.attachments import attachments_of
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
from warranty import authorizations
from warranty.authorization_states import STANDING
from warranty.forms.authorizations import GrantForm, RefuseForm, RequestForm, WantedRows
from warranty.forms.claims import ReasonForm
from warranty.models import AuthorizationStatus, PriorAuthorization

RELATED = ("station", "work_order", "unit__product_model", "requested_by", "decided_by", "reason_code", "claim")


class AuthorizationList(ScopedListView):
    """Requests of the user's stations, for headquarters of all."""

    model = PriorAuthorization
    permission = "warranty.view_priorauthorization"
    export_permission = "warranty.export_lists"
    title = _("Prior authorizations")
    columns = (
        Column("number", kind="number", small=lambda row: row.work_order.number if row.work_order else ""),
        Column("unit__serial_number", _("Unit"), small="unit__product_model__local_name"),
        Column("station", on_phone=False),
        Column("status", kind="badge"),
        Column("estimated", _("Estimated (CNY)"), kind="money", sort="estimated"),
        Column("amount", _("Granted up to (CNY)"), kind="money"),
        Column("valid_until", kind="day", sort="valid_until"),
        Column("requested_at", kind="moment", on_phone=False),
    )
    search_fields = ("number", "unit__serial_number", "work_order__number")
    filter_fields = ("station", "requested_at", "valid_until")
    chips = "status"
    select_related = RELATED
    empty_text = _(
        "No prior authorizations yet. Ask before outside service above its limit, or before an expensive repair."
    )

    def get_actions(self) -> Sequence[Action]:
        url = reverse("authorization_new")
        return [Action(_("Ask for an authorization"), url, "warranty.request_authorization", "primary")]


class AuthorizationDetail(ScopedDetailView):
    """What was asked, with its pictures; what was answered; the claim that used it."""

    model = PriorAuthorization
    permission = "warranty.view_priorauthorization"
    template_name = "warranty/authorization_detail.html"
    select_related = RELATED

    def get_subtitle(self) -> str:
        row = self.get_object()
        return f"{row.station} · {row.unit.product_model.local_name} · SN {row.unit.serial_number}"

    def next_step(self) -> NextStep | None:
        row, may = self.get_object(), self.request.user.has_perm
        if row.status == AuthorizationStatus.REQUESTED:
            url = reverse("authorization_grant", args=[row.pk]) if may("warranty.decide_authorization", row) else ""
            text = _("Headquarters answers; do not begin the work before.")
            return NextStep(text, pgettext_lazy("authorization", "Grant"), url, "wait")
        if row.status == AuthorizationStatus.APPROVED:
            text = _("Work done through %(day)s may be claimed with it; the claim of the job takes it by itself.")
            return NextStep(text % {"day": show.day(row.valid_until)}, tone="run")
        return None

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        found = []
        if row.status == AuthorizationStatus.REQUESTED:
            url = reverse("authorization_refuse", args=[row.pk])
            found.append(
                Action(pgettext_lazy("authorization", "Refuse"), url, "warranty.decide_authorization", "danger")
            )
        if row.status in STANDING:
            url = reverse("authorization_withdraw", args=[row.pk])
            found.append(Action(_("Withdraw"), url, "warranty.withdraw_authorization", "danger"))
        return found

    def stats(self) -> Sequence[Stat]:
        row = self.get_object()
        found = [Stat(_("Estimated"), show.money(row.estimated))]
        if row.amount is not None:
            found.append(Stat(_("Granted up to"), show.money(row.amount)))
        if row.valid_until is not None:
            days = (row.valid_until - clock.today()).days
            late = row.status == AuthorizationStatus.APPROVED and days < 0
            found.append(Stat(_("Valid through"), show.day(row.valid_until), tone="bad" if late else ""))
        return found

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        found = [
            Fact(_("Requested"), f"{show.moment(row.requested_at)} · {row.requested_by}"),
            Fact(_("Serial number"), row.unit.serial_number, row.unit.get_absolute_url()),
        ]
        if row.work_order:
            found.append(Fact(_("Work order"), row.work_order.number, row.work_order.get_absolute_url()))
        if row.decided_at:
            found.append(Fact(_("Decided"), f"{show.moment(row.decided_at)} · {row.decided_by}"))
        if row.reason_code:
            found.append(Fact(_("Reason"), row.reason_code))
        if row.claim and self.request.user.has_perm("warranty.view_warrantyclaim", row.claim):
            found.append(Fact(_("Used by claim"), row.claim, row.claim.get_absolute_url()))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        return super().get_context_data(**kwargs) | {
            "lines": row.lines.select_related("part", "operation").order_by("position"),
            "photos": attachments_of(row, authorizations.PHOTO),
        }


class AuthorizationNew(OperationView):
    """The station asks before it works."""

    permission = "warranty.request_authorization"
    title = _("Ask for an authorization")
    intro = _(
        "Ask before the work begins. Headquarters says up to which amount it pays; the claim of the job then takes it by"
        " itself."
    )
    form_class = RequestForm
    formset_class = WantedRows
    formset_label = _("What is to be done")
    submit_label = _("Send to headquarters")
    success_message = _("Headquarters was asked. You get a notice with the answer.")
    draft = "authorization"

    def get_initial(self) -> dict[str, Any]:
        """The job or unit whose page the reader comes from."""
        return {"about": self.request.GET.get("about", "")[:60]}

    def get_cancel_url(self) -> str:
        return reverse("authorization_list")

    def operate(self, form: Any) -> PriorAuthorization:
        values = form.cleaned_data
        return authorizations.request_authorization(
            station=values["station"], unit=values["unit"], work_order=values["work_order"], reason=values["reason"],
            lines=[row.wanted() for row in self.get_formset()], photos=values["photos"], actor=self.request.user,
        )  # fmt: skip


class AuthorizationAct(OperationView):
    """An act about one request."""

    model = PriorAuthorization
    select_related = RELATED

    def get_subtitle(self) -> str:
        return f"{self.object.number} · {self.object.station}"

    def why_not(self) -> str:
        """The answer that stands already."""
        if self.object.status in STANDING and (self.object.is_open or isinstance(self, AuthorizationWithdraw)):
            return ""
        return str(_("%(number)s is “%(status)s” already.")) % {
            "number": self.object.number, "status": self.object.get_status_display(),
        }  # fmt: skip


class AuthorizationGrant(AuthorizationAct):
    """Up to how much, for how long."""

    permission = "warranty.decide_authorization"
    title = _("Grant the authorization")
    form_class = GrantForm
    submit_label = pgettext_lazy("authorization", "Grant")
    success_message = _("It is granted; the station is told.")

    def get_intro(self) -> Any:
        return _("The station estimates %(amount)s.") % {"amount": show.money(self.object.estimated)}

    def operate(self, form: Any) -> PriorAuthorization:
        return authorizations.grant_authorization(self.object, actor=self.request.user, **form.cleaned_data)


class AuthorizationRefuse(AuthorizationAct):
    """Why not."""

    permission = "warranty.decide_authorization"
    title = _("Refuse the authorization")
    form_class = RefuseForm
    submit_label = pgettext_lazy("authorization", "Refuse")
    success_message = _("It is refused; the station is told.")
    danger = True

    def operate(self, form: Any) -> PriorAuthorization:
        return authorizations.refuse_authorization(self.object, actor=self.request.user, **form.cleaned_data)


class AuthorizationWithdraw(AuthorizationAct):
    """It is no longer wanted."""

    permission = "warranty.withdraw_authorization"
    title = _("Withdraw the request")
    form_class = ReasonForm
    submit_label = _("Withdraw")
    success_message = _("Withdrawn.")
    danger = True

    def operate(self, form: Any) -> PriorAuthorization:
        return authorizations.withdraw_authorization(self.object, actor=self.request.user, **form.cleaned_data)

"""Goodwill: requests of stations, decisions of headquarters, the budgets they draw on."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock, show
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
from warranty import goodwill, goodwill_budgets
from warranty.campaign_states import UNDECIDED, GoodwillStatus
from warranty.forms.claims import ReasonForm
from warranty.forms.goodwill import AnswerGoodwillForm, AuthorizeForm, BudgetForm, GoodwillRequestForm
from warranty.models import GoodwillAuthorization, GoodwillBudget

RELATED = (
    "station__center", "work_order", "unit__product_model", "requested_by", "authorized_by", "second_by",
    "source__region", "source__family",
)  # fmt: skip
DECIDE = "warranty.authorize_goodwill"


class GoodwillList(ScopedListView):
    """Requests of the user's stations, for headquarters of all."""

    model = GoodwillAuthorization
    permission = "warranty.view_goodwillauthorization"
    export_permission = "warranty.export_lists"
    title = pgettext_lazy("page", "Goodwill")
    columns = (
        Column("number", kind="number", small=lambda row: row.work_order.number if row.work_order else ""),
        Column("unit__serial_number", _("Unit"), small="unit__product_model__local_name"),
        Column("station", on_phone=False),
        Column("status", kind="badge"),
        Column("budget", kind="money", sort="budget"),
        Column("consumed", kind="money", on_phone=False),
        Column("expires_on", kind="day", sort="expires_on"),
    )
    search_fields = ("number", "unit__serial_number", "work_order__number")
    filter_fields = ("station", "requested_at", "expires_on")
    chips = "status"
    select_related = RELATED
    empty_text = _("No goodwill yet. A station asks where a loyal customer's unit has just run out of warranty.")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Goodwill budgets"), reverse("goodwill_budget_list"), "warranty.view_goodwillbudget"),
            Action(_("Ask for goodwill"), reverse("goodwill_new"), "warranty.request_goodwill", "primary"),
        ]


class GoodwillDetail(ScopedDetailView):
    """What was asked and given, and what is left of the budget it draws on."""

    model = GoodwillAuthorization
    permission = "warranty.view_goodwillauthorization"
    template_name = "warranty/goodwill_detail.html"
    select_related = RELATED

    def get_subtitle(self) -> str:
        row = self.get_object()
        names = [str(row.station or ""), row.unit.product_model.local_name, f"SN {row.unit.serial_number}"]
        return " · ".join(filter(None, names))

    def next_step(self) -> NextStep | None:
        row, user = self.get_object(), self.request.user
        if row.status in UNDECIDED:
            url = reverse("goodwill_authorize", args=[row.pk]) if user.has_perm(DECIDE, row) else ""
            second = row.status == GoodwillStatus.SECOND
            text: Any = (
                _("Above %(who)s's own limit: a second person signs.") % {"who": row.authorized_by} if second else ""
            )
            return NextStep(
                text or _("Headquarters decides."), _("Sign as well") if second else _("Authorize"), url, "wait"
            )
        if row.status == GoodwillStatus.AUTHORIZED:
            text = _("Repairs through %(day)s may be claimed with it; the claim of the job takes it by itself.")
            return NextStep(text % {"day": show.day(row.expires_on)}, tone="run")
        return None

    def get_actions(self) -> Sequence[Action]:
        row, found = self.get_object(), []
        if row.status in UNDECIDED:
            found += [
                Action(
                    pgettext_lazy("authorization", "Refuse"),
                    reverse("goodwill_refuse", args=[row.pk]),
                    DECIDE,
                    "danger",
                ),
                Action(
                    _("Withdraw"), reverse("goodwill_withdraw", args=[row.pk]), "warranty.withdraw_goodwill", "danger"
                ),
            ]
        if row.status == GoodwillStatus.AUTHORIZED:
            found.append(Action(_("Cancel it"), reverse("goodwill_cancel", args=[row.pk]), DECIDE, "danger"))
        return found

    def stats(self) -> Sequence[Stat]:
        row = self.get_object()
        shares = [row.part_share_percent, row.labor_share_percent, row.travel_share_percent]
        label = pgettext_lazy("goodwill", "Asked for") if row.status in UNDECIDED else _("Up to")
        found = [Stat(label, show.money(row.budget))]
        if any(shares):
            found.append(Stat(_("Parts / labor / travel (%)"), " / ".join(str(each) for each in shares)))
        if row.expires_on:
            found.append(Stat(_("Good through"), show.day(row.expires_on)))
        if row.status == GoodwillStatus.CONSUMED:
            found.append(Stat(_("Consumed"), show.money(row.consumed)))
        return found

    def facts(self) -> Sequence[Fact]:
        row, user = self.get_object(), self.request.user
        found = [Fact(_("Serial number"), row.unit.serial_number, row.unit.get_absolute_url())]
        if row.requested_by:
            found.append(Fact(_("Requested"), f"{show.moment(row.requested_at)} · {row.requested_by}"))
        if row.work_order:
            found.append(Fact(_("Work order"), row.work_order.number, row.work_order.get_absolute_url()))
        if row.authorized_by:
            found.append(Fact(_("Authorized"), f"{show.moment(row.authorized_at)} · {row.authorized_by}"))
        if row.second_by:
            found.append(Fact(_("Second signature"), row.second_by))
        if row.source and user.has_perm("warranty.view_goodwillbudget"):
            found.append(Fact(_("Goodwill budget"), row.source, row.source.get_absolute_url()))
        claims = row.claims.visible_to(user).order_by("-pk")[:3]
        return [*found, *(Fact(_("Claim"), claim, claim.get_absolute_url()) for claim in claims)]


class GoodwillNew(OperationView):
    """A station asks."""

    permission = "warranty.request_goodwill"
    title = _("Ask for goodwill")
    intro = _("For a repair that the warranty does not cover. Headquarters decides which share it pays.")
    form_class = GoodwillRequestForm
    submit_label = _("Send to headquarters")
    success_message = _("Headquarters was asked. You get a notice with the answer.")

    def get_initial(self) -> dict[str, Any]:
        return {"about": self.request.GET.get("about", "")[:60]}

    def get_cancel_url(self) -> str:
        return reverse("goodwill_list")

    def operate(self, form: Any) -> GoodwillAuthorization:
        values = form.cleaned_data
        return goodwill.request_goodwill(
            values["unit"], station=values["station"], work_order=values["work_order"], amount=values["amount"],
            reason=values["reason"], actor=self.request.user,
        )  # fmt: skip


class GoodwillAct(OperationView):
    """An act about one goodwill."""

    model = GoodwillAuthorization
    select_related = RELATED

    def get_subtitle(self) -> str:
        return str(self.object.number)


class GoodwillAuthorize(GoodwillAct):
    """Shares, amount, end; the budget is held."""

    permission = DECIDE
    title = _("Authorize goodwill")
    form_class = AuthorizeForm
    submit_label = _("Authorize")
    success_message = _("Decided.")

    def get_intro(self) -> Any:
        try:
            limit = goodwill.authority_of(self.request.user, clock.today())
        except goodwill.NoAuthority as refusal:
            return str(refusal)
        text = _("You authorize up to %(limit)s alone; above it a second person signs.")
        return text % {"limit": show.money(limit)}

    def operate(self, form: Any) -> GoodwillAuthorization:
        return goodwill.authorize_request(self.object, actor=self.request.user, **form.given())


class GoodwillRefuse(GoodwillAct):
    permission = DECIDE
    title = _("Refuse goodwill")
    form_class = AnswerGoodwillForm
    submit_label = pgettext_lazy("authorization", "Refuse")
    danger = True

    def operate(self, form: Any) -> GoodwillAuthorization:
        return goodwill.refuse_goodwill(self.object, actor=self.request.user, **form.cleaned_data)


class GoodwillWithdraw(GoodwillAct):
    permission = "warranty.withdraw_goodwill"
    title = _("Withdraw the request")
    form_class = ReasonForm
    submit_label = _("Withdraw")
    danger = True

    def operate(self, form: Any) -> GoodwillAuthorization:
        return goodwill.withdraw_goodwill(self.object, actor=self.request.user, **form.cleaned_data)


class GoodwillCancel(GoodwillAct):
    permission = DECIDE
    title = _("Cancel the goodwill")
    intro = _("It pays nothing any more; what it held of the budget is free again.")
    form_class = ReasonForm
    submit_label = _("Cancel it")
    danger = True

    def operate(self, form: Any) -> GoodwillAuthorization:
        return goodwill.cancel_goodwill(self.object, actor=self.request.user, **form.cleaned_data)


def bar_of(row: GoodwillBudget) -> str:
    """How much of it is promised or spent."""
    return show.percent(share_of(row))


def share_of(row: GoodwillBudget) -> int:
    """Percent of the amount that is reserved or consumed."""
    return round(100 * (row.reserved + row.consumed) / row.amount) if row.amount else 0


class BudgetList(ScopedListView):
    """The budgets by year."""

    model = GoodwillBudget
    permission = "warranty.view_goodwillbudget"
    export_permission = "warranty.export_lists"
    title = _("Goodwill budgets")
    columns = (
        Column("year", kind="lead", sort="year", link=lambda row: row.get_absolute_url()),
        Column(lambda row: row.subject, _("For"), link=lambda row: row.get_absolute_url()),
        Column("amount", kind="money", sort="amount"),
        Column("reserved", kind="money", on_phone=False),
        Column("consumed", kind="money"),
        Column("left", pgettext_lazy("budget", "Left (CNY)"), kind="money"),
        Column(bar_of, _("Used"), kind="figure"),
        Column("proposed", kind="money"),
    )
    filter_fields = ("year", "region", "family")
    ordering = ("-year", "-pk")
    select_related = ("region", "family")
    empty_text = _("No budgets yet. Without one no goodwill is authorized.")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Propose a budget"), reverse("goodwill_budget_new"), "warranty.propose_goodwill_budget", "primary")
        ]


class BudgetDetail(ScopedDetailView):
    """One budget with its bar and what draws on it."""

    model = GoodwillBudget
    permission = "warranty.view_goodwillbudget"
    template_name = "warranty/goodwill_budget.html"
    select_related = ("region", "family", "proposed_by", "released_by")

    def get_title(self) -> str:
        return str(_("Goodwill %(budget)s")) % {"budget": self.get_object()}

    def next_step(self) -> NextStep | None:
        row, user = self.get_object(), self.request.user
        if row.proposed is None:
            return None
        may = user.has_perm("warranty.release_goodwill_budget", row)
        url = reverse("goodwill_budget_release", args=[row.pk]) if may else ""
        text = _("%(who)s proposes %(amount)s (%(reason)s); another person releases it.")
        values = {"who": row.proposed_by, "amount": show.money(row.proposed), "reason": row.reason}
        return NextStep(text % values, pgettext_lazy("budget", "Release"), url, "wait")

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        query = f"?year={row.year}&region={row.region_id or ''}&family={row.family_id or ''}&amount={row.amount}"
        url = f"{reverse('goodwill_budget_new')}{query}"
        return [Action(_("Propose another amount"), url, "warranty.propose_goodwill_budget")]

    def stats(self) -> Sequence[Stat]:
        row = self.get_object()
        used = share_of(row)
        tone = "bad" if used >= 100 else "wait" if used >= 80 else "good"
        return [
            Stat(_("Budget"), show.money(row.amount)),
            Stat(_("Reserved"), show.money(row.reserved)),
            Stat(_("Consumed"), show.money(row.consumed)),
            Stat(
                pgettext_lazy("budget", "Left"), show.money(row.left), show.percent(used), share=used, share_tone=tone
            ),
        ]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Year"), row.year),
            Fact(_("For"), row.subject),
            Fact(_("Proposed by"), row.proposed_by),
            Fact(_("Released by"), row.released_by or "–"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.get_object().authorizations.select_related("station", "unit").order_by("-pk")[:50]
        return super().get_context_data(**kwargs) | {"rows": rows}


class BudgetNew(OperationView):
    """An amount is proposed."""

    permission = "warranty.propose_goodwill_budget"
    title = _("Propose a goodwill budget")
    intro = _("It holds once another person has released it. The narrowest budget is drawn on first.")
    form_class = BudgetForm
    submit_label = _("Propose")

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET
        whole = {name: asked[name] for name in ("year", "region", "family") if asked.get(name, "").isdecimal()}
        return {"year": clock.today().year} | whole

    def get_cancel_url(self) -> str:
        return reverse("goodwill_budget_list")

    def operate(self, form: Any) -> GoodwillBudget:
        return goodwill_budgets.propose_budget(actor=self.request.user, **form.cleaned_data)


class BudgetRelease(OperationView):
    """The proposed amount holds."""

    model = GoodwillBudget
    permission = "warranty.release_goodwill_budget"
    title = _("Release the budget")
    submit_label = pgettext_lazy("budget", "Release")
    select_related = ("region", "family", "proposed_by")

    def get_intro(self) -> str:
        row = self.object
        text = _("%(budget)s: from %(before)s to %(after)s.")
        after = show.money(row.proposed) if row.proposed is not None else "–"
        return str(text) % {"budget": row, "before": show.money(row.amount), "after": after}

    def operate(self, form: Any) -> GoodwillBudget:
        return goodwill_budgets.release_budget(self.object, actor=self.request.user)

"""What planning suggests to buy, and what is decided about it."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Case, Exists, OuterRef, When
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.forms.ordering import ReasonForm
from parts.forms.planning import AcceptForm, AcceptManyForm
from parts.models import PlanningRun, PurchaseSuggestion, SuggestionStatus
from parts.models.planning import CLASSES
from parts.replenishment import decisions, queries
from portal.core.listing import ScopedFilterSet
from portal.core.pages import (
    Action,
    Column,
    OperationView,
    ScopedListView,
)


class SuggestionFilter(ScopedFilterSet):
    """By class and supplier."""

    abc = django_filters.ChoiceFilter(choices=CLASSES, label=_("ABC"))

    class Meta:
        model = PurchaseSuggestion
        fields = ["abc", "supplier"]


class SuggestionList(ScopedListView):
    """What to buy, by the loss that not buying means; of the last run, and earlier ones by status."""

    model = PurchaseSuggestion
    permission = "parts.view_purchasesuggestion"
    export_permission = "parts.export_planning"
    template_name = "parts/suggestion_list.html"
    title = _("Purchase suggestions")
    columns = (
        Column("part__number", _("Part number"), kind="number", small=lambda row: row.part.local_name),
        Column(lambda row: _("slow mover, minimum by hand") if row.is_idle else "", _("Mark"), on_phone=False),
        Column("abc"),
        Column("status", kind="badge"),
        Column("supplier__local_name", _("Supplier"), kind="name", on_phone=False),
        Column("suggested_qty", kind="qty"),
        Column("decided_qty", kind="qty", on_phone=False),
        Column("order_value", kind="money", sort="order_value"),
        Column("holding_cost", kind="money", on_phone=False),
        Column("lost_pieces", capfirst(_("expected lost demand")), kind="qty", on_phone=False),
        Column("lost_value", kind="money", sort="lost_value"),
    )
    search_fields = ("part__number", "part__name", "supplier__name")
    filterset_class = SuggestionFilter
    chips = "status"
    ordering = ("is_decided", "-lost_value", "-order_value")
    select_related = ("part", "supplier")
    empty_text = _("No suggestions yet. Start a planning run.")

    def get_queryset(self) -> Any:
        last = PlanningRun.objects.filter(finished_at__isnull=False).order_by("-pk").values("pk")[:1]
        idle = Exists(queries.forced_on_idle(PurchaseSuggestion.objects.filter(pk=OuterRef("pk"))))
        decided = Case(When(status=SuggestionStatus.OPEN, then=0), default=1)
        return super().get_queryset().filter(run__in=last).annotate(is_decided=decided, is_idle=idle)

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Make purchase orders"), reverse("suggestions_order"), "parts.decide_suggestion", "primary"),
            Action(_("Accept several"), reverse("suggestions_accept"), "parts.decide_suggestion"),
            Action(_("Plan now"), reverse("planning_start"), "parts.start_planning"),
            Action(_("Planning runs"), reverse("planning_run_list"), "parts.view_planningrun"),
            Action(_("Slow movers"), reverse("slow_mover_list"), "parts.view_planningrun"),
        ]

    def get_empty_action(self) -> Action | None:
        return next((each for each in self.allowed_actions() if each.url == reverse("planning_start")), None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = PlanningRun.objects.filter(finished_at__isnull=False).order_by("-pk").first()
        return super().get_context_data(**kwargs) | {"last_run": last}


class SuggestionAccept(OperationView):
    """The suggestion will be ordered."""

    model = PurchaseSuggestion
    permission = "parts.decide_suggestion"
    select_related = ("part", "supplier")
    title = _("Accept the suggestion")
    form_class = AcceptForm
    submit_label = pgettext_lazy("suggestion", "Accept")
    success_message = pgettext_lazy("suggestion", "Accepted.")

    def operate(self, form: Any) -> PurchaseSuggestion:
        values = form.cleaned_data
        return decisions.accept_suggestion(
            self.object,
            qty=values["qty"],
            supplier=values["supplier"],
            reason=values["reason"],
            actor=self.request.user,
        )


class SuggestionReject(OperationView):
    """The suggestion will not be ordered."""

    model = PurchaseSuggestion
    permission = "parts.decide_suggestion"
    title = _("Reject the suggestion")
    form_class = ReasonForm
    submit_label = _("Reject")
    success_message = _("Rejected.")
    danger = True

    def operate(self, form: Any) -> PurchaseSuggestion:
        return decisions.reject_suggestion(self.object, reason=form.cleaned_data["reason"], actor=self.request.user)


class SuggestionsAccept(OperationView):
    """All open suggestions of some classes and perhaps one supplier."""

    permission = "parts.decide_suggestion"
    title = _("Accept several suggestions")
    form_class = AcceptManyForm
    intro = _("All open suggestions of these classes that have a supplier are accepted as they are.")
    submit_label = pgettext_lazy("suggestion", "Accept")
    success_message = pgettext_lazy("suggestion", "Accepted.")

    def get_cancel_url(self) -> str:
        return reverse("suggestion_list")

    def operate(self, form: Any) -> str:
        rows = PurchaseSuggestion.objects.visible_to(self.request.user).filter(abc__in=form.cleaned_data["abc"])
        if supplier := form.cleaned_data["supplier"]:
            rows = rows.filter(supplier=supplier)
        if not form.cleaned_data["idle_too"]:
            rows = rows.exclude(pk__in=queries.forced_on_idle(PurchaseSuggestion.objects.all()).values("pk"))
        decisions.accept_open(rows.filter(status=SuggestionStatus.OPEN), actor=self.request.user)
        return self.get_cancel_url()


class SuggestionsOrder(OperationView):
    """One click: the accepted suggestions stand on drafts, one a supplier."""

    permission = "parts.decide_suggestion"
    title = _("Make purchase orders")
    intro = _("All accepted suggestions become draft purchase orders, one for each supplier.")
    submit_label = _("Make purchase orders")
    success_message = _("The drafts stand. Look through them and send them.")

    def get_cancel_url(self) -> str:
        return reverse("suggestion_list")

    def operate(self, form: Any) -> str:
        decisions.order_suggestions(actor=self.request.user)
        return f"{reverse('purchase_order_list')}?status=draft"

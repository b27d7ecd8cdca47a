"""The queue of claims to decide: how old, how much, why, whose; and who takes which."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import django_filters
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import models
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.accounts.models import User
from portal.core import clock, show
from portal.core.counting import count_all, say_count
from portal.core.listing import PageFilterSet
from portal.core.pages import Action, Column, OperationView, ScopedListView
from portal.core.pages.saved import SavedViewsMixin
from portal.core.saved_views import filters_of
from stations.grading import grades_on
from stations.models import GradeLetter, ProductFamily, Region, Station
from warranty.desk import queue, taking
from warranty.desk.first_approval import withdraw_first
from warranty.forms.desk import HandOverForm, NoteForm
from warranty.models import ClaimReview, Route, WarrantyClaim
from warranty.wording import REVIEW_REASONS, say


class QueueFilter(PageFilterSet):
    """By amount, product line, region, station, grade, reason, route, risk and reviewer."""

    least = django_filters.NumberFilter(field_name="claimed_total", lookup_expr="gte", label=_("Claimed, at least"))
    most = django_filters.NumberFilter(field_name="claimed_total", lookup_expr="lte", label=_("Claimed, at most"))
    family = django_filters.ModelChoiceFilter(
        field_name="product_model__family", queryset=ProductFamily.objects.all(), label=_("Product line")
    )
    reason = django_filters.ChoiceFilter(
        choices=[(code, say(code)) for code in REVIEW_REASONS], method="for_reason", label=_("Why in review")
    )
    region = django_filters.ModelChoiceFilter(
        field_name="station__center__region", queryset=Region.objects.all(), label=_("Region")
    )
    station = django_filters.ModelChoiceFilter(queryset=Station.objects.all(), label=_("Station"))
    grade = django_filters.ChoiceFilter(choices=GradeLetter.choices, method="of_grade", label=_("Grade"))
    route = django_filters.ChoiceFilter(choices=Route.choices, label=_("Decided by role"))
    risk = django_filters.ChoiceFilter(
        choices=[(key, label) for key, (label, _q) in queue.RISKS.items()], method="of_risk", label=_("Risk")
    )
    reviewer = django_filters.ModelChoiceFilter(
        field_name="review__taken_by", queryset=User.objects.none(), label=_("Taken by")
    )

    MAIN: ClassVar = ("least", "most", "family", "region")

    class Meta:
        model = WarrantyClaim
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        taken = ClaimReview.objects.filter(claim__status="in_review", taken_by__isnull=False)
        self.filters["reviewer"].field.queryset = User.objects.filter(pk__in=taken.values("taken_by"))
        self.filters["reason"].field.choices = [("", _("All")), *((code, say(code)) for code in REVIEW_REASONS)]

    def of_risk(self, rows: models.QuerySet[Any], name: str, key: str) -> models.QuerySet[Any]:
        return rows.filter(queue.RISKS[key][1])

    def of_grade(self, rows: models.QuerySet[Any], name: str, grade: str) -> models.QuerySet[Any]:
        return rows.filter(station__in=[pk for pk, held in grades_on().items() if held == grade])

    def for_reason(self, rows: models.QuerySet[Any], name: str, code: str) -> models.QuerySet[Any]:
        return rows.filter(review__reasons__contains=[code])


def age_of(claim: WarrantyClaim) -> str:
    """How long it has waited, in the color of its age."""
    days = queue.age_days(claim.submitted_at, clock.today()) if claim.submitted_at else 0
    words = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return format_html('<span class="badge-tone {}">{}</span>', queue.band_of(days).tone, words)


def submitted_on(claim: WarrantyClaim) -> str:
    """The day it came, in one line."""
    return format_html('<span class="text-nowrap">{}</span>', show.day(claim.submitted_at))


def reasons_of(claim: WarrantyClaim) -> str:
    """Why the system did not decide it."""
    review = getattr(claim, "review", None)
    return str(_("; ").join(say(code) for code in review.reasons)) if review and review.reasons else "–"


def holder_of(claim: WarrantyClaim) -> str:
    """Who has taken it, or what it waits for."""
    review = getattr(claim, "review", None)
    return str(review.taken_by) if review and review.taken_by else ""


def waits_for(claim: Any) -> str:
    """What it waits for beyond a decision."""
    if claim.is_held:
        return str(_("Held until the appraisal"))
    return str(_("Second approval")) if claim.is_second else ""


def risk_of(claim: WarrantyClaim) -> str:
    """The score in the color of its band."""
    return format_html('<span class="badge-tone {}">{}</span>', claim.risk_tone, claim.risk_score)


class ClaimQueue(SavedViewsMixin, ScopedListView):
    """Claims that wait for a decision, the longest waiting first."""

    model = WarrantyClaim
    permission = "warranty.open_desk"
    export_permission = "warranty.open_desk"
    title = _("Claims to decide")
    template_name = "warranty/claim_queue.html"
    columns = (
        Column(str, _("Claim"), "number", small="serial_number", link=lambda claim: claim.desk_url),
        Column(age_of, _("Waiting"), small=submitted_on, sort="submitted_at"),
        Column(
            "claimed_total", kind="money", small=lambda claim: show.money(claim.allowed_total), sort="claimed_total"
        ),
        Column("product_model__local_name", _("Model"), kind="name", small="product_model__family"),
        Column("station", small="station__code"),
        Column(reasons_of, _("Why in review"), kind="name", small="get_route_display"),
        Column(risk_of, _("Risk"), sort="risk_score"),
        Column(holder_of, _("Taken by"), small=waits_for),
    )
    search_fields = (
        "number",
        "serial_number",
        "work_order__number",
        "station__name",
        "station__name_en",
        "station__code",
    )
    filterset_class = QueueFilter
    ordering = ("submitted_at",)
    select_related = ("station", "work_order", "product_model__family", "review__taken_by")
    extra_parameters = frozenset({"whose", "age"})
    empty_text = _("Nothing waits for a decision.")

    def get_queryset(self) -> models.QuerySet[Any]:
        rows: Any = super().get_queryset()
        marked = rows.awaiting_decision().annotate(is_held=queue.held(), is_second=queue.first_approved())
        return marked.defer("explanation", "complaint", "cause", "correction")  # type: ignore[no-any-return]

    def shown_rows(self) -> Any:
        """The chips say whose turn it is, the tiles how old; each counts the rows that all other filters leave."""
        filters, rows, _none = super().shown_rows()
        whose, ages = queue.holders(self.request.user), {band.key: band for band in queue.AGES}
        of_holder, of_age = self._chosen("whose", whose), self._chosen("age", ages)
        held = rows.filter(whose[of_holder][1]) if of_holder else rows
        aged = rows.filter(ages[of_age].condition(clock.today())) if of_age else rows
        conditions = [Q(), *(condition for _label, condition in whose.values())]
        today = clock.today()
        asked = [aged.filter(each) for each in conditions] + [held.filter(band.condition(today)) for band in queue.AGES]
        counts = count_all(asked)
        words = [("", _("All")), *((key, label) for key, (label, _condition) in whose.items())]
        chips = [
            {"label": label, "url": self._address(whose=key), "count": say_count(count), "current": key == of_holder}
            for (key, label), count in zip(words, counts, strict=False)
        ]
        self.ages = self._tiles(counts[len(words) :], of_age)
        return filters, held & aged, chips

    def _chosen(self, name: str, known: Mapping[str, Any]) -> str:
        chosen = self.request.GET.get(name, "")
        if chosen and chosen not in known:
            raise BadRequest
        return chosen

    def _tiles(self, counts: Sequence[int], chosen: str) -> list[dict[str, Any]]:
        """The ages as tiles: how many, and a bar against the longest."""
        longest = max([1, *counts])
        return [
            {
                "label": band.label, "tone": band.tone, "count": say_count(count), "share": round(100 * count / longest),
                "current": band.key == chosen, "url": self._address(age="" if band.key == chosen else band.key),
            }
            for band, count in zip(queue.AGES, counts, strict=True)
        ]  # fmt: skip

    def get_actions(self) -> Sequence[Action]:
        url = f"{reverse('claims_decide_many')}?{filters_of(self.request.GET.urlencode())}"
        return [Action(_("Decide several"), url, "warranty.decide_many")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["filterset"].form
        main = [name for name in QueueFilter.MAIN if name in form.fields]
        further = [name for name in form.fields if name not in main]
        return context | {
            "main_filters": [form[name] for name in main],
            "further_filters": [form[name] for name in further],
            "further_chosen": any(self.request.GET.get(name) for name in further),
            "ages": self.ages,
            "kept": {name: self.request.GET[name] for name in ("whose", "age") if self.request.GET.get(name)},
        }


class TakeNext(OperationView):
    """The claim that has waited longest is the reader's, and its desk opens."""

    permission = "warranty.take_claim"
    title = _("Next claim")
    intro = _("The claim that has waited longest and that you may decide is taken for you.")
    submit_label = _("Take the next claim")

    def get_cancel_url(self) -> str:
        return reverse("claim_queue")

    def operate(self, form: Any) -> str:
        skipping = self.request.GET.get("after", "")
        known = int(skipping) if skipping.isascii() and skipping.isdigit() and len(skipping) < 19 else None
        return taking.take_next(self.request.user, skipping=known).desk_url

    def refused(self, form: Any, text: str, field: str, *, status: int) -> HttpResponse:
        """An empty queue is good news, told on the queue."""
        messages.info(self.request, text)
        return HttpResponseRedirect(reverse("claim_queue"))


class OnDesk(OperationView):
    """An act on a claim in review that leads back to its desk."""

    model = WarrantyClaim

    def get_cancel_url(self) -> str:
        return str(self.object.desk_url)

    def after(self) -> str:
        return str(self.object.desk_url)


class TakeClaim(OnDesk):
    """The claim is the reader's to decide."""

    permission = "warranty.take_claim"
    title = _("Take the claim")
    intro = _("Others see that you are deciding it.")
    submit_label = _("Take it")

    def operate(self, form: Any) -> str:
        taking.take(self.object, actor=self.request.user)
        return self.after()


class PutBackClaim(OnDesk):
    """The claim is nobody's again."""

    permission = "warranty.take_claim"
    title = _("Put the claim back")
    intro = _("It waits for whoever takes it next.")
    submit_label = _("Put back")

    def operate(self, form: Any) -> str:
        taking.put_back(self.object, actor=self.request.user)
        return reverse("claim_queue")


class HandOverClaim(OnDesk):
    """The claim is somebody else's to decide; they are told."""

    permission = "warranty.hand_over_claim"
    title = _("Hand the claim over")
    submit_label = _("Hand over")
    success_message = _("The claim was handed over.")
    form_class = HandOverForm

    def operate(self, form: Any) -> str:
        taking.hand_over(
            self.object, to=form.cleaned_data["to"], note=form.cleaned_data["note"], actor=self.request.user
        )
        return self.after()


class WithdrawFirst(OnDesk):
    """The reader's first approval no longer counts; they decide anew."""

    permission = "warranty.withdraw_first_approval"
    title = _("Withdraw the first approval")
    intro = _("It stays in the history. The claim waits for you again; whoever looks at it meanwhile is told.")
    submit_label = _("Withdraw and decide anew")
    success_message = _("Your first approval was withdrawn; decide anew.")
    form_class = NoteForm

    def operate(self, form: Any) -> str:
        withdraw_first(self.object, reason=form.cleaned_data["note"], actor=self.request.user)
        return self.after()

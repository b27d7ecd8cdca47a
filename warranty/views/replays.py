"""Replays of claims on draft rules: started, listed, read."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock, show
from portal.core.pages import (
    Action,
    Column,
    Fact,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    Stat,
    visible_or_404,
)
from portal.core.pieces import Text
from warranty import wording
from warranty.forms.masters import ReplayForm
from warranty.models import ClaimStatus, ReplayDifference, ReplayRun
from warranty.replays.running import start_replay


class ReplayList(ScopedListView):
    """The replays, the newest first."""

    model = ReplayRun
    permission = "warranty.view_replayrun"
    export_permission = "warranty.export_lists"
    title = _("Replays of claims")
    columns = (
        Column("started_at", kind="moment", small="started_by__display_name"),
        Column(lambda row: what_is_tried(row), _("What is tried")),
        Column(lambda row: f"{show.day(row.since)} – {show.day(row.before)}", _("Decided"), on_phone=False),
        Column("claim_count", kind="qty"),
        Column("changed_count", kind="qty"),
        Column(lambda row: effect_of(row), _("Effect (CNY)"), kind="money"),
        Column(lambda row: row.job_run.get_status_display() if row.job_run else "–", _("Job")),
    )
    select_related = ("started_by", "job_run", "policy", "price_list")
    empty_text = _(
        "No replay yet. Try a draft policy, prices, rates, a grade or future parameters on last year's claims before they hold."
    )

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("New replay"), reverse("replay_start"), "warranty.replay_claims", "primary")]


def what_is_tried(run: ReplayRun) -> str:
    """The draft rules of the run."""
    found: list[Any] = [each for each in (run.policy, run.price_list) if each is not None]
    if run.grade_to:
        found.append(
            _("grade %(old)s as %(new)s") % {"old": run.get_grade_from_display(), "new": run.get_grade_to_display()}
        )
    if run.rates_on:
        found.append(_("rates of %(day)s") % {"day": show.day(run.rates_on)})
    if run.parameters_on:
        found.append(_("parameters of %(day)s") % {"day": show.day(run.parameters_on)})
    return " · ".join(str(each) for each in found)


def effect_of(run: ReplayRun) -> Any:
    """CNY that would be paid more, or less."""
    return run.allowed_after - run.allowed_before


class ReplayStart(OperationView):
    """What is tried, on which claims."""

    permission = "warranty.replay_claims"
    title = _("New replay")
    intro = _(
        "Claims already decided are judged again on what the rules were told then, once as it was and once with the draft."
        " Nothing is decided or paid. A policy is tried as if every sale had been made under it."
    )
    form_class = ReplayForm
    submit_label = _("Start the replay")

    def get_initial(self) -> dict[str, Any]:
        """The last twelve months."""
        today = clock.today()
        return {"since": today - timedelta(days=365), "before": today}

    def get_cancel_url(self) -> str:
        return reverse("replay_list")

    def operate(self, form: Any) -> str:
        run = start_replay(actor=self.request.user, **form.cleaned_data)
        return run.job_run.get_absolute_url() if run.job_run else run.get_absolute_url()


class ReplayDetail(ScopedDetailView):
    """What would change: money, outcomes, and the claims with the largest effect."""

    model = ReplayRun
    permission = "warranty.view_replayrun"
    template_name = "warranty/replay_detail.html"
    select_related = ("started_by", "job_run", "policy", "price_list")

    def get_title(self) -> Any:
        return _("Replay %(number)s") % {"number": self.get_object()}

    def get_subtitle(self) -> Text:
        return what_is_tried(self.get_object())

    def stats(self) -> Sequence[Stat]:
        run = self.get_object()
        effect = effect_of(run)
        detail = _("%(before)s → %(after)s") % {
            "before": show.money(run.allowed_before), "after": show.money(run.allowed_after),
        }  # fmt: skip
        return [
            Stat(_("Claims"), show.quantity(run.claim_count)),
            Stat(_("Claims that change"), show.quantity(run.changed_count), url=self._changed_url()),
            Stat(
                _("Effect (CNY)"), f"{'+' if effect > 0 else ''}{show.money(effect)}", detail,
                "wait" if effect > 0 else "",
            ),
        ]  # fmt: skip

    def _changed_url(self) -> str:
        return reverse("replay_differences", args=[self.get_object().pk])

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("All changed claims"), self._changed_url())]

    def facts(self) -> Sequence[Fact]:
        run = self.get_object()
        job = run.job_run
        return [
            Fact(_("Decided since"), show.day(run.since)),
            Fact(_("Decided before"), show.day(run.before)),
            Fact(_("Started at"), show.moment(run.started_at)),
            Fact(_("Finished at"), show.moment(run.finished_at)),
            Fact(_("Job"), job.get_status_display() if job else "–", job.get_absolute_url() if job else ""),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = {str(value): str(label) for value, label in ClaimStatus.choices}
        pairs = sorted(self.get_object().outcomes.items(), key=lambda item: -item[1])
        rows = []
        for pair, count in pairs:
            before, _arrow, after = pair.partition(">")
            rows.append((labels.get(before, before), labels.get(after, after), count, before != after))
        return super().get_context_data(**kwargs) | {"outcomes": rows}


class ReplayDifferences(ScopedListView):
    """Every claim that would be decided or paid otherwise."""

    model = ReplayDifference
    permission = "warranty.view_replayrun"
    export_permission = "warranty.export_lists"
    title = _("Changed claims")
    columns = (
        Column(lambda row: str(row.claim), _("Claim"), kind="number", small=lambda row: str(row.claim.station)),
        Column("allowed_before", kind="money"),
        Column("allowed_after", kind="money"),
        Column("effect", pgettext_lazy("replay", "Effect (CNY)"), kind="money"),
        Column(
            lambda row: row.get_outcome_before_display(),
            _("Outcome as it was"),
            small=lambda row: _said(row.code_before),
        ),
        Column(
            lambda row: row.get_outcome_after_display(),
            _("Outcome with the draft"),
            small=lambda row: _said(row.code_after),
        ),
    )
    search_fields = ("claim__number", "claim__serial_number")
    filter_fields = ("outcome_before", "outcome_after")
    select_related = ("claim__station", "claim__work_order")
    empty_text = _("No claim would be decided or paid otherwise.")

    @property
    def run(self) -> ReplayRun:
        """The one in the address. Raises Http404."""
        return visible_or_404(ReplayRun, self.request.user, pk=self.kwargs["pk"])

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(run=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(_("Claims that change in replay %(number)s")) % {"number": self.run}

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("What changes"), self.run.get_absolute_url())]


def _said(code: str) -> str:
    return wording.say(code) if code else ""

"""Improvement ideas: filed by stations, judged and rewarded by headquarters, read by all once published."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
from portal.core.scope import scope_of
from portal.core.show import money
from stations import ideas
from stations.forms.ideas import AnswerForm, GrantForm, IdeaForm, PublishIdeaForm, RefuseForm, RewardForm
from stations.models import Idea, IdeaReward, IdeaStatus, Incentive, PointEntry, PublishedIdea, RewardStatus

S = IdeaStatus


class IdeaList(ScopedListView):
    """The ideas one sees, and the points they brought."""

    model = Idea
    permission = "stations.view_idea"
    export_permission = "stations.export_lists"
    title = _("Improvement ideas")
    columns: ClassVar[Sequence[Column]] = (
        Column("number", kind="number", small="filed_at"),
        Column("title"),
        Column("station", small="author"),
        Column("status", kind="badge"),
        Column("judged_at", kind="day", on_phone=False),
    )
    search_fields = ("number", "title", "station__name", "station__name_en")
    filter_fields = ("station", "filed_at")
    chips = "status"
    ordering = ("-filed_at",)
    select_related = ("station", "author")
    empty_text = _("No idea yet. What would you do better? Headquarters answers each one and rewards the good ones.")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Published ideas"), reverse("idea_board"), "stations.view_publishedidea"),
            Action(_("Points"), reverse("point_list"), "stations.view_pointentry"),
            Action(_("File an idea"), reverse("idea_file"), "stations.file_idea", "primary"),
        ]


def reward_text(reward: IdeaReward) -> str:
    """50 points + ¥800.00."""
    points = str(_("%(points)s points") % {"points": reward.points}) if reward.points else ""
    return " + ".join(filter(None, [points, money(reward.amount) if reward.amount else ""]))


class IdeaDetail(ScopedDetailView):
    """One idea: problem, proposal, answer, reward, and where its money stands."""

    model = Idea
    permission = "stations.view_idea"
    template_name = "stations/idea_detail.html"
    select_related = ("station", "author", "judge")

    def get_title(self) -> Any:
        return self.get_object().title

    def get_subtitle(self) -> Any:
        row = self.get_object()
        return f"{row.number} · {row.station}"

    @property
    def reward(self) -> IdeaReward | None:
        """The reward that was not refused."""
        if not hasattr(self, "_reward"):
            rows = IdeaReward.objects.filter(idea=self.get_object()).select_related("proposed_by", "decided_by", "idea")
            self._reward = rows.exclude(status=RewardStatus.REFUSED).first()
        return self._reward

    def next_step(self) -> NextStep | None:
        row, reward = self.get_object(), self.reward
        if row.status == S.ACCEPTED and reward is not None:
            return self._step(
                _("A reward of %(reward)s is above the limit: another person grants it.") % {"reward": reward_text(reward)},
                _("Grant"), "reward_grant", "stations.decide_reward", reward,
            )  # fmt: skip
        texts = {
            S.FILED: (_("Headquarters looks into it."), _("Take it up"), "idea_begin", "stations.judge_idea"),
            S.IN_JUDGMENT: (
                _("Headquarters judges it."),
                pgettext_lazy("idea", "Accept"),
                "idea_accept",
                "stations.judge_idea",
            ),
            S.ACCEPTED: (_("Accepted. A reward may follow."), _("Reward"), "idea_reward", "stations.reward_idea"),
        }
        return self._step(*texts[row.status], row) if row.status in texts else None

    def _step(self, text: Any, label: Any, url_name: str, permission: str, record: Any) -> NextStep:
        may = self.request.user.has_perm(permission, record)
        url = reverse(url_name, args=[record.pk]) if may else ""
        return NextStep(text, label, url, "wait" if may else "")

    def get_actions(self) -> Sequence[Action]:
        row, reward = self.get_object(), self.reward
        actions = []
        if row.status == S.IN_JUDGMENT:
            actions.append(
                Action(_("Do not adopt"), reverse("idea_decline", args=[row.pk]), "stations.judge_idea", "danger")
            )
        if reward is not None and reward.status == RewardStatus.PROPOSED:
            may = self.request.user.has_perm("stations.decide_reward", reward)
            refuse = reverse("reward_refuse", args=[reward.pk])
            actions += [Action(_("Refuse the reward"), refuse, style="danger")] if may else []
        if row.status in (S.ACCEPTED, S.REWARDED) and not hasattr(row, "published"):
            actions.append(Action(_("Publish"), reverse("idea_publish", args=[row.pk]), "stations.publish_idea"))
        return actions

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        named = _("Yes") if row.names_station else _("No")
        return [
            Fact(_("Station"), row.station, row.station.get_absolute_url()),
            Fact(_("Author"), row.author),
            Fact(_("Filed at"), row.filed_at),
            Fact(_("May be named"), named),
            Fact(_("Judged by"), row.judge),
            Fact(_("Judged at"), row.judged_at),
        ]

    def reward_facts(self) -> list[Fact]:
        """What was given, by whom, and the statement that credits the money."""
        row, reward = self.get_object(), self.reward
        if reward is None:
            return []
        facts = [
            Fact(_("Reward"), reward_text(reward)),
            Fact(_("Status"), reward.get_status_display()),
            Fact(_("Reason"), reward.reason),
            Fact(_("Proposed by"), reward.proposed_by),
            Fact(_("Decided by"), reward.decided_by),
        ]
        incentive = Incentive.objects.filter(source=row.number).first()
        if incentive is not None:
            noted = incentive.statement_number or _("waits for the next statement")
            facts.append(Fact(_("Credited by statement"), noted))
        return facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        return super().get_context_data(**kwargs) | {
            "photos": ideas.photos_of(row),
            "reward_facts": self.reward_facts(),
            "refused": row.rewards.filter(status=RewardStatus.REFUSED).order_by("pk"),
        }


class FileIdea(OperationView):
    permission = "stations.file_idea"
    form_class = IdeaForm
    title = _("File an idea")
    intro = _("Headquarters answers every idea. Good ones are rewarded with points or money and shown to all stations.")
    submit_label = _("Send")
    success_message = _("Sent. You are told as soon as headquarters has answered.")
    draft = "idea"

    def get_cancel_url(self) -> str:
        return reverse("idea_list")

    def operate(self, form: Any) -> Any:
        return ideas.file_idea(actor=self.request.user, **form.cleaned_data)


class IdeaOperation(OperationView):
    """Something done to an idea."""

    model = Idea
    select_related = ("station", "author")

    def get_subtitle(self) -> Any:
        return f"{self.object.number} · {self.object.title}"


class BeginJudgment(IdeaOperation):
    permission = "stations.judge_idea"
    title = _("Take the idea up")
    intro = _("The author sees that somebody looks into it.")
    submit_label = _("Take it up")
    success_message = _("Taken up.")

    def operate(self, form: Any) -> Any:
        return ideas.begin_judgment(self.object, actor=self.request.user)


class AcceptIdea(IdeaOperation):
    permission = "stations.judge_idea"
    form_class = AnswerForm
    title = _("Accept the idea")
    submit_label = pgettext_lazy("idea", "Accept")
    success_message = _("Accepted, and the author was told. Next: the reward.")

    def operate(self, form: Any) -> Any:
        return ideas.accept_idea(self.object, actor=self.request.user, **form.cleaned_data)


class DeclineIdea(IdeaOperation):
    permission = "stations.judge_idea"
    form_class = AnswerForm
    title = _("Do not adopt the idea")
    intro = _("Thank the author and say why; the answer is all they get.")
    submit_label = _("Answer")
    success_message = _("Answered.")
    danger = True

    def operate(self, form: Any) -> Any:
        return ideas.decline_idea(self.object, actor=self.request.user, **form.cleaned_data)


class RewardIdea(IdeaOperation):
    permission = "stations.reward_idea"
    form_class = RewardForm
    title = _("Reward the idea")
    intro = _("Up to the limits it is granted at once; above them another person grants it.")
    submit_label = _("Reward")
    success_message = _("Done.")

    def operate(self, form: Any) -> Any:
        return ideas.propose_reward(self.object, actor=self.request.user, **form.cleaned_data)


class PublishIdea(IdeaOperation):
    permission = "stations.publish_idea"
    form_class = PublishIdeaForm
    title = _("Publish the idea")
    intro = _("All stations read it, in their language. It cannot be changed afterwards.")
    submit_label = _("Publish")
    success_message = _("Published.")

    def operate(self, form: Any) -> Any:
        ideas.publish_idea(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object


class RewardOperation(OperationView):
    """A decision about a reward above the limit."""

    model = IdeaReward
    permission = "stations.decide_reward"
    select_related = ("idea__station", "proposed_by")

    def get_subtitle(self) -> Any:
        return f"{self.object.number} · {reward_text(self.object)} · {self.object.proposed_by}"


class GrantReward(RewardOperation):
    form_class = GrantForm
    title = _("Grant the reward")
    intro = _("Points are entered at once; money is credited by the next statement of the station.")
    submit_label = _("Grant")
    success_message = _("Granted.")

    def operate(self, form: Any) -> Any:
        return ideas.grant_reward(self.object, actor=self.request.user, **form.cleaned_data)


class RefuseReward(RewardOperation):
    form_class = RefuseForm
    title = _("Refuse the reward")
    intro = _("The idea stays accepted, and another reward may be proposed.")
    submit_label = _("Refuse")
    success_message = _("Refused.")
    danger = True

    def operate(self, form: Any) -> Any:
        return ideas.refuse_reward(self.object, actor=self.request.user, **form.cleaned_data)


class IdeaBoard(ScopedListView):
    """What other stations had good ideas about."""

    model = PublishedIdea
    permission = "stations.view_publishedidea"
    title = _("Published ideas")
    template_name = "stations/idea_board.html"
    search_fields = ("headline", "headline_en", "summary", "summary_en")
    ordering = ("-published_at",)
    select_related = ("station",)
    page_size = 20
    empty_text = _("No idea was published yet.")

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("File an idea"), reverse("idea_file"), "stations.file_idea", "primary")]


class PointList(ScopedListView):
    """Points as they were entered, and the balances."""

    model = PointEntry
    permission = "stations.view_pointentry"
    export_permission = "stations.export_lists"
    title = _("Points for ideas")
    template_name = "stations/points.html"
    columns: ClassVar[Sequence[Column]] = (
        Column("source", kind="number"),
        Column("idea__title", _("Idea")),
        Column("station", small="user"),
        Column("points", kind="qty", sort="points"),
        Column("posted_at", kind="day", sort="posted_at"),
    )
    search_fields = ("source", "user__display_name", "station__name", "station__code")
    filter_fields = ("station", "posted_at")
    ordering = ("-posted_at",)
    select_related = ("station", "user", "idea")
    empty_text = _("No points yet: they come with the reward of an accepted idea.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        stats = []
        if user.has_perm("stations.file_idea"):
            own = scope_of(user).of("station")
            stats = [
                Stat(_("My points"), f"{ideas.points_of(user):,}"),
                Stat(_("Points of the station"), f"{sum(ideas.points_of_stations(own).values()):,}"),
            ]
        return super().get_context_data(**kwargs) | {"stats": stats}

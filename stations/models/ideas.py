"""Improvement ideas of stations, their rewards, the points ledger and the incentives that statements credit.

Not here: statements (warranty), who may judge (rules).
"""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.money import BOUND, bounded, money_field
from portal.core.scope import EVERYONE, ScopedQuerySet
from portal.core.searching import search_index
from portal.core.states import Moves, MovesGuard
from stations.models.network import Station
from stations.models.products import in_language
from stations.states import IDEA_MOVES, REWARD_MOVES, IdeaStatus, RewardStatus

MOST_POINTS = 100_000


class Idea(models.Model):
    """What somebody of a station would do better, and what headquarters answered."""

    MOVES: ClassVar[Moves] = IDEA_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="ideas", verbose_name=_("station"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ideas", verbose_name=_("author")
    )
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("judged by"),
    )
    number = models.CharField(_("number"), max_length=30, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=IdeaStatus, default=IdeaStatus.FILED, editable=False)
    title = models.CharField(_("title"), max_length=80)
    problem = models.TextField(_("problem"), max_length=4_000)
    proposal = models.TextField(_("proposal"), max_length=4_000)
    expected_benefit = models.TextField(_("expected benefit"), max_length=2_000, blank=True)
    names_station = models.BooleanField(_("the station may be named in public"), default=False)
    answer = models.TextField(_("answer of headquarters"), max_length=2_000, blank=True)
    filed_at = models.DateTimeField(_("filed at"))
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement idea")
        verbose_name_plural = _("improvement ideas")
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=IdeaStatus.values), name="idea_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=[IdeaStatus.FILED, IdeaStatus.IN_JUDGMENT])
                | (Q(judge__isnull=False, judged_at__isnull=False) & ~Q(answer="")),
                name="judged_idea_has_judge_and_answer",
            ),
            models.CheckConstraint(
                condition=Q(judge__isnull=True) | ~Q(judge=models.F("author")), name="nobody_judges_their_own_idea"
            ),
        ]
        indexes = [search_index("idea_search", "number", "title")]
        triggers = [MovesGuard(name="idea_moves_as_tabled", moves=IDEA_MOVES, initial=IdeaStatus.FILED)]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("idea_detail", args=[self.pk])


class IdeaReward(models.Model):
    """Points, money or both for an accepted idea; above the limits it waits for another approver."""

    MOVES: ClassVar[Moves] = REWARD_MOVES
    SCOPE: ClassVar[dict[str, str]] = {"station": "idea__station_id"}

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="rewards", verbose_name=_("idea"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=RewardStatus, default=RewardStatus.PROPOSED, editable=False
    )
    points = models.PositiveIntegerField(_("points"), default=0)
    amount = money_field(_("amount (CNY, tax excluded)"), default=0)
    reason = models.CharField(_("reason"), max_length=300)
    decision_note = models.CharField(_("note of the decision"), max_length=300, blank=True)
    needs_approver = models.BooleanField(_("needs another approver"))
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reward of an idea")
        verbose_name_plural = _("rewards of ideas")
        ordering = ["idea", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RewardStatus.values), name="reward_status_known"),
            models.CheckConstraint(condition=Q(points__gt=0) | Q(amount__gt=0), name="reward_gives_something"),
            models.CheckConstraint(condition=Q(points__lte=MOST_POINTS), name="reward_points_in_bounds"),
            bounded("amount", 0, BOUND, name="reward_amount_in_bounds"),
            models.CheckConstraint(
                condition=Q(status=RewardStatus.PROPOSED) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decided_reward_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status=RewardStatus.GRANTED)
                | Q(needs_approver=False)
                | ~Q(decided_by=models.F("proposed_by")),
                name="large_reward_granted_by_another",
            ),
            models.UniqueConstraint(
                fields=["idea"], condition=~Q(status=RewardStatus.REFUSED), name="one_live_reward_per_idea"
            ),
        ]
        triggers = [MovesGuard(name="reward_moves_as_tabled", moves=REWARD_MOVES, initial=RewardStatus.PROPOSED)]

    def __str__(self) -> str:
        return f"{self.idea_id} {self.points} {self.amount}"

    def get_absolute_url(self) -> str:
        return reverse("idea_detail", args=[self.idea_id])

    @property
    def number(self) -> str:
        """It is known by its idea."""
        return self.idea.number


class PointEntry(models.Model):
    """Points of a person and their station; entered once per source, never changed."""

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+", verbose_name=_("station"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="points", verbose_name=_("person")
    )
    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="+", verbose_name=_("idea"))
    points = models.PositiveIntegerField(_("points"))
    source = models.CharField(_("document"), max_length=30, unique=True)
    posted_at = models.DateTimeField(_("entered at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("points entry")
        verbose_name_plural = _("points entries")
        ordering = ["-posted_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0, points__lte=MOST_POINTS), name="points_entry_in_bounds"),
        ]
        indexes = [models.Index(fields=["station", "user"], name="points_by_station_and_user")]
        triggers = [pgtrigger.Protect(name="points_entry_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.source} {self.points}"


class Incentive(models.Model):
    """Money owed to a station beside its claims; once per source. The next statement credits it and is noted here.

    credited_on is the number of the issued statement that carries it; empty while none does.
    """

    SCOPE: ClassVar[dict[str, str]] = {"station": "station_id"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="incentives", verbose_name=_("station"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    number = models.CharField(_("number"), max_length=30, unique=True)
    source = models.CharField(_("document"), max_length=30, unique=True)
    text = models.CharField(_("text"), max_length=200)
    amount = money_field(_("amount (CNY, tax excluded)"))
    approved_at = models.DateTimeField(_("approved at"))
    statement_number = models.CharField(_("credited by statement"), max_length=40, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("incentive")
        verbose_name_plural = _("incentives")
        ordering = ["-approved_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="incentive_is_above_zero"),
            bounded("amount", 0, BOUND, name="incentive_amount_in_bounds"),
        ]
        indexes = [models.Index(fields=["station", "approved_at"], name="incentive_by_station")]
        triggers = [
            pgtrigger.Protect(name="incentive_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="incentive_keeps_its_facts",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (OLD.station_id, OLD.number, OLD.source, OLD.text, OLD.amount, OLD.approved_at, OLD.approved_by_id)
                        IS DISTINCT FROM (NEW.station_id, NEW.number, NEW.source, NEW.text, NEW.amount, NEW.approved_at,
                        NEW.approved_by_id) THEN
                        RAISE EXCEPTION 'an incentive keeps its facts' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'incentive_keeps_its_facts';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"


class PublishedIdea(models.Model):
    """An accepted idea as all stations read it, in both languages; the station only where it agreed to be named."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    idea = models.OneToOneField(Idea, on_delete=models.PROTECT, related_name="published", verbose_name=_("idea"))
    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("station")
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("published by")
    )
    headline = models.CharField(_("headline"), max_length=80)
    headline_en = models.CharField(_("English headline"), max_length=120)
    summary = models.TextField(_("summary"), max_length=2_000)
    summary_en = models.TextField(_("English summary"), max_length=2_000)
    published_at = models.DateTimeField(pgettext_lazy("idea", "published at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("published idea")
        verbose_name_plural = _("published ideas")
        ordering = ["-published_at", "-pk"]
        triggers = [pgtrigger.Protect(name="published_idea_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.local_headline

    @property
    def local_headline(self) -> str:
        """The headline in the reader's language."""
        return in_language(self.headline, self.headline_en)

    @property
    def local_summary(self) -> str:
        """The summary in the reader's language."""
        return in_language(self.summary, self.summary_en)

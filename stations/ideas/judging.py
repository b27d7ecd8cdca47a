"""Headquarters' answer to an idea, and its publication. Not here: rewards."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.notifications import notify
from portal.core.states import TransitionNotAllowed, can_move, lock, move
from stations.ideas.refusals import AlreadyPublished, AnswerMissing, NotPublishable, OwnIdea
from stations.models import Idea, IdeaStatus, PublishedIdea

ANSWER_LENGTH = 10
PUBLISHABLE = (IdeaStatus.ACCEPTED, IdeaStatus.REWARDED)


@transaction.atomic
def begin_judgment(idea: Idea, *, actor: Any, at: datetime | None = None) -> Idea:
    """The author sees that somebody looks into the idea. Raises OwnIdea, TransitionNotAllowed. Writes one Event."""
    at = at or clock.now()
    idea = lock(idea)
    _not_own(idea, actor)
    return move(idea, IdeaStatus.IN_JUDGMENT, actor=actor, at=at)


@transaction.atomic
def accept_idea(idea: Idea, *, answer: str, actor: Any, at: datetime | None = None) -> Idea:
    """The idea is accepted, its author has the answer and a reward may follow.

    Raises OwnIdea, AnswerMissing, TransitionNotAllowed. Writes one Event and a notification.
    """
    return _judge(idea, IdeaStatus.ACCEPTED, answer, actor=actor, at=at or clock.now())


@transaction.atomic
def decline_idea(idea: Idea, *, answer: str, actor: Any, at: datetime | None = None) -> Idea:
    """The idea is not adopted, and its author knows why. Raises and writes as accept_idea."""
    return _judge(idea, IdeaStatus.NOT_ADOPTED, answer, actor=actor, at=at or clock.now())


def _judge(idea: Idea, to: IdeaStatus, answer: str, *, actor: Any, at: datetime) -> Idea:
    idea = lock(idea, "author")
    _not_own(idea, actor)
    if not can_move(idea, to):
        raise TransitionNotAllowed(record=str(idea), before=idea.get_status_display(), after=to.label)
    if len(answer.strip()) < ANSWER_LENGTH:
        raise AnswerMissing(length=ANSWER_LENGTH, field="answer")
    idea.judge, idea.judged_at, idea.answer = actor, at, answer.strip()
    idea.save(update_fields=["judge", "judged_at", "answer"])
    idea = move(idea, to, actor=actor, at=at, note=idea.answer)
    facts = {"number": idea.number, "outcome": to.value}
    notify(idea.author, "idea.answered", facts, url=idea.get_absolute_url(), subject=idea, at=at)
    return idea


def _not_own(idea: Idea, actor: Any) -> None:
    if idea.author_id == actor.pk:
        raise OwnIdea


@transaction.atomic
def publish_idea(
    idea: Idea,
    *,
    headline: str,
    headline_en: str,
    summary: str,
    summary_en: str,
    actor: Any,
    at: datetime | None = None,
) -> PublishedIdea:
    """All stations read the idea in both languages; its station is named if the author agreed.

    Raises NotPublishable, AlreadyPublished. Writes PublishedIdea and one Event.
    """
    at = at or clock.now()
    idea = lock(idea)
    if idea.status not in PUBLISHABLE:
        raise NotPublishable(number=idea.number, status=idea.get_status_display())
    if PublishedIdea.objects.filter(idea=idea).exists():
        raise AlreadyPublished(number=idea.number)
    made = PublishedIdea.objects.create(
        idea=idea, station=idea.station if idea.names_station else None, published_by=actor, published_at=at,
        headline=headline.strip(), headline_en=headline_en.strip(), summary=summary.strip(),
        summary_en=summary_en.strip(),
    )  # fmt: skip
    events.record(idea, "idea.published", actor=actor, at=at)
    return made

"""The last hour of the story: whatever people find on their desks today, in every state that their work can be in."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from portal.web.demo.story import BUSY, Story
from portal.web.demo.today import (
    audits,
    authorizations,
    campaigns,
    claims,
    counts,
    desk,
    disputes,
    goods,
    learning,
    money,
    pieces,
    purchases,
    sales,
    sent_back,
    shop,
    tiers,
)

CHAPTERS = (
    desk,
    shop,
    goods,
    sent_back,
    authorizations,
    claims,
    audits,
    campaigns,
    sales,
    pieces,
    purchases,
    counts,
    money,
    disputes,
    learning,
    tiers,
)


def tell(story: Story) -> None:
    """After the year was played; needs the busy station."""
    if len(story.things["stations"]) <= BUSY:
        return
    seconds = count()
    begin = story.until - timedelta(minutes=30)

    def now(act: Callable[[], Any], by: Any = None) -> Any:
        return story.happen(begin + timedelta(seconds=next(seconds)), act, by=by)

    for chapter in CHAPTERS:
        chapter.tell(story, now)

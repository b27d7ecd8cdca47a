"""The cover of each class of parts of a unit today: until when, and how much of it is left."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parts.models import PartClass
from portal.core import clock
from service import progress
from service.life import ClassCover
from service.models import InstalledUnit
from warranty import coverage, facts
from warranty.turning import TONES
from warranty.wording import say_answer

CLASSES = (PartClass.WHOLE_UNIT, PartClass.CORE, PartClass.WEAR, PartClass.CONSUMABLE)


def cover_of(unit: InstalledUnit) -> Iterable[ClassCover]:
    """One card a class; the facts are read once."""
    today = clock.today()
    known = facts.unit_facts(unit, on=today)
    usage = max(known.earlier_usage, default=None)
    for part_class in CLASSES:
        found = facts.judge_part(known, part_class=part_class, failure_day=today, repair_day=today, usage=usage)
        yield _card(part_class, found, today)


def _card(part_class: PartClass, found: coverage.Verdict, today: date) -> ClassCover:
    start, end = found.start, found.first_uncovered
    if start is None or end is None:
        return ClassCover(part_class.label, say_answer(found.code or ""), "wait")
    if end == start:
        return ClassCover(part_class.label, _("not covered by the policy"), "calm")
    word = progress.cover_words(found.verdict)
    until = end - timedelta(days=1)
    if not found.covered:
        return ClassCover(part_class.label, word, TONES.get(found.verdict, "wait"), until)
    share = 100 * (end - today).days // max((end - start).days, 1)
    tone = "wait" if (end - today).days <= 90 else "good"
    return ClassCover(part_class.label, word, tone, until, left(today, end), min(max(share, 1), 100))


def left(today: date, end: date) -> str:
    """How long until the first day without cover, in whole months, in days where less than one is left."""
    months = (end.year - today.year) * 12 + end.month - today.month - (end.day < today.day)
    if months < 1:
        days = (end - today).days
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    return ngettext("%(count)d month left", "%(count)d months left", months) % {"count": months}

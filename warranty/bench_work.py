"""What waits on the bench: pieces to appraise, second and third verdicts, rulings, tests for suppliers' disputes.

Not here: what else waits at headquarters (settlement_registry), whose turn it is (ruling).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock
from portal.core.registries import WorkItem, Worklist
from warranty import ruling
from warranty.models import FailedPart, FurtherTest


def due_at(day: date | None) -> datetime | None:
    """The end of a last day."""
    return clock.end_of(day) if day else None


def piece_item(piece: FailedPart) -> WorkItem:
    """An old part that has to arrive."""
    return WorkItem(
        number=piece.number,
        title=piece.part.local_name,
        url=piece.get_absolute_url(),
        detail=piece.claim.number,
        status=str(piece.get_status_display()),
        tone="bad" if piece.due_on < clock.today() else "wait",
        due_at=due_at(piece.due_on),
        due_label=str(_("must arrive")),
    )


def _to_judge(piece: FailedPart) -> WorkItem:
    due = ruling.appraise_by(piece)
    return replace(
        piece_item(piece),
        url=reverse("failed_part_appraise", args=[piece.pk]),
        tone="bad" if due and due < clock.today() else "wait",
        due_at=due_at(due),
        due_label=str(pgettext_lazy("bench", "verdict")),
        action=str(_("Appraise")),
    )


def _to_rule(piece: FailedPart) -> WorkItem:
    url = reverse("failed_part_rule", args=[piece.pk])
    return replace(_to_judge(piece), url=url, action=str(pgettext_lazy("verdict", "Decide")))


def _further_test(test: FurtherTest) -> WorkItem:
    waits = str(_("its supplier disputes the charge"))
    return replace(piece_item(test.piece), url=test.get_absolute_url(), tone="wait", status=waits, due_at=None)


def tests_for(user: Any) -> QuerySet[FurtherTest]:
    """Further tests that somebody waits for and that this appraiser may do: they gave none of the piece's verdicts."""
    return FurtherTest.objects.visible_to(user).waiting().exclude(piece__appraisals__appraiser=user.pk)


def bench_work(user: Any) -> Iterator[Worklist]:
    """What this appraiser judges next, and what this approver decides between appraisers."""
    if user.has_perm("warranty.appraise_failedpart"):
        rows, url = ruling.to_judge(user).select_related("part", "claim"), reverse("failed_part_bench")
        yield Worklist("bench", _("Old parts to appraise"), rows.filter(verdicts=0), _to_judge, url)
        once, twice = rows.filter(verdicts=1), rows.filter(verdicts__gt=1)
        yield Worklist("second_verdict", _("Old parts that need a second appraiser"), once, _to_judge, url, tone="wait")
        yield Worklist(
            "third_verdict", _("Old parts on which two appraisers differ"), twice, _to_judge, url, tone="bad"
        )
        tests = tests_for(user).select_related("piece__part", "piece__claim")
        yield Worklist("further_tests", _("Old parts to test again"), tests, _further_test, url, tone="wait")
    if user.has_perm("warranty.rule_appraisal"):
        split = ruling.to_rule(user).select_related("part", "claim")
        yield Worklist("to_rule", _("Verdicts to decide"), split, _to_rule, reverse("failed_part_list"), tone="bad")

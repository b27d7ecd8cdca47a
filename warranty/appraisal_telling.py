"""What is told of a piece's appraisals outside headquarters: the verdict and who agreed with it, never who disagreed.

Not here: who may read what else of a piece (scope), what a verdict does (appraisal).
"""

from collections.abc import Iterable
from typing import Any

from portal.accounts.roles import at_headquarters
from warranty.models import Appraisal, FailedPart

JUDGED = "appraised"


def told_outside(appraisals: Iterable[Appraisal]) -> list[Appraisal]:
    """The final verdict and those that agreed with it, in their order and none of them as a ruling; none before it is final."""
    given = list(appraisals)
    final = next((each for each in given if each.is_final), None)
    told = [each for each in given if final is not None and each.verdict == final.verdict]
    for each in told:
        each.is_ruling = False  # these rows are read, never saved
    return told


def told_to(user: Any, appraisals: Iterable[Appraisal]) -> list[Appraisal]:
    """All of them at headquarters; to anybody else what is told outside."""
    return list(appraisals) if at_headquarters(user) else told_outside(appraisals)


def custody_told_to(user: Any, piece: FailedPart, entries: Iterable[Any]) -> list[Any]:
    """The piece's log; outside headquarters no act names a verdict but the one that is told."""
    found = list(entries)
    if at_headquarters(user) or not any(each.act == JUDGED for each in found):
        return found
    known = {each.verdict for each in told_outside(piece.appraisals.all())}
    for entry in found:
        if entry.act == JUDGED and entry.note not in known:
            entry.note = ""
    return found

"""Gaps as sentences in the reader's language."""

from django.utils.translation import gettext as _

from portal.core import clock
from stations.models import GapKind, StationGap


def sentence_of(gap: StationGap) -> str:
    """“No valid gateway, level 2 technician from 2026-03-03 on”; needs family, item and equipment loaded."""
    if gap.kind == GapKind.SKILL:
        return _skill(gap)
    if gap.kind == GapKind.MISSING:
        values = {"item": gap.item, "held": gap.held, "needed": gap.needed}
        if gap.held:
            return _("%(item)s: %(held)s of %(needed)s pieces there.") % values
        return _("%(item)s is missing.") % values
    return _("Calibration of %(piece)s overdue since %(day)s.") % {"piece": gap.equipment, "day": gap.since}


def _skill(gap: StationGap) -> str:
    values = {
        "family": gap.family, "level": gap.get_level_display(), "day": gap.since, "held": gap.held, "needed": gap.needed,
    }  # fmt: skip
    if gap.since > clock.today():
        if gap.needed == 1:
            return _("No valid technician for %(family)s, level %(level)s from %(day)s on.") % values
        return _("From %(day)s on only %(held)s of %(needed)s technicians for %(family)s, level %(level)s.") % values
    if gap.needed == 1 or not gap.held:
        return _("No valid technician for %(family)s, level %(level)s.") % values
    return _("Only %(held)s of %(needed)s technicians for %(family)s, level %(level)s.") % values

"""A day that somebody typed lies where it can: not in the future, not before what it belongs to."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal


class DayOutOfBounds(Refusal):
    """A payment has not come tomorrow, nor before the bill."""

    message = _("Got %(got)s, expected a day from %(first)s to %(last)s.")
    code = "day_out_of_bounds"


def require_day(day: date, *, first: date, last: date, field: str) -> date:
    """The day, if it is one of these. Raises DayOutOfBounds."""
    if not first <= day <= last:
        raise DayOutOfBounds(got=day.isoformat(), first=first.isoformat(), last=last.isoformat(), field=field)
    return day

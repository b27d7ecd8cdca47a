"""Which claims wait for a decision, for how long and for whom. Not here: taking one (taking)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role, roles_of
from portal.core import clock
from portal.core.pieces import Text
from warranty.models import ClaimDecision, LineHold, Route, WarrantyClaim


@dataclass(frozen=True)
class AgeBand:
    """So many whole days since the claim was submitted; `upto` is None for all that are older."""

    key: str
    label: Text
    since: int
    upto: int | None
    tone: str

    def condition(self, today: date) -> Q:
        """Claims of this age."""
        newest = clock.end_of(today - timedelta(days=self.since))
        found = Q(submitted_at__lte=newest) if self.since else Q()
        if self.upto is not None:
            found &= Q(submitted_at__gte=clock.start_of(today - timedelta(days=self.upto)))
        return found


AGES: Final = (
    AgeBand("0-7", _("0 to 7 days"), 0, 7, "calm"),
    AgeBand("8-15", _("8 to 15 days"), 8, 15, "run"),
    AgeBand("16-30", _("16 to 30 days"), 16, 30, "wait"),
    AgeBand("31-60", _("31 to 60 days"), 31, 60, "bad"),
    AgeBand("61", _("more than 60 days"), 61, None, "bad"),
)
RISKS: Final[Mapping[str, tuple[Text, Q]]] = {
    "low": (_("below 30"), Q(risk_score__lt=30)),
    "look": (_("30 to 59"), Q(risk_score__gte=30, risk_score__lt=60)),
    "audit": (_("60 and more"), Q(risk_score__gte=60)),
}


def age_days(submitted_at: datetime, today: date) -> int:
    """Whole days since the day of submission."""
    return (today - clock.local_date(submitted_at)).days


def band_of(days: int) -> AgeBand:
    """The band of an age."""
    return next(band for band in AGES if band.upto is None or days <= band.upto)


def first_approved() -> Exists:
    """The first of two approvers has decided the present version."""
    return Exists(_approvals().filter(is_final=False))


def _approvals() -> Any:
    """What stands of the decisions on the claim's present version."""
    return ClaimDecision.objects.filter(claim=OuterRef("pk"), version=OuterRef("version"), withdrawn_at=None)


def held() -> Exists:
    """A line waits for its appraisal."""
    return Exists(LineHold.objects.filter(line__claim=OuterRef("pk"), released_at=None))


def holders(user: Any) -> dict[str, tuple[Text, Q]]:
    """The queue's parts by who has to move: key → words and condition."""
    return {
        "mine": (_("Taken by me"), Q(review__taken_by=user.pk)),
        "free": (_("Nobody's yet"), Q(review__taken_by=None) & ~Q(held())),
        "others": (_("Taken by others"), Q(review__taken_by__isnull=False) & ~Q(review__taken_by=user.pk)),
        "second": (_("Second approval"), Q(first_approved())),
        "held": (_("Held until the appraisal"), Q(held())),
    }


def routes_of(user: Any) -> set[str]:
    """Which routes the user's roles decide."""
    roles = roles_of(user)
    if Role.APPROVER in roles:
        return set(Route)
    return {Route.REVIEWER} if Role.REVIEWER in roles else set()


def decidable(user: Any) -> Any:
    """Claims that wait and that this person may decide: within the route, drafted by others, not decided by them as the first."""
    waiting = WarrantyClaim.objects.visible_to(user).awaiting_decision().filter(route__in=routes_of(user))
    mine = _approvals().filter(decided_by=user.pk)
    return waiting.exclude(created_by=user.pk).exclude(submitted_by=user.pk).exclude(Exists(mine))

"""A verdict that waits for somebody else: who is free to give it, and the ruling of an approver where nobody is.

Two appraisers who refuse for different reasons leave it to a third; where none is free, or none has given it within days D,
an approver decides between what was found. Not here: verdicts from the bench and their effects (appraisal).
Source: rules.md 3.6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core import clock, events, show, statements
from portal.core.errors import Refusal
from portal.core.parameters import param
from portal.core.states import lock
from warranty import settlement_posting as posting
from warranty.appraisal import JudgedAlready, OwnPiece, conclude, had_a_hand
from warranty.four_eyes import require_words
from warranty.models import Appraisal, FailedPart, Verdict, WarrantyClaim
from warranty.settlement_states import FailedPartStatus
from warranty.stakes import stake_anew


class NoRulingAwaited(Refusal):
    """The piece waits for an appraiser, or for nobody."""

    message = _("%(number)s waits for no ruling: %(why)s.")
    code = "no_ruling_awaited"


class VerdictNotGiven(Refusal):
    """Who has not seen the piece finds nothing new about it."""

    message = _("Got “%(got)s”, expected one of: %(expected)s.")
    code = "verdict_not_given"


@dataclass(frozen=True)
class WaitingVerdict:
    """What a piece waits for whose verdicts are not final.

    given: they; free: appraisers who may give the next; ruled_from: the first day on which an approver may decide instead.
    """

    given: Sequence[Appraisal]
    free: Sequence[User]
    ruled_from: date | None

    @property
    def differ(self) -> bool:
        """Whether two appraisers disagree; else a second one is needed."""
        return len(self.given) > 1

    @property
    def verdicts(self) -> Sequence[str]:
        """What a ruling may say: what an appraiser found, or that it cannot be told, which costs the station nothing."""
        return list(dict.fromkeys([*(each.verdict for each in self.given), Verdict.UNDETERMINED]))

    @property
    def words(self) -> str:
        """Whom the piece waits for."""
        names = show.listed(str(each) for each in self.free)
        if self.differ and self.free:
            day = show.day(self.ruled_from) if self.ruled_from else ""
            text = gettext(
                "Two appraisers differ; a third decides: %(names)s. From %(day)s on a claim approver may rule."
            )
            return text % {"names": names, "day": day}
        if self.differ:
            return gettext("Two appraisers differ and no third is free: a claim approver rules.")
        if self.free:
            return gettext("A second appraiser is needed: %(names)s.") % {"names": names}
        return gettext("A second appraiser is needed and none is free: a claim approver rules.")

    def is_ruled_on(self, day: date) -> bool:
        """Whether an approver may decide that day."""
        return self.ruled_from is not None and self.ruled_from <= day


def waiting_verdict(piece: FailedPart, *, on: date | None = None) -> WaitingVerdict | None:
    """What the piece waits for on the day, today if none is given; None where no verdict stands or a final one does."""
    given = list(piece.appraisals.select_related("appraiser").order_by("pk"))
    if piece.status != FailedPartStatus.RECEIVED or not given:
        return None
    free = list(User.objects.filter(pk__in=_free(on).values("user")).exclude(_concerned(piece)).order_by("username"))
    return WaitingVerdict(given, free, _ruled_from(given, free))


def _free(on: date | None) -> QuerySet[RoleGrant]:
    """Who holds the bench on the day."""
    return RoleGrant.objects.in_force(on).filter(role=Role.APPRAISER, user__is_active=True)


def _concerned(piece: FailedPart) -> Q:
    claim = piece.claim
    hands = [key for key in (claim.created_by_id, claim.submitted_by_id, claim.decided_by_id) if key is not None]
    return Q(pk__in=hands) | Q(pk__in=piece.appraisals.values("appraiser"))


def _ruled_from(given: Sequence[Appraisal], free: Sequence[User]) -> date | None:
    last = clock.local_date(given[-1].at)
    if not free:
        return last
    return last + timedelta(days=param("warranty.third_appraiser_days", last)) if len(given) > 1 else None


def appraise_by(piece: FailedPart) -> date | None:
    """The last day of its verdict: so many days D after it arrived."""
    if piece.received_at is None:
        return None
    arrived = clock.local_date(piece.received_at)
    return arrived + timedelta(days=param("warranty.appraisal_days", arrived))


def _hands(user: Any) -> Q:
    """Whose claims the user does not judge."""
    return Q(claim__created_by=user.pk) | Q(claim__submitted_by=user.pk) | Q(claim__decided_by=user.pk)


def to_judge(user: Any) -> Any:
    """The pieces on the bench that this user may judge, with how many `verdicts` each has; the longest waiting first."""
    own = Appraisal.objects.filter(failed_part=OuterRef("pk"), appraiser=user.pk)
    rows = FailedPart.objects.visible_to(user).to_appraise().annotate(verdicts=Count("appraisals"))
    return rows.exclude(_hands(user)).exclude(Exists(own))


def half_judged_first(rows: Any) -> Any:
    """Of to_judge(): those that others have begun to judge, then the untouched; of each the longest waiting first."""
    return rows.order_by(Case(When(verdicts=0, then=Value(1)), default=Value(0)), "received_at", "pk")


def to_rule(user: Any, *, on: date | None = None) -> QuerySet[FailedPart]:
    """The pieces on which this user decides between appraisers, longest on the bench first; the predicate is theirs to hold."""
    day = on or clock.today()
    judged = Appraisal.objects.filter(failed_part=OuterRef(OuterRef("pk")), appraiser=OuterRef("user"))
    hands = Q(created_by=OuterRef("user")) | Q(submitted_by=OuterRef("user")) | Q(decided_by=OuterRef("user"))
    handed = WarrantyClaim.objects.filter(hands, pk=OuterRef(OuterRef("claim")))
    free = _free(day).filter(~Exists(judged), ~Exists(handed))
    late = clock.start_of(day - timedelta(days=param("warranty.third_appraiser_days", day) - 1))
    rows = FailedPart.objects.visible_to(user).half_judged()
    rows = rows.annotate(first=Min("appraisals__pk"), last=Max("appraisals__pk"), last_at=Max("appraisals__at"))
    differ = Q(first__lt=F("last"), last_at__lt=late)
    own = Appraisal.objects.filter(failed_part=OuterRef("pk"), appraiser=user.pk)
    return rows.filter(~Exists(free) | differ).exclude(_hands(user)).exclude(Exists(own))


@transaction.atomic
def rule(piece: FailedPart, *, verdict: str, reason: str, actor: Any, at: datetime | None = None) -> Appraisal:
    """The piece has its final verdict: one of those its appraisers gave, or undetermined; its effects follow at once.

    actor: an approver who neither judged the piece nor had a hand in its claim. Raises OwnPiece, JudgedAlready,
    NoRulingAwaited, VerdictNotGiven, TextTooShort. Writes an Appraisal and Events; money and recovery as any verdict.
    Source: rules.md 3.6.
    """
    at = at or clock.now()
    posting.hold_station(piece.station_id)
    piece = lock(piece, "claim", "station")
    _check(piece, verdict, actor, clock.local_date(at))
    require_words(reason, "reason", at)
    stake_anew(piece)
    row = statements.insert(
        Appraisal(
            failed_part=piece, appraiser=actor, verdict=verdict, findings=reason.strip()[:500], at=at,
            is_final=True, is_ruling=True,
        )
    )  # fmt: skip
    events.record(piece, "failedpart.ruled", actor=actor, at=at, note=row.findings, data={"verdict": verdict})
    return conclude(piece, row, actor=actor, at=at)


def _check(piece: FailedPart, verdict: str, actor: Any, day: date) -> None:
    if had_a_hand(actor, piece):
        raise OwnPiece(claim=piece.claim.number)
    if piece.appraisals.filter(appraiser=actor).exists():
        raise JudgedAlready(number=piece.number)
    if why := why_no_ruling(piece, on=day):
        raise NoRulingAwaited(number=piece.number, why=why)
    waits = waiting_verdict(piece, on=day)
    allowed = waits.verdicts if waits else ()
    if verdict not in allowed:
        names = dict(Verdict.choices)
        expected = show.listed(str(names[each]) for each in allowed)
        raise VerdictNotGiven(got=str(names.get(verdict, verdict))[:40], expected=expected, field="verdict")


def why_no_ruling(piece: FailedPart, *, on: date | None = None) -> str:
    """Why an approver does not decide about the piece on the day; empty where one does."""
    day = on or clock.today()
    waits = waiting_verdict(piece, on=day)
    if waits is None:
        return str(_("it has no verdicts to decide between"))
    if waits.is_ruled_on(day):
        return ""
    if waits.ruled_from is None:
        return str(_("a second appraiser is free"))
    return str(_("a third appraiser is free; from %(day)s on it may be ruled")) % {"day": show.day(waits.ruled_from)}

"""The dated numbers of warranty: cover, prices, limits, deadlines. Every D of rules.md 3.1-3.6 that claims use."""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.parameters import declare

COVER, PRICE, LIMITS, TIMES = _("Coverage"), _("Prices of claims"), _("Limits of decisions"), _("Claim deadlines")


def _months(key: str, default: int, label: str | Promise) -> None:
    declare(
        key, kind="integer", default=default, unit="months", low=0, high=240, label=label, group=COVER, moves_money=True
    )


def _days(key: str, default: int, label: str | Promise, group: str | Promise = TIMES) -> None:
    money = group is COVER
    declare(
        key, kind="integer", default=default, unit="days", low=0, high=1000, label=label, group=group, moves_money=money
    )


def _amount(key: str, default: int, label: str | Promise, group: str | Promise = LIMITS) -> None:
    declare(
        key, default=Decimal(default), unit="CNY", low=0, high=99_999_999, label=label, group=group, moves_money=True
    )


def _share(key: str, default: str, label: str | Promise, high: int = 1) -> None:
    declare(key, default=Decimal(default), low=0, high=high, label=label, group=PRICE, moves_money=True)


_days("warranty.registration_days", 30, _("A registration counts when filed within"), COVER)
_days("warranty.ship_grace_days", 90, _("Without a sale date, cover starts after the ship date by"), COVER)
_months("warranty.core_months", 12, _("A core part is replaced, not repaired, within"))
_months("warranty.piece_months", 6, _("Cover of a fitted part of its own"))
_share("warranty.uplift", "0.10", _("Uplift on the net price of a part"))
_share("warranty.overlap_share", "0.5", _("Share paid for a further operation of one access group"))
declare(
    "warranty.diagnosis_hours",
    default=Decimal("0.5"),
    unit="h",
    low=0,
    high=24,
    label=_("Diagnosis, at most"),
    group=PRICE,
    moves_money=True,
)
_share("warranty.travel_factor", "1.3", _("Round trip beyond twice the straight line by the factor goes to review"), 10)
_amount("warranty.outside_limit", 500, _("Outside service without prior authorization, up to"), PRICE)
_amount("warranty.authorization_limit", 10000, _("Claims without prior authorization, up to"))
_days("warranty.authorization_days", 30, _("A prior authorization usually holds for"))
_days(
    "warranty.authorization_reminder_days", 7, _("Before an unused prior authorization ends, its station is reminded")
)
_days("warranty.goodwill_days", 60, _("Goodwill usually holds for"))
_days("warranty.authorization_longest_days", 180, _("A prior authorization holds at most for"))
_amount("warranty.auto_limit_a", 1000, _("Approved without a person, grade A, up to"))
_amount("warranty.auto_limit_b", 500, _("Approved without a person, grade B, up to"))
_amount("warranty.auto_limit_c", 200, _("Approved without a person, grade C, up to"))
_amount("warranty.auto_limit_d", 0, _("Approved without a person, grade D, up to"))
_amount("warranty.reviewer_limit", 2000, _("A reviewer decides claims up to"))
_amount("warranty.approver_limit", 10000, _("One approver decides claims up to"))
declare(
    "warranty.review_risk",
    kind="integer",
    default=30,
    low=0,
    high=100,
    label=_("Risk that asks for a review"),
    group=LIMITS,
)
declare(
    "warranty.audit_sample_percent",
    default=Decimal(0),
    unit="%",
    low=0,
    high=100,
    label=_("Sample of claims sent to review though clean"),
    group=LIMITS,
)
declare(
    "warranty.audit_risk",
    kind="integer",
    default=60,
    low=0,
    high=100,
    label=_("Risk that asks the region for an audit"),
    group=LIMITS,
)
_days("warranty.region_audit_days", 30, _("A region audits a claim within"))
declare(
    "warranty.audit_errors",
    kind="integer",
    default=2,
    low=1,
    high=20,
    label=_("Errors in the last 20 checked claims that lower a station's limit"),
    group=LIMITS,
)
_days("warranty.fallback_days", 90, _("A lowered limit is nothing, then half, each for"), LIMITS)
_days("warranty.submit_days", 30, _("A claim is submitted after the repair within"))
_days("warranty.appeal_days", 15, _("A decision may be appealed within"))
_days("warranty.appeal_decision_days", 10, _("An appeal is decided within, working days"))
_days("warranty.answer_days", 15, _("A question is answered within"))
declare(
    "warranty.question_rounds",
    kind="integer",
    default=2,
    low=0,
    high=9,
    label=_("Questions a claim, at most"),
    group=TIMES,
)
declare(
    "warranty.text_length",
    kind="integer",
    default=10,
    low=0,
    high=200,
    unit="characters",
    label=_("Complaint, cause, correction and reasons have at least"),
    group=TIMES,
)
_days("warranty.duplicate_days", 30, _("The same failure counts as claimed before within"), LIMITS)
_days("warranty.repeat_days", 90, _("The same fault on the unit counts as repeat repair within"), LIMITS)
declare(
    "warranty.photo_distance",
    kind="integer",
    default=3,
    low=0,
    high=64,
    label=_("Pictures count as the same up to, bits"),
    group=LIMITS,
)

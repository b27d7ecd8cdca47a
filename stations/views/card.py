"""What the station's card shows: papers, answers, gaps, the next step. Not here: the page itself (stations)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import clock, show
from portal.core.models.documents import Document
from portal.core.pages import NextStep, Proof
from stations import contracts, deposits, grading
from stations.documents import certificate_of
from stations.gap_words import sentence_of
from stations.models import (
    Contract,
    GapKind,
    GradeLetter,
    Station,
    StationExit,
    StationGap,
    StationGrade,
    StationStatus,
    StationSuspension,
)
from stations.views.contracts import DAYS_SOON, renewal_step

GAPS_SHOWN = 12
TONES = {GradeLetter.A: "", GradeLetter.B: "", GradeLetter.C: "wait", GradeLetter.D: "bad"}


@dataclass(frozen=True)
class Gap:
    """Something that is missing or ends soon, and where it is mended. tone: wait or bad."""

    tone: str
    text: str | Promise
    url: str = ""
    label: str | Promise = ""


@dataclass(frozen=True)
class Card:
    """One station's papers on a day."""

    today: date
    contract: Contract | None
    is_in_force: bool
    certificate: Document | None
    following: Contract | None
    deposit_held: Decimal
    grade: GradeLetter
    grade_row: StationGrade | None
    grades: list[StationGrade]
    suspension: StationSuspension | None
    exit: StationExit | None
    answers: contracts.Eligibility

    @property
    def days_left(self) -> int | None:
        """Until the contract's end, if it is in force."""
        return (self.contract.valid_to - self.today).days if self.contract and self.is_in_force else None

    @property
    def share_gone(self) -> int:
        """How much of the contract's time is over, percent."""
        if self.contract is None:
            return 0
        whole = max(1, (self.contract.valid_to - self.contract.valid_from).days)
        return min(100, max(0, int((self.today - self.contract.valid_from).days * 100 / whole)))

    @property
    def time_tone(self) -> str:
        """How urgent the contract's end is."""
        left = self.days_left
        if left is None or left <= min(DAYS_SOON):
            return "bad"
        return "wait" if left <= max(DAYS_SOON) and self.following is None else ""

    @property
    def letter(self) -> str:
        """In the seal."""
        return "P" if self.grade == GradeLetter.PROBATION else str(self.grade.value)

    @property
    def grade_tone(self) -> str:
        """Of the seal."""
        return TONES.get(self.grade, "calm")

    def proofs(self) -> list[Proof]:
        """The three answers with their reasons."""
        found = []
        for label, answer in (
            (_("New jobs"), self.answers.dispatch),
            (_("Parts on credit"), self.answers.credit),
            (_("Claims for work of today"), self.answers.claim),
        ):
            text = " ".join(str(reason) for reason in answer.reasons)
            found.append(Proof("ok" if answer.ok else "no", label, text))
        return found


def read_card(station: Station, today: date) -> Card:
    """Everything the card shows of papers; the number of queries does not depend on how many there are."""
    held = list(station.contracts.prefetch_related("brands", "families", "divisions").order_by("valid_from"))
    current = next((row for row in held if row.in_force(today)), None)
    past = [row for row in held if row.valid_from <= today]
    shown = current or (past[-1] if past else held[0] if held else None)
    following = next((row for row in held if shown and row.valid_from >= shown.valid_to), None)
    return Card(
        today=today,
        contract=shown,
        is_in_force=current is not None and station.status != StationStatus.TERMINATED,
        certificate=certificate_of(shown) if shown else None,
        following=following,
        deposit_held=deposits.held_for(station),
        grade=grading.grade_on(station, today),
        grade_row=grading.grade_row_on(station, today),
        grades=list(station.grades.order_by("-valid_from")[:8]),
        suspension=station.suspensions.filter(ended_at=None).first(),
        exit=StationExit.objects.filter(station=station).first(),
        answers=contracts.eligibility_on(today, stations=[station.pk])[station.pk],
    )


def next_step_of(station: Station, card: Card, user: Any) -> NextStep | None:
    """The one thing to do now."""
    if card.exit is not None:
        url = card.exit.get_absolute_url() if user.has_perm("stations.view_stationexit", card.exit) else ""
        return NextStep(
            _("The station has left the network; its exit is on record."), _("To the exit"), url, "bad", _("Left")
        )
    if card.suspension is not None:
        may = user.has_perm("stations.resume_station", station)
        url = reverse("station_resume", args=[station.pk]) if may else ""
        heading = _("Suspended since %(day)s") % {"day": show.day(card.suspension.began_at)}
        return NextStep(card.suspension.reason, _("Take back into service"), url, "bad", heading)
    if not card.answers.dispatch:
        text = " ".join(str(reason) for reason in card.answers.dispatch.reasons)
        may = user.has_perm("stations.renew_contract", station) and station.status == StationStatus.EXPIRED
        url = reverse("contract_renew", args=[station.pk]) if may else ""
        return NextStep(text, _("Renew the contract"), url, "bad", _("No new jobs"))
    left = card.days_left
    if left is not None and left <= max(DAYS_SOON) and card.following is None:
        return renewal_step(station, user, left)
    return None


def gaps_of(station: Station, card: Card, user: Any) -> list[Gap]:
    """What is missing beside the next step."""
    if station.status == StationStatus.TERMINATED:
        return []
    found = []
    contract = card.contract
    if contract is not None and contract.deposit_due > card.deposit_held:
        missing = show.money(contract.deposit_due - card.deposit_held)
        text = _("%(amount)s of the security deposit has not arrived.") % {"amount": missing}
        may = user.has_perm("stations.receive_deposit", contract)
        url = reverse("contract_deposit", args=[contract.pk]) if may else ""
        found.append(Gap("wait", text, url, _("Record the deposit")))
    if not station.memberships.exists() and not station.dealer.memberships.exists():
        may = user.has_perm("stations.invite_owner", station)
        url = reverse("station_invite_owner", args=[station.pk]) if may else ""
        found.append(Gap("bad", _("Nobody can log in for this station yet."), url, _("Invite the owner")))
    if not card.answers.credit and card.answers.dispatch:
        found.append(Gap("wait", " ".join(str(reason) for reason in card.answers.credit.reasons)))
    return found + people_gaps(station, user)


def people_gaps(station: Station, user: Any) -> list[Gap]:
    """Certified technicians, tools and calibrations that are lacking."""
    if not user.has_perm("stations.view_stationgap"):
        return []
    rows = StationGap.objects.filter(station=station).select_related("family", "item", "equipment__item")
    pages = {GapKind.SKILL: ("station_people", _("People and skills"))}
    found = []
    for row in rows[:GAPS_SHOWN]:
        page, label = pages.get(GapKind(row.kind), ("station_equipment", _("Equipment")))
        tone = "wait" if row.since > clock.today() else "bad"
        found.append(Gap(tone, sentence_of(row), reverse(page, args=[station.pk]), label))
    return found

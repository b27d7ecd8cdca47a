"""What a station's papers say about a day, as pure judgment over facts that were read. Not here: reading them (eligibility).

Source: rules.md 3.10 and C36 (ends are half-open: the end day is the first invalid day).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from stations.states import StationStatus


@dataclass(frozen=True)
class Reason:
    """Why not: a stable code, the day found in the papers, and the sentence about it."""

    code: str
    on: date | None = None
    about: str = ""

    @property
    def text(self) -> str | Promise:
        """The sentence, in the reader's language."""
        dated = SENTENCES.get(self.code, "") if self.on else ""
        sentence = dated or UNDATED[self.code]
        return str(sentence) % {"day": self.on.isoformat() if self.on else "", "about": self.about}

    def __str__(self) -> str:
        return str(self.text)


SENTENCES: dict[str, str | Promise] = {
    "suspended": _("Suspended since %(day)s."),
    "terminated": _("The authorization ended for good on %(day)s."),
    "contract_ended": _("The contract ended; %(day)s is the first day without one."),
    "contract_not_begun": _("The contract begins only on %(day)s."),
}
UNDATED: dict[str, str | Promise] = {
    "not_opened": _("The station has not opened yet."),
    "suspended": _("The station is suspended."),
    "terminated": _("The station has left the network."),
    "no_contract": _("The station has no contract."),
    "family_not_covered": _("Contract %(about)s does not cover this product family."),
    "no_account": _("The dealer has no account yet."),
}


@dataclass(frozen=True)
class Answer:
    """Yes or no, and why not."""

    ok: bool
    reasons: Sequence[Reason] = ()

    def __bool__(self) -> bool:
        return self.ok

    @classmethod
    def of(cls, reasons: Sequence[Reason]) -> "Answer":
        """Yes if nothing speaks against it."""
        return cls(not reasons, tuple(reasons))


@dataclass(frozen=True)
class Period:
    """A contract's days [first, end), its number and the families it names; none named is all."""

    first: date
    end: date
    number: str
    families: frozenset[int] = frozenset()

    def covers(self, on: date) -> bool:
        """The end day is the first invalid day."""
        return self.first <= on < self.end


@dataclass(frozen=True)
class Standing:
    """One station's papers. suspensions: (began, ended) instants, ended None while open."""

    status: str
    periods: Sequence[Period] = ()
    suspensions: Sequence[tuple[datetime, datetime | None]] = ()
    terminated_at: datetime | None = None
    has_account: bool = True
    is_past: bool = field(default=False)  # the day asked about lies before today, so today's status says nothing of it

    def dispatch(self, on: date, family: int | None = None) -> Answer:
        """May new jobs be given to it that day, as the day ends."""
        return Answer.of([*self._out_of_service(on), *self._contract(on, family)])

    def credit(self, on: date) -> Answer:
        """May it order parts on account; else against cash."""
        missing = [] if self.has_account else [Reason("no_account")]
        return Answer.of([*self._out_of_service(on), *self._contract(on, None), *missing])

    def claim(self, on: date, grace_hours: int) -> Answer:
        """May work of that day be claimed, whatever has become of the station since.

        Open jobs leave a suspended station within the grace hours, so work of a day that begins later is not entitled.
        """
        reasons = []
        if self.terminated_at and clock.local_date(self.terminated_at) < on:
            reasons.append(Reason("terminated", clock.local_date(self.terminated_at)))
        for began, ended in self.suspensions:
            last = clock.local_date(began + timedelta(hours=grace_hours))
            if last < on and (ended is None or clock.local_date(ended) > on):
                reasons.append(Reason("suspended", clock.local_date(began)))
        return Answer.of([*reasons, *self._contract(on, None)])

    def _out_of_service(self, on: date) -> list[Reason]:
        end = clock.end_of(on)
        if self.status == StationStatus.APPLICANT:
            return [Reason("not_opened")]
        if self.terminated_at and self.terminated_at <= end:
            return [Reason("terminated", clock.local_date(self.terminated_at))]
        for began, ended in self.suspensions:
            if began <= end and (ended is None or ended > end):
                return [Reason("suspended", clock.local_date(began))]
        if self.is_past:
            return []
        known = {StationStatus.SUSPENDED: "suspended", StationStatus.TERMINATED: "terminated"}
        told = {StationStatus.SUSPENDED: bool(self.suspensions), StationStatus.TERMINATED: bool(self.terminated_at)}
        status = StationStatus(self.status)
        return [Reason(known[status])] if status in known and not told[status] else []

    def _contract(self, on: date, family: int | None) -> list[Reason]:
        held = next((period for period in self.periods if period.covers(on)), None)
        if held is not None:
            missing = family is not None and bool(held.families) and family not in held.families
            return [Reason("family_not_covered", about=held.number)] if missing else []
        ended = [period.end for period in self.periods if period.end <= on]
        if ended:
            return [Reason("contract_ended", max(ended))]
        begins = [period.first for period in self.periods if period.first > on]
        return [Reason("contract_not_begun", min(begins))] if begins else [Reason("no_contract")]

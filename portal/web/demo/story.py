"""The stage: a seeded dice, a clock that only goes forward, an agenda of what happens when, and the people."""

import csv
import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from faker import Faker

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.errors import Refusal
from portal.core.transactions import acting

DATA = Path(__file__).parent / "data"
PASSWORD = "yizhan-demo-2026"  # noqa: S105 printed beside every demo login

BUSY = 3  # the fourth station carries most of the work

type Act = Callable[[], Any]


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a data file of the demo."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass
class Story:
    """What the chapters share."""

    seed: int
    until: datetime
    requests: int = 2_000
    stations: int = 68
    password_hash: str = ""
    people: dict[str, User] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    logins: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 a story, not a secret
        self.names = Faker("zh_CN")
        self.names.seed_instance(self.seed)
        self._agenda: list[tuple[datetime, int, Act, Any]] = []
        self._order = count()
        self._drained_on: date | None = None

    # time

    @property
    def begin(self) -> datetime:
        """The first day of the year that is told, 00:00 in Shanghai."""
        return clock.start_of(clock.local_date(self.until) - timedelta(days=365))

    def moment(self, day: date, hour: int = 9, minute: int = 0) -> datetime:
        """An instant of a Shanghai day."""
        return datetime.combine(day, time(hour, minute), tzinfo=clock.SHANGHAI)

    def days(self) -> Iterator[date]:
        """Every day of the told year."""
        day = clock.local_date(self.begin)
        while day <= clock.local_date(self.until):
            yield day
            day += timedelta(days=1)

    def plan(self, at: datetime, act: Act, *, by: Any = None) -> None:
        """`act` happens at that instant by that person, if the story still runs then."""
        if at < self.until:
            heapq.heappush(self._agenda, (at, next(self._order), act, by))

    def play(self, report: Callable[[str], None]) -> int:
        """Everything planned has happened in order, with the jobs each caused; how much. A rule's no is noted."""
        done, month = 0, ""
        while self._agenda:
            at, _number, act, by = heapq.heappop(self._agenda)
            self.happen(at, act, by=by)
            done += 1
            if (shown := clock.local(at).strftime("%Y-%m")) != month:
                month = shown
                report(f"  {month} … {done}")
        return done

    def happen(self, at: datetime, act: Act, *, by: Any = None) -> Any:
        """One thing happens now, and the jobs it causes right after it."""
        clock.set(at)
        answer, causes_jobs = None, False
        try:
            with acting(by, request_id="demo"):
                answer = act()
                causes_jobs = jobs.queued_here()
        except Refusal as refusal:
            self.refused.append(f"{clock.local(at):%Y-%m-%d} {type(refusal).__name__}: {refusal}")
        if causes_jobs or clock.local_date(at) != self._drained_on:  # once a day also those that were put off
            self._drained_on = clock.local_date(at)
            jobs.drain()
        return answer

    # chance

    def later(self, at: datetime, low: float, high: float) -> datetime:
        """An instant between `low` and `high` hours after `at`."""
        return at + timedelta(hours=self.dice.uniform(low, high))

    def office(self, at: datetime) -> datetime:
        """The instant, moved to the next morning if nobody is in the office."""
        here = clock.local(at)
        if here.hour < 9:
            return here.replace(hour=9, minute=self.dice.randrange(60))
        if here.hour >= 18:
            return (here + timedelta(days=1)).replace(hour=9, minute=self.dice.randrange(60))
        return here

    def chance(self, probability: float) -> bool:
        """True so often."""
        return self.dice.random() < probability

    def mobile(self) -> str:
        """A made-up mobile number."""
        return f"13{self.dice.randrange(10**9):09d}"

    def near(self, longitude: Decimal | None, latitude: Decimal | None, km: float) -> tuple[Decimal, Decimal]:
        """A place at most about `km` away."""
        reach = km / 111
        step = Decimal("0.000001")
        return (
            ((longitude or 0) + Decimal(self.dice.uniform(-reach, reach))).quantize(step),
            ((latitude or 0) + Decimal(self.dice.uniform(-reach, reach))).quantize(step),
        )

    # people

    def user(self, username: str, name: str, role: Role | None = None, *, shown: bool = False) -> User:
        """A person with the demo's password, and a headquarters role if one is named."""
        user = User.objects.create(
            username=username, display_name=name, phone=self.mobile(), password=self.password_hash,
            joined_at=clock.now(),
        )  # fmt: skip
        if role is not None:
            RoleGrant.objects.create(user=user, role=role, valid_from=clock.today())
        self.people[username] = user
        if shown:
            self.show(user, str(role.label) if role else "")
        return user

    def clerk_of(self, station: Any) -> User:
        """The clerk of a station."""
        return self.people[f"clerk{self.things['places'][station.pk]}"]

    def owner_of(self, station: Any) -> User:
        """The owner of a station."""
        return self.people[f"owner{self.things['places'][station.pk]}"]

    def open_login(self, user: User) -> None:
        """The invited person has set the demo's password."""
        user.password = self.password_hash
        user.save(update_fields=["password"])
        self.people[user.username] = user

    def show(self, user: User, role: str) -> None:
        """The login stands in the table printed at the start of the demo."""
        self.logins.append((user.username, user.display_name, role))

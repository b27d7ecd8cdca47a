"""What a measure returns, and how it is timed: rounds alternate with the limit, so that a noisy machine hits both."""

import gc
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

ROUNDS = 7


@dataclass(frozen=True)
class Figure:
    """One line of the report: seconds of ours and of the limit in the same run, their ratio, and the goal for it."""

    name: str
    size: str
    ours_seconds: float
    limit_seconds: float
    goal_ratio: float
    worst_ratio: float
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """How many times slower than the limit; the goal is an upper bound."""
        return self.ours_seconds / self.limit_seconds

    def line(self) -> str:
        """One JSON line."""
        return json.dumps(asdict(self) | {"ratio": round(self.ratio, 2), "met": self.ratio <= self.goal_ratio})

    def row(self) -> str:
        """One line of the table for people."""
        met = "met" if self.ratio <= self.goal_ratio else "NOT MET"
        return (
            f"{self.name:34} {self.size:3} {self.ours_seconds * 1000:10.1f} {self.limit_seconds * 1000:10.1f}"
            f" {self.ratio:8.2f} {self.worst_ratio:8.2f} {self.goal_ratio:6.1f}  {met}"
        )


HEADER = f"{'measure':34} {'':3} {'ours ms':>10} {'limit ms':>10} {'ratio':>8} {'worst':>8} {'goal':>6}"


def compare(
    name: str,
    size: str,
    ours: Callable[[], object],
    limit: Callable[[], object],
    *,
    goal_ratio: float,
    rounds: int = ROUNDS,
    warm: int = 1,
    **detail: Any,
) -> Figure:
    """Median of the rounds on both sides, alternating; the first calls do not count."""
    for _ in range(warm):
        ours()
        limit()
    taken: list[tuple[float, float]] = []
    for _ in range(rounds):
        taken.append((seconds(ours), seconds(limit)))
    mine, floor = (statistics.median(side) for side in zip(*taken, strict=True))
    worst = max(one / other for one, other in taken)
    return Figure(name, size, mine, floor, goal_ratio, round(worst, 2), {"rounds": rounds} | detail)


def seconds(act: Callable[[], object]) -> float:
    """How long it took; garbage is collected before, not during."""
    gc.collect()
    started = time.perf_counter()
    act()
    return time.perf_counter() - started

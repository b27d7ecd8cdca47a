"""`./run check`: every check that needs no test run, as many at once as there are cores; the failures are listed at the end."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from scripts import catalog

OURS = ["portal", "stations", "parts", "service", "warranty", "quality", "scripts"]
PRODUCTION = {  # what the environment of a production machine gives; dummies, nothing is connected to
    "DJANGO_SETTINGS_MODULE": "portal.settings.prod",
    "SECRET_KEY": "k" * 30 + "-only-to-check-the-settings-0123456789",
    "ALLOWED_HOSTS": "yizhan.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://yizhan.example.com",
    "PUBLIC_URL": "https://yizhan.example.com",
    "DEFAULT_FROM_EMAIL": "yizhan@example.com",
}
OWNER = {"DATABASE_URL": os.environ.get("DATABASE_OWNER_URL", os.environ.get("DATABASE_URL", ""))}


@dataclass(frozen=True)
class Skipped(Exception):
    """A check cannot be made here; said loudly, not a failure."""

    reason: str


@dataclass(frozen=True)
class Check:
    """A named command; what it prints is shown only if it fails."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    excuse: Callable[[str], str] = lambda _output: ""  # why a failure only means that the check cannot be made here

    def _words(self) -> list[str]:
        """manage.py and lint-imports are programs, the rest are modules."""
        first, *rest = self.command
        if first == "manage":
            return [sys.executable, "manage.py", *rest]
        if first == "lint-imports":
            return [str(Path(sys.executable).with_name(first)), *rest]
        return [sys.executable, "-m", first, *rest]

    def run(self) -> tuple[bool, str]:
        """Whether it holds, and what it said; Skipped where it cannot be made."""
        done = subprocess.run(  # noqa: S603 our own commands
            self._words(),
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode and (why := self.excuse(done.stdout)):
            raise Skipped(why)
        return done.returncode == 0, done.stdout


def offline(output: str) -> str:
    """Why the advisory service did not answer, or nothing: then the failure is a finding."""
    signs = (
        "ConnectionError",
        "Max retries",
        "ServiceError",
        "Failed to establish",
        "HTTPError",
        "503",
        "timed out",
        "SSLError",
    )
    return "its advisory service cannot be reached from here" if any(sign in output for sign in signs) else ""


CHECKS = [
    Check("ruff check", ["ruff", "check", "."]),
    Check("ruff format", ["ruff", "format", "--check", "."]),
    Check("import-linter", ["lint-imports"]),
    Check("mypy", ["mypy", *OURS]),
    Check("djlint (lint)", ["djlint", "templates", "--lint", "--quiet"]),
    Check("system check", ["manage", "check", "--fail-level", "WARNING"]),
    Check("system check for production", ["manage", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    Check("migrations are complete", ["manage", "makemigrations", "--check", "--dry-run"]),
    Check(
        "migrations are safe",
        ["manage", "lintmigrations", "--quiet", "ok", "ignore"],
        OWNER | {"DJANGO_SETTINGS_MODULE": "portal.settings.lint"},
    ),
    Check(
        "advisories (pip-audit)",
        [
            "pip_audit",
            "--require-hashes",
            "--disable-pip",
            "-r",
            "requirements.txt",
            "--progress-spinner",
            "off",
            "--timeout",
            "10",
        ],
        excuse=offline,
    ),
]


def translations() -> tuple[bool, str]:
    """Every text of the product is in the catalog and translated."""
    found = catalog.problems()
    if found is None:
        raise Skipped("no xgettext on this machine: apt-get install gettext")
    return not found, "\n".join(found)


type Run = Callable[[], tuple[bool, str]]
LONG = ("mypy", "migrations are safe", "translations")  # begun first, so that none runs alone at the end


@dataclass(frozen=True)
class Outcome:
    """What became of one check: holds is None where it could not be made, and then `said` is why."""

    holds: bool | None
    said: str
    seconds: float

    @property
    def word(self) -> str:
        """How its line begins."""
        return "SKIP " if self.holds is None else "ok   " if self.holds else "FAIL "


def made(run: Run) -> Outcome:
    """The check, made and timed."""
    started = time.monotonic()
    holds: bool | None = None
    try:
        holds, said = run()
    except Skipped as skipped:
        said = skipped.reason
    return Outcome(holds, said, time.monotonic() - started)


def chosen(asked: list[str]) -> dict[str, Run]:
    """The checks whose names contain one of the words, or all; the long ones first."""
    runs: dict[str, Run] = {check.name: check.run for check in CHECKS} | {"translations": translations}
    names = [*LONG, *(name for name in runs if name not in LONG)]
    return {name: runs[name] for name in names if not asked or any(word in name for word in asked)}


def main() -> None:
    """Exit 1 if any check fails."""
    outcomes: dict[str, Outcome] = {}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        waiting = {pool.submit(made, run): name for name, run in chosen(sys.argv[1:]).items()}
        for done in as_completed(waiting):
            name, outcome = waiting[done], done.result()
            outcomes[name] = outcome
            print(f"{outcome.word} {name} ({outcome.seconds:.1f} s)", flush=True)
            if outcome.holds is False:
                print(outcome.said[-12_000:], flush=True)
    for name, outcome in outcomes.items():
        if outcome.holds is None:
            print(f"!! NOT CHECKED  {name}: {outcome.said}")
    failed = [name for name, outcome in outcomes.items() if outcome.holds is False]
    if failed:
        sys.exit(f"FAILED: {', '.join(failed)}")


if __name__ == "__main__":
    main()

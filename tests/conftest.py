"""What every test may use: its own database, switches, races, clients, and a real browser where there is one."""

import io
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import settings as properties
from PIL import Image

from tests import database
from tests.database import owner

if find_spec("tests.cast"):
    from tests.cast import *  # noqa: F403 the fixture `cast` and what it stands on

properties.register_profile("suite", deadline=None)  # a busy machine is no counterexample
properties.load_profile("suite")
PASSWORD = "portal.accounts.backends.Password"  # the backend that let the user in
EXPECTED_LINES = (
    "404",
    "409",
    "422",
    "ERR_INTERNET_DISCONNECTED",
)  # what a console may say: refusals, and a network switched off
CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """This worker's own clone of the template."""
    with database.clone() as name:
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
        yield
        with django_db_blocker.unblock():
            connections.close_all()


@pytest.fixture(autouse=True)
def usual_language() -> None:
    """No test speaks the language of the last request before it."""
    translation.deactivate()


def _owner_cleanup(self: TransactionTestCase) -> None:
    connections.close_all()
    database.clean()


TransactionTestCase._fixture_teardown = _owner_cleanup


@pytest.fixture
def switch(transactional_db: None) -> Iterator[Callable[..., None]]:
    """Change the schema as owner for one test, statement and its undo: switch(do, undo)."""
    undo: list[str] = []

    def apply(do: str, back: str) -> None:
        with owner() as db:
            db.execute(do)
        undo.append(back)

    yield apply
    connections.close_all()
    with owner() as db:
        for statement in reversed(undo):
            db.execute(statement)


@pytest.fixture
def pooled(transactional_db: None) -> Iterator[None]:
    """One pooled connection for whoever comes."""
    changed = connection.settings_dict
    options, age = changed["OPTIONS"], changed["CONN_MAX_AGE"]
    connection.close()
    changed["CONN_MAX_AGE"] = 0
    options["pool"] = {"min_size": 1, "max_size": 1}
    yield
    connection.close()
    connection.close_pool()
    del options["pool"]
    changed["CONN_MAX_AGE"] = age


def as_user(user: Any = None) -> Client:
    """A browser with a session of the user, as a login leaves it; a failing view answers 500 as in production."""
    client = Client(raise_request_exception=False)
    if user and not isinstance(user, AnonymousUser):
        session = SessionStore()
        known = user.get_session_auth_hash()
        session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: PASSWORD, HASH_SESSION_KEY: known})
        session.create()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def race(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What `count` threads got, started at once, each on its own connection; an exception is a result."""
    barrier = Barrier(count)

    def run(number: int) -> Any:
        try:
            barrier.wait()
            return act(number)
        except Exception as failure:
            return failure
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


# The browser: Playwright drives Debian's Chromium; nothing is downloaded.


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How Chromium starts, also as root and in a container."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--lang=zh-CN"]
    return {"executable_path": CHROMIUM, "args": flags, "headless": True}


@pytest.fixture
def browser_as(live_server: Any, browser: Any) -> Iterator[Callable[..., Any]]:
    """browser_as(user, width=1280, language="zh-hans"): a page where the user is logged in, on the live server.

    `page.goto("/…")` takes paths. Every error in a console and every answer of 500 fails the test at its end.
    """
    contexts, faults = [], []

    def open_page(user: Any = None, *, width: int = 1280, height: int = 900, language: str = "zh-hans") -> Any:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale="en-US" if language == "en" else "zh-CN",
            timezone_id="Asia/Shanghai",
            is_mobile=width < 600,
            has_touch=width < 600,
            device_scale_factor=2 if width < 600 else 1,
        )
        contexts.append(context)
        cookies = [(settings.LANGUAGE_COOKIE_NAME, language)]
        if user:
            cookies.append((settings.SESSION_COOKIE_NAME, as_user(user).cookies[settings.SESSION_COOKIE_NAME].value))
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda line: (
                faults.append(f"{page.url}: {line.text}")
                if line.type == "error" and not any(code in line.text for code in EXPECTED_LINES)
                else None
            ),
        )
        page.on(
            "response", lambda answer: faults.append(f"{answer.url}: {answer.status}") if answer.status >= 500 else None
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def picture() -> Callable[[Any, str], None]:
    """picture(page, "4-claim"): kept under docs/screenshots by `./run screenshots`, small; else nothing."""
    folder = os.environ.get("SCREENSHOTS")

    def take(page: Any, name: str) -> None:
        if folder:
            path = Path(folder) / f"{name}.webp"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.open(io.BytesIO(page.screenshot())).save(path, "WEBP", quality=82, method=6)

    return take


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests run by `./run long` or by the name of their file; without Chromium the browser tests are left out, loudly."""
    named = any(argument.endswith(".py") or "::" in argument for argument in config.args)
    if not named and "long" not in config.option.markexpr:
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    for item in items:
        if item.path.parent.name == "races":
            item.add_marker(pytest.mark.race)
        driven = {"browser_as", "page", "browser"} & set(getattr(item, "fixturenames", ()))
        if driven:
            item.add_marker(pytest.mark.e2e)
        if not CHROMIUM and (driven or item.get_closest_marker("e2e")):
            item.add_marker(
                pytest.mark.skip(
                    reason="no Chromium on this machine: `apt-get install chromium`, or set CHROMIUM to its path"
                )
            )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What did not run, and why, loudly: a green suite must not hide it."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    reasons = Counter(
        report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr) for report in skipped
    )
    terminalreporter.section(f"NOT RUN: {len(skipped)} tests", sep="!", red=True, bold=True)
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count:5} × {reason.removeprefix('Skipped: ')}")

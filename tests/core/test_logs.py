"""Log lines: one id in line, answer and event; JSON; nobody's secret in an address."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.core.logs import configure
from portal.core.models import Event
from portal.core.transactions import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the production's formatter writes."""
    lines = configure(json=True)["formatters"]["lines"]
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(lines.pop("()")(**lines))
    loggers = [logging.getLogger(name) for name in ("django_structlog", "django.request", "portal")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel("INFO")
    yield handler.stream
    for logger in loggers:
        logger.removeHandler(handler)
        logger.setLevel("WARNING")


def lines_of(written: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_line_answer_and_event_carry_one_id(cast: Any, client: Client, written: StringIO) -> None:
    client.force_login(cast.center_clerk, backend="portal.accounts.backends.Password")
    told = {"center": cast.center_a.pk, "kind": "dealer", "company_name": "杭州新店"}

    answer = client.post(reverse("application_invite"), told, headers={"X-Request-ID": "caller-0042"})

    finished = [line for line in lines_of(written) if line["event"] == "request_finished"]
    assert answer.status_code == 302
    assert answer["X-Request-ID"] == "caller-0042"
    assert [(line["request_id"], line["user_id"]) for line in finished] == [("caller-0042", cast.center_clerk.pk)]
    assert Event.objects.filter(request_id="caller-0042").count() == 1


def test_a_forged_id_is_replaced_everywhere(client: Client, written: StringIO) -> None:
    answer = client.get("/livez", HTTP_X_REQUEST_ID="x\r\ny=1 <script>")

    assert {line["request_id"] for line in lines_of(written)} == {answer["X-Request-ID"]}


def test_a_line_of_a_job_step_names_the_step(written: StringIO) -> None:
    with acting(None, request_id="mail:7"):
        logging.getLogger("portal.core.notifications").info("sent %s", 3)

    assert [(line["event"], line["request_id"], line["level"]) for line in lines_of(written)] == [
        ("sent 3", "mail:7", "info")
    ]


def test_addresses_keep_their_secrets(client: Client, written: StringIO) -> None:
    key = "4-94f16b35e3ee6d46e0390788e341924b"
    client.get(f"/apply/{key}/", {"phone": "13800138000"})

    text = written.getvalue()
    assert key not in text
    assert "13800138000" not in text
    assert any(line.get("request") == "GET /apply/***/?***" for line in lines_of(written))
    assert any(line["event"].startswith("Gone: /apply/***/") for line in lines_of(written))

"""What machines ask: alive, ready, metrics."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal.core import clock

pytestmark = pytest.mark.django_db


def test_alive_and_ready_without_a_login(client: Client) -> None:
    assert client.get("/livez").content == b"ok"
    assert client.get("/readyz").json()["ready"] is True


def test_not_ready_when_our_clock_and_the_databases_disagree(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(clock, "drift", lambda: timedelta(seconds=30))
    monkeypatch.setattr(clock, "is_set", lambda: False)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["clock_drift_seconds"]) == (503, 30.0)


def test_metrics_count_jobs_and_the_drift_of_the_clock(client: Client) -> None:
    text = client.get("/metrics").content.decode()

    assert "yizhan_clock_drift_seconds" in text
    assert "# TYPE yizhan_jobs gauge" in text


@pytest.mark.parametrize("sent", [{"REMOTE_ADDR": "10.0.0.8"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}])
def test_metrics_are_for_this_machine_only(client: Client, settings: Any, sent: dict[str, str]) -> None:
    settings.PROXIES = 1
    assert client.get("/metrics", **sent).status_code == 403

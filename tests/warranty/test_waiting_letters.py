"""A claim that waits for its station says what is missing, until when and what happens then, in the station's language."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.attachments import attachments_of
from portal.core.documents import documents_of, verify_url
from portal.core.models import Notification
from portal.core.registries import say_notice
from tests.factories.authorizations import make_grant
from tests.factories.claims import Bench, make_bench, noon, photo
from tests.factories.stations import make_user
from tests.warranty.test_authorizations import with_outside
from tests.warranty.test_review import decisions
from warranty import claims, review
from warranty.appeals import AppealedLine, file_appeal
from warranty.desk import holding

DAY = date(2026, 10, 5)
QUESTION = "Please add a photo of the removed module"


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(db: Any) -> Bench:
    bench = make_bench()
    bench.owner.language = "en"
    bench.owner.save(update_fields=["language"])
    return bench


def test_a_question_goes_out_with_its_last_day_and_what_happens_then(bench: Bench, client: Client) -> None:
    claim = bench.submitted(qty="4")
    jobs.drain()

    review.request_info(claim, question=QUESTION, actor=make_user(Role.REVIEWER))
    jobs.drain()

    letter = documents_of(claim, "claim_request").get()
    assert (letter.number, letter.language) == (f"{claim.number}-Q1", "en")
    assert (letter.facts["missing"], letter.facts["until"]) == ([QUESTION], "2026-10-20")
    assert "rejected" in letter.facts["then"]
    verified = client.get("/" + verify_url(letter).split("/", 3)[3], headers={"accept-language": "zh-hans"})
    assert "<dt>事由</dt><dd>总部要求补充资料</dd>" in verified.content.decode()
    told = Notification.objects.get(kind="warrantyclaim.info_requested", user=bench.owner)
    assert say_notice(told.kind, told.facts).count("2026-10-20") == 1
    assert QUESTION in say_notice(told.kind, told.facts)
    assert claim.number in say_notice(told.kind, {"claim": claim.number})
    client.force_login(bench.owner)
    assert reverse("document", args=[letter.pk]) in client.get(claim.get_absolute_url()).content.decode()


def test_the_picture_that_was_asked_for_comes_with_the_answer(bench: Bench, client: Client) -> None:
    claim = bench.submitted(qty="4")
    review.request_info(claim, question=QUESTION, actor=make_user(Role.REVIEWER))
    client.force_login(bench.owner)
    address = reverse("claim_answer", args=[claim.pk])

    sent = client.post(address, {"answer": "The plate is on the photo", "files": [photo(7)], "kind": "plate_photo"})

    assert sent.status_code == 302
    claim.refresh_from_db()
    assert (claim.version, [row.kind for row in attachments_of(claim)]) == (2, ["plate_photo"])


def test_each_change_is_told_once_though_the_messages_leave_later(bench: Bench) -> None:
    claim = bench.submitted(qty="4")
    review.request_info(claim, question=QUESTION, actor=make_user(Role.REVIEWER))

    jobs.drain()

    told = Notification.objects.filter(user=bench.owner).order_by("pk").values_list("kind", flat=True)
    assert list(told) == ["warrantyclaim.in_review", "warrantyclaim.info_requested"]


def test_a_hold_names_the_old_parts_and_the_day_they_are_due(bench: Bench) -> None:
    claim = bench.submitted(qty="4")
    line = claim.lines.get(kind="part").pk

    pieces = holding.hold_lines(claim, lines=[line], reason="The photo does not match", actor=make_user(Role.REVIEWER))

    letter = documents_of(claim, "claim_request").get()
    assert len(letter.facts["missing"]) == len(pieces) + 1
    assert pieces[0].number in letter.facts["missing"][0]
    assert letter.facts["until"] == pieces[0].due_on.isoformat()
    told = Notification.objects.get(kind="warrantyclaim.line_held", user=bench.owner)
    assert pieces[0].due_on.isoformat() in say_notice(told.kind, told.facts)
    assert claim.number in say_notice(told.kind, {"claim": claim.number, "count": 4})


def test_the_desk_shows_the_appeal_with_its_evidence(bench: Bench, client: Client) -> None:
    claim = bench.submitted(qty="4")
    reviewer = make_user(Role.REVIEWER)
    decided = review.decide_lines(claim, decisions=decisions(claim, part="330.00"), actor=reviewer)
    lines = [AppealedLine(claim.lines.get(kind="part").pk, Decimal("200.00"))]
    filed = file_appeal(
        decided, lines=lines, grounds="Two more pieces were fitted, see photo", files=[photo(931)], actor=bench.owner
    )
    client.force_login(make_user(Role.APPROVER))

    page = client.get(claim.desk_url)

    assert page.context["appeal"]["appeal"] == filed
    assert len(page.context["appeal"]["photos"]) == 1
    assert filed.grounds in page.content.decode()


def test_the_desk_shows_what_was_authorized_before_the_work(bench: Bench, client: Client) -> None:
    unit = bench.unit()
    granted = make_grant(station=bench.station, unit=unit)
    claim = claims.submit_claim(with_outside(bench, unit), actor=bench.owner)
    client.force_login(make_user(Role.REVIEWER))

    page = client.get(claim.desk_url)

    assert page.context["authorization"] == granted
    assert granted.reason in page.content.decode()

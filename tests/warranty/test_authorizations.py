"""Prior authorization: asked before the work, answered by another, used by one claim, given back when that falls."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from portal.core import clock, jobs
from portal.core.models import Notification
from tests.conftest import as_user
from tests.factories.authorizations import REASON, make_grant, make_request
from tests.factories.claims import Bench, make_bench, noon
from tests.factories.stations import make_user
from warranty import authorization_reminders, authorizations, claims
from warranty.authorizations import Wanted
from warranty.models import AuthorizationStatus, PriorAuthorization, ReasonCode, ReasonUse, WarrantyClaim

DAY = date(2026, 10, 5)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    clock.set(noon(DAY))
    yield
    clock.set(None)


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


def with_outside(bench: Bench, unit: Any, amount: str = "800.00") -> WarrantyClaim:
    """A draft of today's job with outside service of this amount beside the part."""
    draft = bench.draft(unit, qty="1", hours="1.2", km="", failed_on=DAY)
    line = {"description": "委外加工", "claimed_amount": Decimal(amount), "invoice_number": "INV-1"}
    claims.add_line(draft, actor=bench.owner, kind="outside", **line)
    draft.refresh_from_db()
    return draft


def outside(claim: WarrantyClaim) -> tuple[Decimal, list[str]]:
    line = claim.lines.get(kind="outside")
    return line.allowed_amount, list(line.codes)


@pytest.mark.django_db
def test_outside_service_above_its_limit_needs_a_grant_and_uses_it_up(bench: Bench) -> None:
    unit = bench.unit()
    draft = with_outside(bench, unit)
    assert outside(draft) == (Decimal(0), ["NO_AUTHORIZATION"])
    assert draft.explanation["authorization"]["found"] == "missing"
    assert "authorization_missing" in draft.explanation["decision"]["reasons"]

    granted = make_grant(station=bench.station, unit=unit, granted="750.00")
    jobs.drain()

    draft.refresh_from_db()
    assert outside(draft) == (Decimal(750), ["ABOVE_AUTHORIZATION"])
    assert draft.explanation["authorization"]["found"] == "too_low"
    claim = claims.submit_claim(draft, actor=bench.owner)
    granted.refresh_from_db()
    assert (granted.status, granted.claim) == (AuthorizationStatus.USED, claim)


@pytest.mark.django_db
def test_a_claim_that_needs_none_leaves_it_to_the_one_that_does(bench: Bench) -> None:
    unit = bench.unit()
    granted = make_grant(station=bench.station, unit=unit)

    bench.submitted(unit)

    granted.refresh_from_db()
    assert (granted.status, granted.claim) == (AuthorizationStatus.APPROVED, None)


@pytest.mark.django_db
def test_a_grant_of_the_day_before_or_too_late_does_not_count(bench: Bench) -> None:
    unit = bench.unit()
    make_grant(station=bench.station, unit=unit, until=DAY)
    clock.set(noon(date(2026, 10, 6)))
    late = bench.draft(unit, failed_on=date(2026, 10, 6), qty="1")
    claims.add_line(late, actor=bench.owner, kind="outside", claimed_amount=Decimal(600), invoice_number="1")

    late.refresh_from_db()
    assert late.explanation["authorization"]["found"] == "not_valid"
    assert outside(late) == (Decimal(0), ["NO_AUTHORIZATION"])


@pytest.mark.django_db
def test_what_a_rejected_claim_used_may_be_used_again(bench: Bench) -> None:
    unit = bench.unit()
    granted = make_grant(station=bench.station, unit=unit)
    claim = claims.submit_claim(with_outside(bench, unit), actor=bench.owner)
    assert claim.status == "in_review"

    claims.withdraw_claim(claim, actor=bench.owner)  # at once: whoever claims again must not wait for a job

    granted.refresh_from_db()
    assert (granted.status, granted.claim) == (AuthorizationStatus.APPROVED, None)
    jobs.drain()
    assert authorizations.authorization_of(claim) == granted
    clock.set(noon(date(2027, 1, 5)))
    assert authorizations.expire_authorizations() == 1


@pytest.mark.django_db
def test_another_person_grants_within_the_estimate_and_the_longest_time(bench: Bench) -> None:
    asked = make_request(station=bench.station, actor=bench.owner)
    approver = make_user(Role.APPROVER)
    grant: dict[str, Any] = {"amount": Decimal(800), "valid_until": date(2026, 11, 1)}

    with pytest.raises(authorizations.OwnRequest):
        authorizations.grant_authorization(asked, actor=bench.owner, **grant)
    with pytest.raises(authorizations.GrantWrong, match=r"800\.01"):
        authorizations.grant_authorization(asked, actor=approver, **grant | {"amount": Decimal("800.01")})
    with pytest.raises(authorizations.GrantEndsWrong):
        authorizations.grant_authorization(asked, actor=approver, **grant | {"valid_until": date(2028, 1, 1)})
    granted = authorizations.grant_authorization(asked, actor=approver, **grant)
    assert (granted.amount, granted.authorized_on) == (Decimal(800), DAY)
    assert bench.owner.notifications.filter(kind="priorauthorization.approved").count() == 1


@pytest.mark.django_db
def test_it_is_asked_before_the_work_with_prices_of_the_day(bench: Bench) -> None:
    lines = [Wanted("part", part=bench.part, qty=Decimal(2)), Wanted("labor", operation=bench.operation)]
    asked = make_request(station=bench.station, lines=lines)

    assert [line.amount for line in asked.lines.all()] == [Decimal(330), Decimal(96)]
    with pytest.raises(authorizations.AmountUnknown, match="1"):
        make_request(station=bench.station, lines=[Wanted("outside", "委外")])
    done = bench.job()
    with pytest.raises(authorizations.WorkIsDone):
        make_request(station=bench.station, work_order=done, unit=done.request.unit)


@pytest.mark.django_db
def test_the_station_asks_and_headquarters_refuses_on_their_pages(bench: Bench) -> None:
    unit = bench.unit()
    page = reverse("authorization_new")
    rows = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-kind": "outside", "lines-0-qty": "1"}
    typed = {"about": unit.serial_number, "reason": REASON, "lines-0-description": "委外", **rows}

    refused = as_user(bench.owner).post(page, typed)
    asked = as_user(bench.owner).post(page, typed | {"lines-0-amount": "900"})

    assert (refused.status_code, asked.status_code) == (422, 302)
    row = PriorAuthorization.objects.get()
    assert (row.station, row.unit, row.estimated) == (bench.station, unit, Decimal(900))
    code = ReasonCode.objects.fitting(ReasonUse.AUTHORIZATION).first()
    assert code is not None
    answer = {"reason_code": code.code, "answer": "请先申请备件，不需要委外加工"}
    said = as_user(make_user(Role.REVIEWER)).post(reverse("authorization_refuse", args=[row.pk]), answer)
    row.refresh_from_db()
    assert (said.status_code, row.status, row.reason_code) == (302, AuthorizationStatus.REFUSED, code)
    again = as_user(make_user(Role.REVIEWER)).post(reverse("authorization_refuse", args=[row.pk]), answer)
    assert again.status_code == 409


@pytest.mark.django_db
def test_the_station_is_reminded_once_before_a_grant_ends(bench: Bench) -> None:
    granted = make_grant(station=bench.station, unit=bench.unit(), until=date(2026, 10, 20))
    told = Notification.objects.filter(kind="priorauthorization.ends_soon")

    authorization_reminders.remind_of_ends(at=noon(date(2026, 10, 12)))
    assert not told.exists()
    authorization_reminders.remind_of_ends(at=noon(date(2026, 10, 13)))
    authorization_reminders.remind_of_ends(at=noon(date(2026, 10, 14)))

    assert granted.requested_by in {row.user for row in told}
    assert told.filter(user=granted.requested_by).count() == 1

"""Any life of a station: one answer and the set-based answer agree on every day; balances are sums of entries."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core import clock
from portal.core.errors import Refusal
from stations import contracts, dealer_account, lifecycle, onboarding
from stations.dealer_account import LegAmount
from stations.models import AccountEntry, Leg, Station, StationExit
from tests.factories.stations import make_account, make_contract, make_family, make_station, make_user

in_database = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=shift) for shift in range(-10, 420, 23)]
ACTS = st.lists(
    st.tuples(st.sampled_from(["suspend", "resume", "expire", "renew", "terminate"]), st.integers(1, 60)), max_size=7
)
POSTINGS = st.lists(
    st.tuples(
        st.sampled_from(Leg.values), st.decimals("-900.00", "900.00", places=2), st.booleans(), st.integers(0, 5)
    ),
    max_size=12,
)  # fmt: skip


def act(station: Station, name: str, at: datetime, actor: Any) -> None:
    """One move, or its refusal; either leaves a consistent station."""
    try:
        with transaction.atomic():
            if name == "suspend":
                lifecycle.suspend_station(station, reason="停业整顿", actor=actor, at=at)
            elif name == "resume":
                lifecycle.resume_station(station, reason="整改完成", actor=actor, at=at)
            elif name == "terminate":
                lifecycle.terminate_station(station, reason="合同解除", actor=actor, at=at)
            elif name == "renew":
                onboarding.renew_contract(station, signatory="王站长", months=3, actor=actor, at=at)
            else:
                contracts.expire_contracts(at=at)
                contracts.begin_contracts(at=at)
    except Refusal:
        return


@in_database
@given(acts=ACTS, names_family=st.booleans())
def test_one_answer_and_the_answer_for_all_agree_on_every_day(db: None, acts: list[Any], names_family: bool) -> None:
    actor, family = make_user("service_manager"), make_family()
    stations = [make_station(active=False), make_station(active=False, with_account=False)]
    for station in stations:
        held = make_contract(station=station, valid_from=FIRST, valid_to=FIRST + timedelta(days=90))
        if names_family:
            held.families.add(make_family())
        lifecycle.move(station, "active", actor=None, at=clock.start_of(FIRST))
    moment = clock.start_of(FIRST) + timedelta(hours=10)
    for name, shift in acts:
        moment += timedelta(days=shift)
        act(Station.objects.get(pk=stations[0].pk), name, moment, actor)

    for on in DAYS:
        asked = contracts.eligibility_on(on, family=family)
        for station in Station.objects.all():
            found = asked[station.pk]
            assert found.dispatch == contracts.is_dispatchable(station, on, family=family), (station, on)
            assert found.credit == contracts.may_order_on_credit(station, on), (station, on)
            assert found.claim == contracts.may_claim(station, on), (station, on)
            assert all(answer.ok != bool(answer.reasons) for answer in (found.dispatch, found.credit, found.claim))
    today = clock.today()
    listed = set(contracts.dispatchable(today).values_list("pk", flat=True))
    assert listed == {pk for pk, found in contracts.eligibility_on(today).items() if found.dispatch}
    assert list(contracts.check_authorized()) == []
    gone = Station.objects.filter(status="terminated").count()
    assert StationExit.objects.count() == gone


@in_database
@given(postings=POSTINGS)
def test_balances_are_the_sums_of_entries_and_exposure_counts_neither_warranty_nor_deposit(
    db: None, postings: list[Any]
) -> None:
    account = make_account(credit_limit=Decimal(2_000))
    for number, (leg, amount, is_reversal, which) in enumerate(postings):
        entries = list(AccountEntry.objects.filter(account=account).order_by("pk"))
        try:
            with transaction.atomic():
                if is_reversal and entries:
                    dealer_account.reverse_entry(entries[which % len(entries)], reason="更正录入", actor=None)
                else:
                    dealer_account.post(
                        account, kind="order", source=f"PO-{which}", line=str(number), legs=[LegAmount(leg, amount)],
                        station=None, actor=None,
                    )  # fmt: skip
        except (Refusal, Exception) as error:
            assert isinstance(error, Refusal) or "check" in str(error)  # noqa: PT017 the walls refuse by name

    account.refresh_from_db()
    sums = {leg: Decimal(0) for leg in Leg.values}
    for entry in AccountEntry.objects.filter(account=account):
        sums[entry.leg] += entry.amount
    assert {leg: getattr(account, leg) for leg in Leg.values} == sums
    assert account.exposure == sums[Leg.USED] + sums[Leg.COMMITTED]
    assert list(dealer_account.check_balances()) == []

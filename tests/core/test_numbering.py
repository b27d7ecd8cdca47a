"""Document numbers: no gap, no twin, whoever asks at once."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from portal.core.numbering import take_number
from tests.conftest import race

AT = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)  # 1 November in Shanghai


def test_numbers_count_from_one_in_each_shanghai_month(db: None) -> None:
    assert [take_number("WC", at=AT), take_number("WC", at=AT)] == ["WC-202611-000001", "WC-202611-000002"]
    assert take_number("BS", at=datetime(2026, 10, 31, 15, 59, tzinfo=UTC)) == "BS-202610-000001"


def test_a_rollback_gives_the_number_back(db: None) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        take_number("WC", at=AT)
        raise RuntimeError

    assert take_number("WC", at=AT) == "WC-202611-000001"


@pytest.mark.django_db(transaction=True)
def test_sixteen_issuers_leave_no_gap_and_no_twin() -> None:
    def issue(number: int) -> str:
        with transaction.atomic():
            taken = take_number("WC", at=AT)
            if number % 4 == 3:
                raise RuntimeError("changed its mind")
            return taken

    taken = [answer for answer in race(16, issue) if isinstance(answer, str)]

    assert sorted(taken) == [f"WC-202611-{number:06d}" for number in range(1, 13)]

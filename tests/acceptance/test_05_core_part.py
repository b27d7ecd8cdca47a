"""Acceptance scenario 5: a core part in its first year is replaced, not repaired, and always returns."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from portal.core import clock
from tests.factories.claims import Bench, make_bench, noon
from warranty import claims
from warranty.models import FailedPart


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.set(None)


def core_bench() -> Bench:
    """A station whose part is a core part worth less than 300."""
    return make_bench(part_class="core")


@pytest.mark.django_db
def test_repair_in_the_first_year_is_refused_and_replacement_returns() -> None:
    from portal.core import jobs

    bench = core_bench()
    clock.set(noon(date(2025, 9, 2)))
    unit = bench.unit(date(2025, 1, 15))
    draft = bench.draft(unit, parts=[(bench.part, "1", "repair")], hours="1.0", failed_on=date(2025, 9, 1))

    with pytest.raises(claims.SubmitRefused) as refused:
        claims.submit_claim(draft, actor=bench.owner)
    line = draft.lines.get(kind="part")
    claims.edit_draft(draft, actor=bench.owner, changes={}, lines={line.pk: {"remedy": "replace"}})
    claim = claims.submit_claim(draft, actor=bench.owner)
    jobs.drain()

    assert [finding.code for finding in refused.value.findings] == ["CORE_REPLACE"]
    assert claim.status == "approved"
    line.refresh_from_db()
    assert line.approved_amount == Decimal("165.00")
    assert line.return_required
    assert FailedPart.objects.filter(line=line).count() == 1


@pytest.mark.django_db
def test_repair_after_the_first_year_is_acceptable() -> None:
    bench = core_bench()
    clock.set(noon(date(2026, 1, 16)))
    unit = bench.unit(date(2025, 1, 15))
    draft = bench.draft(unit, parts=[(bench.part, "1", "repair")], hours="1.0", failed_on=date(2026, 1, 15))

    claim = claims.submit_claim(draft, actor=bench.owner)

    assert claim.status == "approved"

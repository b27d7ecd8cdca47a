"""What the desk is told about cover when a request is taken, and how it reads later."""

from datetime import timedelta

import pytest
from django.utils import translation

from portal.core import clock
from service.intake import take_request
from service.models import Category
from tests.factories import claims
from tests.factories import service as desk

pytestmark = pytest.mark.django_db


def test_cover_told_at_intake_reads_in_the_language_of_who_opens_the_request() -> None:
    claims.make_policy()
    unit = claims.make_unit()
    claims.register(unit, clock.today() - timedelta(days=30))
    customer = unit.customer or desk.make_customer()
    with translation.override("zh-hans"):
        request = take_request(
            customer=customer, unit=unit, fault_text="无法开机", category=Category.URGENT_REPAIR, actor=None
        )
    request.refresh_from_db()

    with translation.override("en"):
        english = request.cover_text
    with translation.override("zh-hans"):
        chinese = request.cover_text

    assert request.cover_verdict == request.cover_facts["verdict"]
    assert "warranty" in english.lower()
    assert english.isascii()
    assert not chinese.isascii()
    assert "warranty" not in chinese.lower()

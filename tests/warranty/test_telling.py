"""Messages of warranty in both languages."""

import pytest
from django.utils import translation

from portal.core.registries import notices, say_notice

FACTS = {
    "claim": "WC-1", "number": "N-1", "count": 2, "day": "2026-11-22", "gross": "10.00", "claimed": "20.00",
    "supplier": "宁波电源", "supplier_en": "Ningbo Power",
    "technician": "Zhang", "family": "网关", "family_en": "Gateways", "level": 2, "days": 7, "reason": "absent",
    "name": "Zhuji", "item": "扭力批", "item_en": "Torque driver", "serial": "S-1", "from": "HZ-01", "to": "HZ-02", "course": "课程",
    "course_en": "Course", "version": 2, "starts_at": "2026-12-01 09:00", "room": "1", "session": "TR-1", "percent": "80.00",
    "application": "SA-1", "company": "Ningbo Power", "title": "通报", "title_en": "Bulletin", "station": "HZ-01", "dealer": "HZ",
    "case": "DC-1", 
    "half": "2026-12-01", "full": "2027-03-01", "carrier": "SF", "back": "2026-12-01", "giver": "HZ-01", "taker": "HZ-02",
    "outcome": "accepted", "points": 100, "amount": "500.00", "order": "PO-1", "place": "HZ-01", "visit": "SI-1", "score": "59.00",
    "by": "Li", "waybill": "SF1", "month": "2026-11", "position": 1, "question": "Photo?",
    "credit_note": "CN-1", "owed_back": "5.00",
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(kind for kind in notices if not kind.startswith("test.")))
def test_every_message_is_worded_in_both_languages(kind: str) -> None:
    with translation.override("en"):
        english = say_notice(kind, FACTS)
    with translation.override("zh-hans"):
        chinese = say_notice(kind, FACTS)

    assert english.isascii() or "¥" in english
    assert not chinese.isascii()
    assert "%(" not in english + chinese


def test_an_alarm_names_the_supplier_in_the_readers_language() -> None:
    with translation.override("en"):
        assert say_notice("recoverycase.alarm", FACTS) == "N-1: notice to Ningbo Power by 2026-11-22"

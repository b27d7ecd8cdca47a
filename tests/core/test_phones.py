"""What somebody could dial, and what not."""

import pytest

from portal.core.phones import PhoneNotANumber, check_phone, is_phone

GOOD = (
    "13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "8613800138000", "013800138000", "0755-26001234",
    "(010) 6552-9988", "021-60000000", "0571-8899001", "0755-26001234-801", "0755-26001234转801", "010 65529988 ext. 12",
    "+86 21 6000 0000", "400-820-8820", "8008208820", "400-820-8820-3", "+44 20 7123 4567", "00442071234567",
)  # fmt: skip
BAD = (
    "138001380001", "1380013800012", "12800138000", "1380013800", "abc", "138x0013800", "12", "26001234", "+8613800138",
    "+86138001380001", "138000013800123", "13800001234 转 5", "1" * 16, "0755-2600123456", "+12", "１３８００１３８０００",
)  # fmt: skip


def test_is_phone_takes_mobiles_landlines_hotlines_and_other_countries() -> None:
    assert [text for text in GOOD if not is_phone(text)] == []
    assert [text for text in BAD if is_phone(text)] == []


def test_check_phone_says_what_it_got_and_what_it_expects() -> None:
    check_phone("")
    with pytest.raises(PhoneNotANumber) as refused:
        check_phone("138001380001")

    assert "“138001380001”不是电话号码：应为 11 位手机号" in str(refused.value)
    assert refused.value.field == "phone"

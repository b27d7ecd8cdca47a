"""Who issues a paper: entered by two persons, printed with the date of issue, frozen with what was issued."""

from pathlib import Path
from typing import Any

import pytest

from portal.accounts.models import User
from portal.core.documents import is_intact, pdf_bytes, preview_pdf
from portal.core.letterhead import FIELDS, letterhead
from portal.core.parameter_release import propose_value, release_value
from portal.core.parameters import BadParameterValue, SecondPersonReleases, set_parameter
from tests.core.test_documents import letter
from tests.warranty_settlement.paper import text_of

pytestmark = pytest.mark.django_db
NAME, ENGLISH = "驿达机电制造有限公司", "Yida Machinery Co., Ltd."


@pytest.fixture
def people() -> tuple[User, User]:
    return User.objects.create(username="ann"), User.objects.create(username="bob")


def enter(people: tuple[User, User], **texts: str) -> None:
    for name, text in texts.items():
        release_value(propose_value(f"company.{name}", text, actor=people[0]), actor=people[1])


def test_nothing_is_printed_where_nobody_entered_a_name(people: tuple[User, User], tmp_path: Path) -> None:
    enter(people, tax_number="91320400DEMO000001")

    row = letter(people[0])

    assert letterhead() == {}
    assert "issuer" not in row.facts
    text_of(pdf_bytes(row), tmp_path)


def test_the_name_and_the_day_stand_on_the_paper_and_stay(people: tuple[User, User], tmp_path: Path) -> None:
    enter(people, name=NAME, name_en=ENGLISH)
    row = letter(people[0])
    before = text_of(pdf_bytes(row), tmp_path)

    enter(people, name="新名称有限公司")
    again = letter(people[0])

    assert NAME in before
    assert again == row
    assert is_intact(again)
    assert again.facts["issuer"]["name"] == NAME
    assert "新名称有限公司" in text_of(preview_pdf("test_letter", number="DL-9", facts=dict(row.facts)), tmp_path)


def test_one_person_does_not_change_where_money_is_paid_to(people: tuple[User, User]) -> None:
    with pytest.raises(SecondPersonReleases):
        set_parameter("company.bank_account", "6222", actor=people[0])


@pytest.mark.parametrize("name", FIELDS)
def test_a_text_has_an_end(people: tuple[User, User], name: Any) -> None:
    with pytest.raises(BadParameterValue, match="120"):
        propose_value(f"company.{name}", "驿" * 121, actor=people[0])

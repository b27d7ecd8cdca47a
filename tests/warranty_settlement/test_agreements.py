"""Agreements with suppliers: proposed by one person, released by another, never overlapping, the narrowest counts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from parts.models import PartCategory, SupplierPart
from portal.accounts.roles import Role
from portal.core.models import Event
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import LONG_AGO, make_agreement, make_granted_claim, make_old_part
from tests.factories.stations import make_user
from warranty import agreements, masters, recovery
from warranty.models import MasterStatus, SupplierAgreement
from warranty.recovery_agreements import agreement_for

TODAY, NEXT = date(2025, 6, 1), date(2025, 7, 1)


def proposed(desk: Desk, **kw: Any) -> SupplierAgreement:
    """The next one for the desk's part, from July on."""
    said = {"supplier": desk.supplier, "part": desk.part, "number": "AG-NEW", "valid_from": NEXT, "part_share": 70}
    return agreements.propose_agreement(**{"actor": desk.finance, "notice_days": 60} | said | kw)


def typed(desk: Desk, **kw: Any) -> dict[str, Any]:
    values = {
        "number": "AG-NEW", "supplier": desk.supplier.pk, "part": desk.part.pk, "category": "", "part_class": "",
        "valid_from": "2025-07-01", "valid_to": "2026-07-01", "part_share": "70", "labor_share": "40",
        "travel_share": "0", "other_share": "0", "handling_fee": "0", "notice_days": "60", "deemed_accept_days": "15",
    }  # fmt: skip
    return values | kw


def test_a_proposal_counts_from_its_day_on_once_another_person_released_it(desk: Desk) -> None:
    draft = proposed(desk)
    assert agreement_for(desk.supplier, desk.part, on=NEXT) == desk.agreement

    with pytest.raises(masters.OwnTerm):
        masters.release(draft, actor=desk.finance)
    masters.release(draft, actor=make_user(Role.SERVICE_MANAGER))

    desk.agreement.refresh_from_db()
    assert desk.agreement.valid_to == NEXT
    assert agreement_for(desk.supplier, desk.part, on=date(2025, 6, 30)) == desk.agreement
    assert agreement_for(desk.supplier, desk.part, on=NEXT) == draft
    kinds = Event.objects.filter(kind__startswith="supplieragreement.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["supplieragreement.proposed", "supplieragreement.released"]
    assert draft.events.count() == 3  # type: ignore[attr-defined]  # proposed, signed, released


def test_one_withdrawn_before_its_day_leaves_the_one_before_in_force(desk: Desk) -> None:
    draft = proposed(desk)
    masters.release(draft, actor=make_user(Role.SERVICE_MANAGER))

    masters.withdraw(draft, reason="供应商未签字", actor=desk.finance)

    desk.agreement.refresh_from_db()
    assert desk.agreement.valid_to is None
    assert agreement_for(desk.supplier, desk.part, on=NEXT) == desk.agreement
    assert proposed(desk).number == draft.number  # its number is free again


def test_part_before_category_before_class_before_everything(desk: Desk) -> None:
    part = make_old_part(category=PartCategory.objects.create(code="PSU", name="电源"))
    found = []
    for about in ({}, {"part_class": part.part_class}, {"category": part.category}, {"part": part}):
        made = make_agreement(desk.supplier, contract_price=None, **about)
        found.append(agreement_for(desk.supplier, part, on=TODAY) == made)

    assert found == [True] * 4
    other = make_old_part(category=PartCategory.objects.create(code="FAN", name="风扇"), part_class="wear")
    widest = SupplierAgreement.objects.get(part=None, category=None, part_class="")
    assert agreement_for(desk.supplier, other, on=TODAY) == widest


def test_a_case_is_charged_by_the_share_of_its_category(desk: Desk) -> None:
    part = make_old_part(category=PartCategory.objects.create(code="PSU", name="电源"))
    price = Decimal(100)
    SupplierPart.objects.create(supplier=desk.supplier, part=part, valid_from=LONG_AGO, contract_price=price)
    narrow = make_agreement(desk.supplier, category=part.category, part_share=60, labor_share=0)

    (case,) = recovery.open_cases(make_granted_claim(desk.station, part=part, qty=1))

    assert (case.agreement, case.expected) == (narrow, Decimal("60.00"))


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"category": True}, agreements.AgreementOfTwoKinds),
        ({"part_class": "core"}, agreements.AgreementOfTwoKinds),
        ({"number": "AG-1"}, agreements.AgreementNumberTaken),
        ({"valid_to": NEXT}, agreements.AgreementEndsTooSoon),
        ({"valid_from": TODAY}, masters.TermInThePast),
        ({"notice_days": 0}, agreements.AgreementTermTooShort),
        ({"deemed_accept_days": 0}, agreements.AgreementTermTooShort),
        ({"months_from_receipt": 0}, agreements.AgreementTermTooShort),
        ({"months_from_sale": 0}, agreements.AgreementTermTooShort),
        ({"return_required": True, "no_return": True}, agreements.KeptAndNotKept),
    ],
)
def test_what_cannot_stand_is_refused_in_words(desk: Desk, wrong: dict[str, Any], refusal: Any) -> None:
    if "category" in wrong:
        wrong = {"category": desk.part.category}
    if "number" in wrong:
        wrong = {"number": desk.agreement.number}

    with pytest.raises(refusal):
        proposed(desk, **wrong)

    assert SupplierAgreement.objects.count() == 1


def test_two_that_overlap_are_refused_by_the_database_whoever_writes(desk: Desk) -> None:
    make_agreement(desk.supplier, category=desk.part.category)
    for number, about in enumerate(({"part": desk.part}, {"category": desk.part.category})):
        said = {"supplier": desk.supplier, "number": f"TWIN-{number}", "valid_from": TODAY}
        twin = SupplierAgreement.objects.create(**said | about)
        with pytest.raises(IntegrityError, match="supplier_has_one_agreement"), transaction.atomic():
            SupplierAgreement.objects.filter(pk=twin.pk).update(status=MasterStatus.RELEASED)


def test_nobody_changes_what_was_released(desk: Desk) -> None:
    with pytest.raises(IntegrityError, match="what was released keeps its terms"), transaction.atomic():
        SupplierAgreement.objects.filter(pk=desk.agreement.pk).update(part_share=10)

    page = reverse("admin:warranty_supplieragreement_change", args=[desk.agreement.pk])
    as_user(desk.finance).post(page, typed(desk, part_share="10"))

    desk.agreement.refresh_from_db()
    assert desk.agreement.part_share == 80


def test_finance_proposes_in_the_admin_and_a_manager_releases(desk: Desk) -> None:
    add = reverse("admin:warranty_supplieragreement_add")

    assert as_user(desk.finance).post(add, typed(desk)).status_code == 302

    made = SupplierAgreement.objects.get(number="AG-NEW")
    assert (made.status, made.created_by, made.part_share) == ("proposed", desk.finance, 70)
    release = reverse("admin:warranty_supplieragreement_release", args=[made.pk])
    assert as_user(desk.finance).post(release).status_code == 403
    assert as_user(make_user(Role.SERVICE_MANAGER)).post(release).status_code == 302
    made.refresh_from_db()
    assert (made.status, made.replaces) == ("released", desk.agreement)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_day_that_lies_back_is_refused_at_its_field(desk: Desk, language: str) -> None:
    client = as_user(make_user(Role.FINANCE, language=language))

    answer = client.post(reverse("admin:warranty_supplieragreement_add"), typed(desk, valid_from="2025-01-01"))

    assert answer.status_code == 200
    assert "2025-06-02" in answer.content.decode()
    assert SupplierAgreement.objects.count() == 1


def test_a_narrower_one_does_not_reach_back_over_what_was_charged_by_a_wider_one(desk: Desk) -> None:
    part = make_old_part(category=PartCategory.objects.create(code="PSU", name="电源"))
    SupplierPart.objects.create(supplier=desk.supplier, part=part, valid_from=LONG_AGO, contract_price=Decimal(100))
    make_agreement(desk.supplier, category=part.category)
    narrow: dict[str, Any] = {"part": part, "valid_from": date(2025, 5, 1)}
    early = proposed(desk, **narrow)  # nothing has happened yet
    (case,) = recovery.open_cases(make_granted_claim(desk.station, part=part, qty=1))

    with pytest.raises(masters.TermInThePast):
        masters.release(early, actor=make_user(Role.SERVICE_MANAGER))
    with pytest.raises(masters.TermInThePast):
        proposed(desk, number="AG-TWO", **narrow)
    after = proposed(desk, number="AG-SINCE", part=part, valid_from=date(2025, 5, 22))  # the day after the repair

    assert masters.release(after, actor=make_user(Role.SERVICE_MANAGER)).status == MasterStatus.RELEASED
    case.refresh_from_db()
    assert case.agreement.category == part.category  # type: ignore[union-attr]


def test_a_proposal_is_work_for_whoever_may_release_it(desk: Desk) -> None:
    draft = proposed(desk)
    manager, other = make_user(Role.SERVICE_MANAGER), make_user(Role.FINANCE)

    seen = [
        draft.number in as_user(user).get("/").content.decode() for user in (manager, other, desk.finance, desk.owner)
    ]
    masters.release(draft, actor=manager)

    assert seen == [True, True, False, False]
    assert draft.number not in as_user(other).get("/").content.decode()


def test_the_list_of_agreements_says_the_class_in_words(desk: Desk) -> None:
    make_agreement(desk.supplier, part_class="wear")

    page = (
        as_user(make_user(Role.FINANCE, language="zh-hans")).get("/admin/warranty/supplieragreement/").content.decode()
    )

    assert "易损件" in page
    assert ">wear<" not in page

"""Acceptance 10: an application without its lease, two deciders, a veto item, a contract that ends."""

from datetime import date, timedelta

import pytest

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.states import TransitionNotAllowed
from stations import applications, contracts, inspections, onboarding
from stations.models import ApplicationDocument, InspectionItem, InspectionTemplate, Station
from tests.factories.station_applications import make_application, require
from tests.factories.stations import make_brand, make_member, make_user

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def visit_template() -> tuple[InspectionTemplate, dict[int, int], dict[int, int]]:
    """Weights 64 + 20 + 16: all but the last in order is 84. Ratings with the veto item failed score 84 as well."""
    template = InspectionTemplate.objects.create(name="建站考察表")
    rows = [("维修工位", 64, False), ("消防安全", 16, True), ("门头形象", 20, False)]
    workshop, fire, front = (
        InspectionItem.objects.create(template=template, position=n, text=text, weight=weight, is_veto=veto)
        for n, (text, weight, veto) in enumerate(rows)
    )
    inspections.put_in_use(template, actor=None)
    vetoed = {workshop.pk: 5, fire.pk: 0, front.pk: 5}
    in_order = {workshop.pk: 5, fire.pk: 5, front.pk: 1}
    return template, vetoed, in_order


def test_station_application() -> None:
    at = clock.start_of(DAY)
    require("dealer", "license", needs_number=True)
    require("dealer", "lease", needs_expiry=True)
    application = make_application()
    manager_r = make_member(Role.REGION_MANAGER, region=application.center.region)
    headquarters = make_user(Role.SERVICE_MANAGER)
    ApplicationDocument.objects.create(
        application=application, document_type="license", document_number="91440300", has_file=True
    )

    with pytest.raises(applications.Incomplete) as refused:
        applications.submit_application(application, at=at)
    assert [part.key for part in refused.value.missing] == ["document-lease"]
    assert str(refused.value.missing[0].label) in str(refused.value)

    ApplicationDocument.objects.create(
        application=application, document_type="lease", expires_on=date(2030, 1, 1), has_file=True
    )
    applications.submit_application(application, at=at)
    applications.approve_by_region(application, actor=manager_r, at=at)
    template, vetoed, in_order = visit_template()
    first = inspections.record_inspection(
        application, template=template, ratings=vetoed, findings="灭火器已过期,须更换并复查", actor=manager_r, at=at
    )
    assert (str(first.score), first.veto_failed, first.outcome) == ("84.00", True, "rectify")
    order = application.rectifications.get()
    assert order.due_on - order.issued_on <= timedelta(days=30)
    with pytest.raises(TransitionNotAllowed):
        applications.decide_application(application, actor=headquarters, at=at)

    later = clock.start_of(DAY + timedelta(days=20))
    second = inspections.record_inspection(
        application, template=template, ratings=in_order, findings="", actor=manager_r, at=later
    )
    assert (str(second.score), second.veto_failed, second.outcome) == ("84.00", False, "passed")
    order.refresh_from_db()
    assert order.status == "verified"
    with pytest.raises(applications.SameDecider):
        applications.decide_application(application, actor=manager_r, at=later)
    assert not manager_r.has_perm("stations.decide_application", application)
    applications.decide_application(application, actor=headquarters, at=later)

    signed_on = DAY + timedelta(days=21)
    contract = onboarding.sign_contract(
        application, principal=make_brand(), signatory="李老板", actor=headquarters, at=clock.start_of(signed_on)
    )
    station = Station.objects.get(contracts=contract)
    assert contracts.is_dispatchable(station, signed_on)
    assert contracts.is_dispatchable(station, contract.valid_to - timedelta(days=1))
    assert not contracts.is_dispatchable(station, contract.valid_to)  # expired yesterday
    assert contracts.may_claim(station, contract.valid_to - timedelta(days=1))

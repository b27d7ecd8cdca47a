"""Rectifications: findings with clause, evidence and verifier; two terms; what follows when both are missed."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from portal.accounts.roles import Role
from portal.core import clock, events, jobs
from portal.core.attachments import attachments_of
from portal.core.models import Notification
from portal.core.states import TransitionNotAllowed, move
from stations import inspections, rectification
from stations.models import (
    FindingStatus,
    RectificationFinding,
    RectificationOrder,
    RectificationStatus,
    StationStatus,
    VisitPurpose,
)
from tests.conftest import as_user
from tests.factories.station_applications import make_template, ratings_for
from tests.factories.stations import make_member, make_station
from tests.factories.visits import finished_visit, planned_visit, rectified

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
SHOWN = "灭火器已更换，压力正常"


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "PNG")
    return SimpleUploadedFile("done.png", out.getvalue())


def cast_of(station: Any) -> tuple[Any, Any]:
    """The region manager and the owner."""
    owner = make_member(Role.STATION_OWNER, dealer=station.dealer)
    return make_member(Role.REGION_MANAGER, region=station.center.region), owner


def test_every_item_that_is_not_right_becomes_a_finding_with_its_clause() -> None:
    station = make_station()
    manager, _owner = cast_of(station)
    visit = inspections.begin_visit(planned_visit(station, actor=manager), actor=manager)
    items = list(visit.template.items.order_by("position"))
    ratings = {items[0].pk: 2, items[1].pk: 5, items[2].pk: 4, items[3].pk: 0}
    inspections.save_visit(visit, ratings=ratings, findings={items[2].pk: "货架无标识"}, actor=manager)

    visit = inspections.finish_visit(
        visit, inspector=inspections.Signature("许峰"), host=inspections.Signature("刘"), summary="三处须整改，请见逐项明细",
        actor=manager,
    )  # fmt: skip

    order = visit.rectifications.get()
    assert [(line.clause, line.finding, line.due_on) for line in order.lines.all()] == [
        ("门头形象", "门头形象", order.due_on),
        ("仓库面积", "货架无标识", order.due_on),
        ("消防安全", "消防安全", order.due_on),
    ]
    assert order.due_on - order.issued_on == timedelta(days=30)


def test_evidence_is_filed_returned_filed_again_and_accepted() -> None:
    station = make_station()
    manager, owner = cast_of(station)
    order = rectified(station, actor=manager)
    line = order.lines.get()
    rectification.choose_verification(order, verified_by="evidence", actor=manager)
    assert "还有 1 项问题待您整改举证" in as_user(owner).get(order.get_absolute_url()).content.decode()

    with pytest.raises(rectification.NotAnswered):
        rectification.accept_finding(line, actor=manager)
    with pytest.raises(rectification.EvidenceMissing):
        rectification.answer_finding(line, evidence="好了", actor=owner)
    rectification.answer_finding(line, evidence=SHOWN, uploads=[photo()], actor=owner)
    with pytest.raises(rectification.RemarkMissing):
        rectification.return_finding(line, remark="不", actor=manager)
    rectification.return_finding(line, remark="照片看不清压力表", actor=manager)
    rectification.answer_finding(line, evidence=SHOWN, uploads=[photo()], actor=owner)
    done = rectification.accept_finding(line, remark="同意", actor=manager)

    order.refresh_from_db()
    assert (done.status, done.verifier, order.status) == ("verified", manager, "verified")
    assert attachments_of(line).count() == 2
    kinds = [event.kind.rpartition(".")[2] for event in events.of_subject(line)]
    assert kinds[::-1] == ["answered", "open", "answered", "verified"]
    history = as_user(owner).get(order.get_absolute_url()).context["entries"]
    assert [entry.number for entry in history].count(line.number) == 4
    with pytest.raises(rectification.OrderClosed):
        rectification.answer_finding(line, evidence=SHOWN, actor=owner)


def test_a_second_visit_that_passes_in_time_verifies() -> None:
    station = make_station()
    manager, _owner = cast_of(station)
    order = rectified(station, actor=manager, at=clock.start_of(DAY))
    at = clock.start_of(DAY + timedelta(days=20))
    visit = inspections.plan_visit(
        station, purpose=VisitPurpose.REVISIT, planned_on=DAY + timedelta(days=20), checks=order, actor=manager, at=at
    )

    finished_visit(visit, actor=manager, at=at)

    order.refresh_from_db()
    assert order.status == "verified"
    assert order.lines.get().verifier == manager
    assert station.status == StationStatus.ACTIVE


@pytest.mark.parametrize("how", ["days pass", "second visit fails"])
def test_missed_twice_suspends_the_station(how: str) -> None:
    station = make_station()
    manager, _owner = cast_of(station)
    first = rectified(station, actor=manager, at=clock.start_of(DAY))

    assert inspections.miss_overdue(at=clock.start_of(first.due_on)) == 0
    assert inspections.miss_overdue(at=clock.start_of(first.due_on + timedelta(days=1))) == 1
    station.refresh_from_db()
    second = station.rectifications.get(term=2)
    assert (station.status, second.status, second.lines.count()) == ("active", "open", 1)
    if how == "days pass":
        inspections.miss_overdue(at=clock.start_of(second.due_on + timedelta(days=1)))
    else:
        at = clock.start_of(second.issued_on)
        visit = inspections.plan_visit(
            station, purpose=VisitPurpose.REVISIT, planned_on=second.issued_on, checks=second, actor=manager, at=at
        )
        finished_visit(visit, actor=manager, veto=0, at=at)

    station.refresh_from_db()
    assert station.status == StationStatus.SUSPENDED
    assert list(station.rectifications.values_list("status", flat=True)) == ["missed", "missed"]


def test_evidence_in_time_is_not_missed_while_the_region_sleeps() -> None:
    station = make_station()
    manager, owner = cast_of(station)
    order = rectified(station, actor=manager, at=clock.start_of(DAY))
    rectification.choose_verification(order, verified_by="evidence", actor=manager)
    rectification.answer_finding(order.lines.get(), evidence=SHOWN, actor=owner, at=clock.start_of(order.due_on))

    assert inspections.miss_overdue(at=clock.start_of(order.due_on + timedelta(days=9))) == 0


def test_the_station_and_the_region_are_told() -> None:
    station = make_station()
    manager, owner = cast_of(station)
    order = rectified(station, actor=manager)
    rectification.answer_finding(order.lines.get(), evidence=SHOWN, actor=owner)
    jobs.drain()

    assert set(Notification.objects.values_list("user", "kind")) == {
        (owner.pk, "rectification.issued"),
        (manager.pk, "rectification.answered"),
    }


def test_the_outsider_sees_no_rectification() -> None:
    station, other = make_station(), make_station()
    manager, owner = cast_of(station)
    order = rectified(station, actor=manager)
    foreign = make_member(Role.STATION_OWNER, dealer=other.dealer)

    assert list(RectificationOrder.objects.visible_to(owner)) == [order]
    assert list(RectificationOrder.objects.visible_to(foreign)) == []
    assert list(RectificationFinding.objects.visible_to(foreign)) == []
    line = order.lines.get()
    assert as_user(foreign).get(reverse("finding_answer", args=[line.pk])).status_code == 404
    page = as_user(owner)
    sent = page.post(reverse("finding_answer", args=[line.pk]), {"evidence": SHOWN, "photos": photo()})
    assert sent.status_code == 302
    assert page.post(reverse("finding_accept", args=[line.pk]), {"remark": ""}).status_code == 403
    assert as_user(manager).get(order.get_absolute_url()).status_code == 200
    wrong = page.post(
        reverse("finding_answer", args=[line.pk]), {"evidence": SHOWN, "photos": SimpleUploadedFile("x.exe", b"MZ")}
    )
    assert wrong.status_code == 409


ACTS: dict[str, Any] = {
    "answer": lambda line, actor: rectification.answer_finding(line, evidence=SHOWN, actor=actor),
    "accept": lambda line, actor: rectification.accept_finding(line, actor=actor),
    "return": lambda line, actor: rectification.return_finding(line, remark="还没有做到位", actor=actor),
}
ALLOWED = {  # act → states in which it is done, and the roles that may
    "answer": ({"open", "answered"}, {Role.STATION_OWNER, Role.STATION_CLERK}, "stations.answer_rectification"),
    "accept": ({"answered"}, {Role.REGION_MANAGER}, "stations.verify_rectification"),
    "return": ({"answered"}, {Role.REGION_MANAGER}, "stations.verify_rectification"),
}
ROLES = (Role.STATION_OWNER, Role.STATION_CLERK, Role.TECHNICIAN, Role.REGION_MANAGER, Role.CENTER_CLERK)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", list(FindingStatus))
def test_every_state_act_and_role_of_a_finding(state: str, act: str) -> None:
    station = make_station()
    manager, owner = cast_of(station)
    line = rectified(station, actor=manager).lines.get()
    bring(line, state, owner, manager)
    states, roles, permission = ALLOWED[act]

    for role in ROLES:
        node = {"region": station.center.region} if role == Role.REGION_MANAGER else {"station": station}
        node = {"center": station.center} if role == Role.CENTER_CLERK else node
        assert make_member(role, **node).has_perm(permission, line) is (role in roles), role
    if state in states:
        ACTS[act](line, manager)
    else:
        with pytest.raises((rectification.OrderClosed, rectification.NotAnswered)):
            ACTS[act](line, manager)


def bring(line: RectificationFinding, state: str, owner: Any, manager: Any) -> None:
    """The finding in that state, by the operations or along the table."""
    if state in ("answered", "verified"):
        rectification.answer_finding(line, evidence=SHOWN, actor=owner)
    if state == "verified":
        rectification.accept_finding(line, actor=manager)
    if state in ("missed", "cancelled"):
        move(line, state, actor=None)
    line.refresh_from_db()


@pytest.mark.parametrize("before", list(RectificationStatus))
@pytest.mark.parametrize("after", list(RectificationStatus))
def test_every_pair_of_states_of_an_order_is_as_tabled(before: str, after: str) -> None:
    station = make_station()
    manager, _owner = cast_of(station)
    order = rectified(station, actor=manager)
    if before != "open":
        move(order, before, actor=None)

    if after in RectificationOrder.MOVES.get(before, frozenset()):
        assert move(order, after, actor=None).status == after
    else:
        with pytest.raises(TransitionNotAllowed):
            move(order, after, actor=None)
        if before != after:
            with pytest.raises(IntegrityError), transaction.atomic():
                RectificationOrder.objects.filter(pk=order.pk).update(status=after)


def test_an_applicant_files_evidence_behind_the_link_and_is_visited_again() -> None:
    from stations import applications
    from tests.factories.stations import make_center, make_user

    center = make_center()
    clerk = make_member(Role.CENTER_CLERK, center=center)
    manager = make_member(Role.REGION_MANAGER, region=center.region)
    invitation = applications.invite_applicant(center, kind="dealer", actor=clerk)
    application = applications.file_application(center=center, kind="dealer", invitation=invitation)
    facts = {name: "某" for name in applications.NEEDED} | {"phone": "13800138000", "bank_account": "75590001",
        "technician_count": 3, "taxpayer_type": "general", "division": "440305",
    }  # fmt: skip
    applications.save_draft(application, facts=facts)
    applications.submit_application(application)
    applications.approve_by_region(application, actor=manager)
    template = make_template()
    inspections.record_inspection(
        application,
        template=template,
        ratings=ratings_for(template, veto=0),
        findings="灭火器已过期，必须更换",
        actor=manager,
    )
    order = application.rectifications.get()
    with pytest.raises(rectification.NeedsVisit):
        rectification.choose_verification(order, verified_by="evidence", actor=manager)
    page, client = reverse("apply", args=[applications.token_of(invitation)]), as_user()

    line = order.lines.get()
    shown = client.get(page).content.decode()
    assert line.finding in shown
    bare = {"act": "evidence", "finding": line.pk, f"finding-{line.pk}-evidence": ""}
    assert client.post(page, bare).status_code == 422
    sent = client.post(page, bare | {f"finding-{line.pk}-evidence": SHOWN, f"finding-{line.pk}-photos": photo()})
    assert sent.status_code == 302
    line.refresh_from_db()
    assert (line.status, attachments_of(line).count()) == ("answered", 1)
    assert make_user(Role.SERVICE_MANAGER).display_name not in shown
    assert client.post(page, {"act": "withdraw"}).status_code == 302
    application.refresh_from_db()
    order.refresh_from_db()
    assert (application.status, order.status) == ("withdrawn", "cancelled")

"""What a station lacks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock, jobs
from stations import equipment, gaps, grading, people
from stations.gaps import Gap, Held, Need, Piece, equipment_gaps, skill_gaps
from stations.models import EquipmentItem, EquipmentRequirement, GapKind, SkillRequirement, StationGap
from tests.factories.stations import LONG_AGO, make_certificate, make_family, make_grade, make_station, make_technician

DAY = date(2026, 3, 1)


def held(technician: int, ends: date, *, level: int = 2, starts: date = LONG_AGO) -> Held:
    return Held(technician, 1, level, starts, ends)


def since(*certificates: Held, technicians: int = 1) -> date | None:
    found = skill_gaps([Need(1, 2, technicians)], certificates, on=DAY, days=90)
    return found[0].since if found else None


def test_the_first_uncovered_day_is_the_day_the_last_certificate_ends() -> None:
    march_3 = date(2026, 3, 3)

    assert since() == DAY
    assert since(held(1, march_3)) == march_3
    assert since(held(1, march_3), held(2, date(2026, 4, 1))) == date(2026, 4, 1)
    assert since(held(1, march_3), held(2, date(2026, 4, 1)), technicians=2) == march_3
    assert since(held(1, march_3, level=1)) == DAY
    assert since(held(1, date(2027, 1, 1))) is None


def test_a_follow_on_certificate_closes_the_gap_and_two_of_one_person_count_once() -> None:
    march_3 = date(2026, 3, 3)

    assert since(held(1, march_3), held(1, date(2027, 1, 1), starts=march_3)) is None
    assert since(held(1, march_3), held(1, date(2027, 1, 1), starts=date(2026, 3, 5))) == march_3
    assert since(held(1, date(2027, 1, 1)), held(1, date(2027, 1, 1), level=3), technicians=2) == DAY


days = st.integers(-30, 120).map(lambda number: DAY + timedelta(days=number))
certificates = st.lists(
    st.builds(
        lambda who, level, start, length: Held(who, 1, level, start, start + timedelta(days=length)),
        st.integers(1, 4), st.integers(1, 3), days, st.integers(1, 60),
    ),
    max_size=8,
)  # fmt: skip


@given(rows=certificates, needed=st.integers(1, 3))
def test_the_gap_is_what_trying_every_day_finds(rows: list[Held], needed: int) -> None:
    every_day = [DAY + timedelta(days=number) for number in range(90)]
    short = [
        day
        for day in every_day
        if len({row.technician for row in rows if row.level >= 2 and row.valid_from <= day < row.valid_to}) < needed
    ]

    assert since(*rows, technicians=needed) == (short[0] if short else None)


def test_equipment_gaps_name_what_is_missing_and_what_is_overdue() -> None:
    fresh = Piece(1, 10, True, DAY + timedelta(days=1), LONG_AGO)
    overdue = Piece(2, 10, True, DAY, LONG_AGO)
    never = Piece(3, 11, True, None, date(2026, 2, 1))
    simple = Piece(4, 12, False, None, LONG_AGO)

    found = equipment_gaps({10: 2, 12: 1, 13: 1}, [fresh, overdue, never, simple], on=DAY)

    assert found == [
        Gap(GapKind.MISSING, 1, 0, DAY, item=13),
        Gap(GapKind.CALIBRATION, 1, 0, DAY, item=10, equipment=2),
        Gap(GapKind.CALIBRATION, 1, 0, date(2026, 2, 1), item=11, equipment=3),
    ]


@pytest.mark.django_db
def test_needs_follow_kind_grade_and_the_families_of_the_station() -> None:
    family, other = make_family(), make_family()
    good, poor = make_station(), make_station()
    for station, grade in ((good, "A"), (poor, "C")):
        make_grade(station=station, grade=grade)
        make_certificate(technician=make_technician(station=station), family=family, level=1)
    SkillRequirement.objects.create(family=family, level=2, grade="A", valid_from=LONG_AGO)
    SkillRequirement.objects.create(family=family, level=1, technicians=2, valid_from=LONG_AGO)
    SkillRequirement.objects.create(family=family, level=3, valid_from=LONG_AGO, valid_to=DAY)
    SkillRequirement.objects.create(family=other, level=1, valid_from=LONG_AGO)
    driver = EquipmentItem.objects.create(code="TD", name="扭力批")
    EquipmentRequirement.objects.create(item=driver, grade="A", quantity=2)

    found = gaps.gaps_of([good, poor], DAY)

    assert [(gap.kind, gap.family, gap.level, gap.item, gap.needed, gap.held) for gap in found[good.pk]] == [
        ("skill", family.pk, 1, None, 2, 1),
        ("skill", family.pk, 2, None, 1, 0),
        ("missing", None, None, driver.pk, 2, 0),
    ]
    assert [(gap.level, gap.needed, gap.held) for gap in found[poor.pk]] == [(1, 2, 1)]


@pytest.mark.django_db
def test_the_families_are_those_of_the_contract_in_force() -> None:
    family, other, station = make_family(), make_family(), make_station()
    make_certificate(technician=make_technician(station=station), family=other)
    for each in (family, other):
        SkillRequirement.objects.create(family=each, level=3, technicians=2, valid_from=LONG_AGO)
    station.contracts.get().families.add(family)

    found = gaps.gaps_of([station], DAY)

    assert [(gap.family, gap.held) for gap in found[station.pk]] == [(family.pk, 0)]


@pytest.mark.django_db
def test_the_table_follows_every_operation() -> None:
    station, family = make_station(), make_family()
    technician = make_technician(station=station)
    SkillRequirement.objects.create(family=family, level=1, valid_from=LONG_AGO)
    make_certificate(technician=make_technician(station=station), family=family, valid_to=date(2021, 1, 1))
    item = EquipmentItem.objects.create(code="IT", name="绝缘测试仪", calibration_months=12)
    EquipmentRequirement.objects.create(item=item)
    gaps.refresh_all()
    kinds = lambda: sorted(StationGap.objects.filter(station=station).values_list("kind", flat=True))  # noqa: E731
    assert kinds() == ["missing", "skill"]

    certificate = people.certify(technician, family=family, level=1, actor=None)
    piece = equipment.register_equipment(station, item=item, serial_number="S-1", actor=None)
    jobs.drain()
    assert kinds() == ["calibration"]

    equipment.record_calibration(piece, calibrated_on=clock.today(), actor=None)
    people.revoke_certificate(certificate, reason="考试作弊", actor=None)
    jobs.drain()
    assert kinds() == ["skill"]

    EquipmentRequirement.objects.create(item=item, grade="A", quantity=2)
    grading.set_grade(station, grade="A", valid_from=clock.today(), reason="季度评定", actor=None)
    jobs.drain()
    assert kinds() == ["missing", "skill"]
    assert list(gaps.check_gaps()) == []


@pytest.mark.django_db
def test_gaps_of_many_stations_take_a_constant_number_of_queries(django_assert_num_queries: object) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    family = make_family()
    SkillRequirement.objects.create(family=family, level=3, technicians=2, valid_from=LONG_AGO)
    stations = [make_station() for _number in range(12)]
    for station in stations:
        make_certificate(technician=make_technician(station=station), family=family)
    asked = []
    for count in (1, 12):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            gaps.gaps_of(stations[:count], DAY)
        asked.append(len(queries))

    assert asked[0] == asked[1]

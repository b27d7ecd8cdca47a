"""Visits to stations and what they find, brought there by the operations."""

from datetime import date
from typing import Any

from portal.core import clock
from stations import inspections
from stations.models import InspectionTemplate, RectificationOrder, SiteInspection, Station
from tests.factories.station_applications import make_template, ratings_for

FINDING = "消防器材过期，必须更换"


def planned_visit(
    station: Station, *, actor: Any, purpose: str = "supervision", planned_on: date | None = None, **kw: Any
) -> SiteInspection:
    """A visit planned for today, by a checklist of four items."""
    template = kw.pop("template", None) or make_template()
    return inspections.plan_visit(
        station, purpose=purpose, planned_on=planned_on or clock.today(), template=template, actor=actor, **kw
    )


def finished_visit(
    visit: SiteInspection,
    *,
    actor: Any,
    rest: int = 5,
    veto: int = 5,
    at: Any = None,
    summary: str = FINDING,
    **kw: Any,
) -> SiteInspection:
    """Begun, every item rated the same, signed by both sides, recorded."""
    visit = inspections.begin_visit(visit, actor=actor, at=at)
    template: InspectionTemplate = visit.template
    inspections.save_visit(visit, ratings=ratings_for(template, rest=rest, veto=veto), actor=actor, at=at)
    return inspections.finish_visit(
        visit, inspector=inspections.Signature("许峰"), host=inspections.Signature("刘建国"), summary=summary, actor=actor,
        at=at, **kw,
    )  # fmt: skip


def rectified(station: Station, *, actor: Any, at: Any = None, **kw: Any) -> RectificationOrder:
    """A supervision visit found a veto item out of order; its order is open."""
    day = clock.local_date(at) if at else None
    if at:
        visit = inspections.plan_visit(
            station,
            purpose="supervision",
            planned_on=day,
            template=make_template(),
            actor=actor,
            at=at,  # type: ignore[arg-type]
        )
    else:
        visit = planned_visit(station, actor=actor)
    return finished_visit(visit, actor=actor, veto=0, at=at, **kw).rectifications.get()

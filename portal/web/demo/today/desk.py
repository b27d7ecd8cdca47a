"""Today's calls, offers and visits: new, on offer, taken, agreed, under way, finished and not yet claimed."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from portal.core import clock
from portal.web.demo.story import BUSY, Story
from portal.web.demo.year import calls, jobs
from service import dispatch, intake, work_orders
from service.models import WorkOrder
from stations.models import Technician
from warranty.registration import Sale, file_registration

type Now = Callable[..., Any]


def tell(story: Story, now: Now) -> None:
    """The desk has requests to dispatch, the busy station offers and visits, its first technician a day's work."""
    station = story.things["stations"][BUSY]
    agent = story.people["agent"]
    for other in story.things["stations"][:4]:
        now(lambda other=other: calls.take_repair(story, other), agent)
    for _number in range(2):
        offer(story, now)
    for _number in range(2):
        accept(story, now, offer(story, now))
    for hours in (1, 2):
        visit(story, now, accept(story, now, offer(story, now)), hours)
    on_site(story, now, accept(story, now, offer(story, now)))
    for _number in range(2):
        finished(story, now)
    clerk = story.clerk_of(station)
    for _number in range(3):
        unit = now(lambda: calls.take_repair(story, station, registered=False), agent).unit
        filed = partial(
            file_registration,
            unit,
            sale=Sale(unit.sold_on, unit.installed_on, customer=unit.customer),
            actor=clerk,
            station=station,
        )
        now(filed, clerk)
    _given_up(story, now)


def _given_up(story: Story, now: Now) -> None:
    """One job declined, one cancelled by the customer, one call that was a call about the same."""
    agent, station = story.people["agent"], story.things["stations"][BUSY]
    clerk = story.clerk_of(station)
    declined = offer(story, now)
    now(lambda: work_orders.decline_job(declined, actor=clerk, reason="人手不足，今日无法上门"), clerk)
    cancelled = accept(story, now, offer(story, now))
    now(lambda: intake.cancel_request(cancelled.request, reason="客户自行恢复，取消上门", actor=agent), agent)
    first, again = (now(lambda: calls.take_repair(story, station), agent) for _number in range(2))
    now(lambda: intake.merge_request(again, into=first, actor=agent), agent)


def technician_of(story: Story) -> Technician:
    """The technician whose login is shown."""
    station = story.things["stations"][BUSY]
    user = story.people[f"tech{story.things['places'][station.pk]}_1"]
    return Technician.objects.select_related("user").get(user=user)


def offer(story: Story, now: Now) -> WorkOrder:
    """The busy station has one more job on offer."""
    station, agent = story.things["stations"][BUSY], story.people["agent"]
    request = now(lambda: calls.take_repair(story, station), agent)
    order: WorkOrder = now(lambda: dispatch.offer_to_station(request, station, actor=agent), agent)
    return order


def accept(story: Story, now: Now, order: WorkOrder) -> WorkOrder:
    """The job is taken for the technician whose login is shown."""
    clerk = story.clerk_of(order.station)
    accepted: WorkOrder = now(
        lambda: work_orders.accept_job(order, actor=clerk, technician=technician_of(story)), clerk
    )
    return accepted


def visit(story: Story, now: Now, order: WorkOrder, hours: int) -> None:
    """The visit is agreed for today, as long as today lasts."""
    clerk = story.clerk_of(order.station)
    at = min(story.until + timedelta(hours=hours), clock.end_of(clock.local_date(story.until)))
    now(lambda: work_orders.fix_appointment(order, visit_at=at, actor=clerk), clerk)


def on_site(story: Story, now: Now, order: WorkOrder) -> Technician:
    """The technician is at the customer's."""
    technician = technician_of(story)
    now(lambda: work_orders.check_in(WorkOrder.objects.get(pk=order.pk), actor=technician.user), technician.user)
    return technician


def finished(story: Story, now: Now, *, worth: int = 0) -> WorkOrder:
    """A job of today is done."""
    order = accept(story, now, offer(story, now))
    technician = on_site(story, now, order)
    done: WorkOrder = now(lambda: jobs.finish(story, order.pk, technician, worth=worth), technician.user)
    return done

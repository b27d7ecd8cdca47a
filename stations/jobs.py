"""What happens by itself in the network, shortly after midnight in Shanghai."""

from portal.core.jobs import periodic, subscriber
from portal.core.models import Event
from stations import (
    contracts,
    duties,
    exits,
    inspections,
    library_jobs,  # noqa: F401 documents
    people_jobs,  # noqa: F401 gaps, alarms, reminders
    recruiting,
    telling,
)
from stations.models import StationApplication


@periodic("stations.expire_contracts", cron="5 16 * * *")
def expire_contracts() -> None:
    """Stations whose last contract has ended are expired, those whose following one begins are active again."""
    contracts.expire_contracts()
    contracts.begin_contracts()


@periodic("stations.miss_rectifications", cron="10 16 * * *")
def miss_rectifications() -> None:
    """Rectification orders whose day has passed are missed."""
    inspections.miss_overdue()


@periodic("stations.remind_dealers_to_build", cron="15 0 * * *")  # 08:15 in Shanghai
def remind_dealers_to_build() -> None:
    """Dealers who must build a station are reminded, once at each alarm day."""
    duties.remind()


@subscriber("stations.follow_application")
def follow_application(event: Event) -> None:
    """The candidate whose link led to this application has applied, or is one to talk with again."""
    recruiting.follow_application(StationApplication.objects.get(pk=event.subject_id), at=event.at)


@periodic("stations.tell_ending_contracts", cron="0 1 * * *")
def tell_ending_contracts() -> None:
    """Owners, regions and headquarters know of contracts that end soon; at nine in the morning in Shanghai."""
    contracts.tell_ending()


@periodic("stations.settle_exits", cron="20 16 * * *")
def settle_exits() -> None:
    """Items of exits of which nothing is left are done."""
    exits.settle_exits()


@periodic("stations.plan_reevaluations", cron="20 16 * * *")
def plan_reevaluations() -> None:
    """Yearly re-evaluations that come due are planned."""
    inspections.plan_reevaluations()


@periodic("stations.remind_of_visits", cron="0 0 * * *")
def remind_of_visits() -> None:
    """Who is to make a visit today, or has not made it, is told."""
    telling.remind_of_visits()


@subscriber("stations.tell_of_rectification")
def tell_of_rectification(event: Event) -> None:
    """The station learns that it has something to put right, or to do again."""
    telling.tell_of_rectification(event)


@subscriber("stations.tell_of_application")
def tell_of_application(event: Event) -> None:
    """Whoever holds the application now learns of it."""
    telling.tell_of_application(event)

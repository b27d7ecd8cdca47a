"""What happens by itself with people, tools and training: gaps, alarms, reminders, papers whose time is up."""

from portal.core.jobs import periodic, subscriber, task
from portal.core.models import Event
from portal.core.transactions import acting
from stations import equipment, gaps, people, training
from stations.models import Station


@task("stations.refresh_gaps")
def refresh_gaps(station: int) -> None:
    """The gaps of one station are as of today."""
    with acting(None, request_id=f"gaps:{station}"):
        gaps.refresh_gaps(Station.objects.filter(pk=station))


@subscriber("stations.follow_needs")
def follow_needs(event: Event) -> None:
    """A station's gaps are as of today after its grade, its contract or its place in the network has changed."""
    about_contract = event.subject_type == "stations.contract"
    rows = (
        Station.objects.filter(contracts=event.subject_id)
        if about_contract
        else Station.objects.filter(pk=event.subject_id)
    )
    gaps.refresh_gaps(rows)


@task("stations.refresh_gaps_everywhere")
def refresh_gaps_everywhere() -> None:
    """The gaps of every station are as of today; asked for when a requirement changes."""
    with acting(None, request_id="gaps"):
        gaps.refresh_all()


@periodic("stations.refresh_all_gaps", cron="20 16 * * *")
def refresh_all_gaps() -> None:
    """Every station's gaps are as of the new day."""
    gaps.refresh_all()


@periodic("stations.alarm_certificates", cron="0 1 * * *")
def alarm_certificates() -> None:
    """Owners and technicians hear of certificates that end, at nine in the morning."""
    people.alarm_certificates()


@periodic("stations.alarm_calibrations", cron="5 1 * * *")
def alarm_calibrations() -> None:
    """Owners hear of calibrations that are due."""
    equipment.alarm_calibrations()


@periodic("stations.remind_of_material", cron="10 1 * * *")
def remind_of_material() -> None:
    """Technicians are reminded of course material they have not opened."""
    training.remind_of_material()


@periodic("stations.close_overdue_exams", cron="*/5 * * * *")
def close_overdue_exams() -> None:
    """Papers whose time is up are handed in."""
    training.close_overdue_exams()

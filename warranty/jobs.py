"""Jobs of claims: telling the station, rejecting what was never answered."""

from portal.core import clock
from portal.core.jobs import periodic, task
from portal.core.transactions import acting
from warranty import settlement_jobs  # noqa: F401 old parts, recovery, statements
from warranty.models import ClaimQuestion, WarrantyClaim
from warranty.review import reject_unanswered
from warranty.states import ClaimStatus
from warranty.telling import tell_station


@task("warranty.notify_station")
def notify_station(claim: int) -> None:
    """The station's people are told where their claim stands."""
    with acting(None, request_id=f"warranty.notify_station:{claim}"):
        row = WarrantyClaim.objects.select_related("station").get(pk=claim)
        tell_station(row)


@periodic("warranty.reject_unanswered", "20 16 * * *")
def reject_all_unanswered() -> None:
    """Claims whose question was not answered by the end of its last day are rejected."""
    late = ClaimQuestion.objects.filter(
        answered_at=None, due_at__lt=clock.now(), claim__status=ClaimStatus.INFO_REQUESTED
    )
    for question in late.select_related("claim").order_by("claim"):
        reject_unanswered(question.claim)

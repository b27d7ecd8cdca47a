"""Jobs of claims: telling the station, rejecting what was never answered."""

from portal.core import clock
from portal.core.jobs import advance, begin, finish, periodic, task
from portal.core.models.jobs import JobStatus
from portal.core.transactions import acting
from warranty import (  # noqa: F401 prior authorizations; campaigns; fines; three guarantees; old parts, recovery, statements
    authorization_jobs,
    campaign_jobs,
    claim_report_jobs,
    cost_report_jobs,
    evidence_jobs,
    fine_jobs,
    goodwill_jobs,
    guarantee_jobs,
    old_part_notices,
    recovery_jobs,
    settlement_jobs,
)
from warranty.costs import count_fleet
from warranty.desk import bulk, presence
from warranty.models import ClaimQuestion, LimitFallback, RegionAudit, ReplayRun, UnitRegistration, WarrantyClaim
from warranty.peer_figures import count_peer_figures
from warranty.replays.running import carry_out
from warranty.review import reject_unanswered
from warranty.states import ClaimStatus
from warranty.telling import tell_of_lowered_limit, tell_of_registration, tell_region, tell_station


@task("warranty.notify_station")
def notify_station(claim: int, status: str = "") -> None:
    """The station's people are told what their claim came to; jobs from before 2026-11-23 do not say it."""
    with acting(None, request_id=f"warranty.notify_station:{claim}"):
        row = WarrantyClaim.objects.select_related("station").get(pk=claim)
        tell_station(row, status or row.status)


@task("warranty.tell_of_region_audit")
def tell_of_region_audit(audit: int) -> None:
    """The region's managers know what to look behind."""
    with acting(None, request_id=f"warranty.tell_of_region_audit:{audit}"):
        tell_region(RegionAudit.objects.select_related("station__center", "claim").get(pk=audit))


@task("warranty.tell_of_fallback")
def tell_of_fallback(fallback: int) -> None:
    """The station knows why its claims now wait for a person."""
    with acting(None, request_id=f"warranty.tell_of_fallback:{fallback}"):
        tell_of_lowered_limit(LimitFallback.objects.select_related("station").get(pk=fallback))


@task("warranty.decide_many")
def decide_many(run: int, chosen: list[list[int]], act: str, reason_code: str, note: str) -> None:
    """Claims are decided alike, one a step; those that cannot be are named at the end. Nothing, if one has changed since."""
    row, wish = begin(run, total=len(chosen)), bulk.Wish(act, reason_code, note)
    pairs = [(key, mark) for key, mark in chosen]
    if not row.done:
        try:
            bulk.require_as_shown(pairs)
        except bulk.ClaimsChanged as refusal:
            finish(row, status=JobStatus.FAILED, message=str(refusal))
            return
    refused: list[str] = []
    read = bulk.read_many(pairs[row.done :], row.owner)

    def step(pair: tuple[int, int]) -> int:
        if said := bulk.decide_one(pair, wish, read, actor=row.owner):
            refused.append(said)
        return 1

    for pair in pairs[row.done :]:
        advance(row, lambda pair=pair: step(pair))  # type: ignore[misc]
    finish(row, message=bulk.say(len(pairs), refused), result_url="/warranty/queue/")


@task("warranty.replay")
def replay_claims(run: int, replay: int) -> None:
    """The replay is done, or cancelled where it was."""
    carry_out(begin(run), ReplayRun.objects.get(pk=replay))


@periodic("warranty.count_peers", "50 17 * * *")  # 01:50 in Shanghai
def count_peers() -> None:
    """How stations compare is counted anew."""
    count_peer_figures()


@periodic("warranty.count_fleet", "55 17 * * *")
def count_units() -> None:
    """How many units there are, and until when they are in cover, is counted anew."""
    count_fleet()


@periodic("warranty.forget_presences", "50 18 * * *")
def forget_presences() -> None:
    """Who looked at a desk before yesterday is no longer kept."""
    presence.forget_old()


@periodic("warranty.reject_unanswered", "20 16 * * *")
def reject_all_unanswered() -> None:
    """Claims whose question was not answered by the end of its last day are rejected."""
    late = ClaimQuestion.objects.filter(
        answered_at=None, due_at__lt=clock.now(), claim__status=ClaimStatus.INFO_REQUESTED
    )
    for question in late.select_related("claim").order_by("claim"):
        reject_unanswered(question.claim)


@task("warranty.tell_registration")
def tell_registration(registration: int) -> None:
    """The station's people are told what became of their registration."""
    with acting(None, request_id=f"warranty.tell_registration:{registration}"):
        tell_of_registration(UnitRegistration.objects.select_related("station", "unit").get(pk=registration))

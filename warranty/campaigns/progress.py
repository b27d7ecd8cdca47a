"""How far campaigns have come, from the jobs on their units: booked, done, claimed; by month and by station."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from portal.core import clock
from stations.models.products import in_language
from warranty.models import Campaign, CampaignUnit, UnitStage

# A job that is open books the units that wait; a finished one with an operation of the campaign has done them.
BOOKED = """
    UPDATE warranty_campaignunit row SET booked_at = job.offered_at, station_id = job.station_id
    FROM service_workorder job
    JOIN service_servicerequest request ON request.id = job.request_id, warranty_campaign campaign
    WHERE request.unit_id = row.unit_id AND campaign.id = row.campaign_id AND campaign.status = 'released'
      AND row.done_at IS NULL AND row.booked_at IS NULL AND row.used_by = ''
      AND job.status IN ('accepted', 'appointed', 'on_site')
      AND job.offered_at >= campaign.released_at"""
FREED = """
    UPDATE warranty_campaignunit row SET booked_at = NULL FROM warranty_campaign campaign
    WHERE campaign.id = row.campaign_id AND campaign.status = 'released'
      AND row.booked_at IS NOT NULL AND row.done_at IS NULL AND row.used_by = ''
      AND NOT EXISTS (SELECT 1 FROM service_workorder job
                      JOIN service_servicerequest request ON request.id = job.request_id
                      WHERE request.unit_id = row.unit_id AND job.status IN ('accepted', 'appointed', 'on_site'))"""
DONE = """
    UPDATE warranty_campaignunit row SET done_at = job.completed_at, station_id = job.station_id
    FROM service_workorder job
    JOIN service_servicerequest request ON request.id = job.request_id, warranty_campaign campaign
    WHERE request.unit_id = row.unit_id AND campaign.id = row.campaign_id
      AND campaign.status IN ('released', 'ended') AND row.done_at IS NULL AND job.status = 'completed'
      AND job.repaired_on >= campaign.valid_from AND (campaign.valid_to IS NULL OR job.repaired_on < campaign.valid_to)
      AND EXISTS (SELECT 1 FROM service_workedhours worked
                  JOIN warranty_campaign_operations named ON named.laboroperation_id = worked.operation_id
                  WHERE worked.work_order_id = job.id AND named.campaign_id = campaign.id)"""


def bring_up_to_date() -> None:
    """The units of open campaigns say what the jobs on them say. Three statements, whatever their number."""
    with connection.cursor() as cursor:
        for statement in (DONE, FREED, BOOKED):
            cursor.execute(statement)


@dataclass(frozen=True)
class Progress:
    """Units by how far they are at least: all, notified, booked, done, claimed; done by month; open and done by station."""

    total: int
    notified: int
    booked: int
    done: int
    claimed: int
    months: list[tuple[datetime, int, int]]
    stations: list[dict[str, Any]]

    @property
    def done_percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


def progress_of(campaign: Campaign) -> Progress:
    """The figures of one campaign, four questions."""
    rows = CampaignUnit.objects.filter(campaign=campaign)
    by_stage = dict(rows.order_by().values_list("stage").annotate(count=Count("pk")))
    claimed = by_stage.get(UnitStage.CLAIMED, 0)
    done = claimed + by_stage.get(UnitStage.DONE, 0)
    booked = done + by_stage.get(UnitStage.BOOKED, 0)
    monthly = (
        rows.filter(done_at__isnull=False)
        .order_by()
        .values(month=TruncMonth("done_at", tzinfo=clock.SHANGHAI))
        .annotate(count=Count("pk"), claims=Count("pk", filter=~Q(used_by="")))
        .order_by("month")
    )
    stations = (
        rows.filter(station__isnull=False)
        .order_by()
        .values("station__code", "station__name", "station__name_en")
        .annotate(
            booked=Count("pk", filter=Q(stage=UnitStage.BOOKED)),
            done=Count("pk", filter=Q(stage=UnitStage.DONE)),
            claimed=Count("pk", filter=Q(stage=UnitStage.CLAIMED)),
        )
        .order_by("-claimed", "-done", "station__code")[:20]
    )
    return Progress(
        total=sum(by_stage.values()),
        notified=booked + by_stage.get(UnitStage.NOTIFIED, 0),
        booked=booked,
        done=done,
        claimed=claimed,
        months=[(row["month"], row["count"], row["claims"]) for row in monthly][-12:],
        stations=[row | {"station": in_language(row["station__name"], row["station__name_en"])} for row in stations],
    )

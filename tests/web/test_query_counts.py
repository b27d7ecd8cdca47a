"""A list page asks the database as often for fifty rows as for two; the baselines stand in tests/query_counts.json."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from parts.counts import planning
from parts.models import Supplier
from parts.purchasing import orders
from portal.core import clock
from portal.core.models import JobRun, Notification
from stations import duties, lifecycle, renewals
from tests.cast import Cast
from tests.counting import assert_as_many_queries
from tests.factories import (
    claims,
    library,
    parts,
    recruiting,
    service,
    settlement,
    station_applications,
    stations,
    visits,
)
from tests.factories.authorizations import make_request
from tests.factories.fines import make_fine
from tests.factories.goodwill import make_asked, make_campaign
from tests.permissions.parts import case_of_a, return_of_a, transfer_to_a, van_of_a, wave_of_a
from tests.permissions.warranty_claims import waiting
from tests.permissions.warranty_settlement import sent_back
from warranty import failed_parts, recovery
from warranty.claim_reports import ask_report
from warranty.models import Appeal, Chargeback, FailedPart, Statement
from warranty.settlement_posting import credit_claim

type Grow = Callable[[Cast], Any]


def _job(cast: Cast) -> None:
    JobRun.objects.create(name="x", title="x", owner=cast.clerk_a, queued_at=clock.now())


def _notification(cast: Cast) -> None:
    Notification.objects.create(user=cast.clerk_a, kind="x", text="x", created_at=clock.now())


def _piece(cast: Cast) -> FailedPart:
    part = settlement.make_old_part()
    settlement.make_agreement(cast.supplier_x_co, part)
    claim = settlement.make_granted_claim(cast.station_a, part=part, qty=1)
    recovery.open_cases(claim)
    return failed_parts.request_returns(claim)[0]


def _lost(cast: Cast) -> None:
    failed_parts.lose_piece(_piece(cast), reason="站方遗失旧件，确认无法找回", actor=cast.approver)


def _received(cast: Cast) -> None:
    failed_parts.receive_piece(_piece(cast).number, actor=cast.warehouse)


def _box(cast: Cast) -> None:
    pieces = failed_parts.print_tags([_piece(cast)], actor=cast.clerk_a)
    failed_parts.pack_box(cast.station_a, pieces=pieces, actor=cast.clerk_a)


def _statement(cast: Cast) -> None:
    month = date(2000 + Statement.objects.count() // 12, 1 + Statement.objects.count() % 12, 1)
    number = f"BS-{Statement.objects.count()}"
    Statement.objects.create(station=cast.station_a, period=month, number=number, built_at=clock.now())


def _note(cast: Cast) -> None:
    number = f"CB-{Chargeback.objects.count()}"
    month = date(2026, 1, 1)
    Chargeback.objects.create(supplier=cast.supplier_x_co, period=month, number=number, batched_at=clock.now())


def _account(cast: Cast) -> None:
    number, now = f"SQ-{Supplier.objects.count()}", clock.now()
    supplier = Supplier.objects.create(code=number, name="宁波电源科技有限公司")
    Chargeback.objects.create(
        supplier=supplier, period=date(2026, 1, 1), number=f"CB-{number}", batched_at=now, sent_at=now
    )


def _registration(cast: Cast) -> None:
    claims.register(claims.make_unit(), date(2026, 1, 1))


def _duty(cast: Cast) -> None:
    kind = recruiting.make_dealer_class()
    dealer = stations.make_dealer()
    duties.set_duty(
        dealer, dealer_class=kind, center=cast.center_a, build_by=date(2026, 1, 1), actor=cast.service_manager
    )


def _renewal(cast: Cast) -> None:
    station = stations.make_station(center=cast.center_a)
    station.contracts.update(valid_to=date(2026, 12, 31))
    renewals.prepare_renewal(station, actor=cast.service_manager)


def _exit(cast: Cast) -> None:
    lifecycle.terminate_station(stations.make_station(center=cast.center_a), reason="合同解除", actor=cast.admin)


def _visit(cast: Cast) -> None:
    visits.planned_visit(stations.make_station(center=cast.center_a), actor=cast.region_manager)


def _order_to_put_right(cast: Cast) -> None:
    visits.rectified(stations.make_station(center=cast.center_a), actor=cast.region_manager)


def _points(cast: Cast) -> None:
    library.make_waiting_reward(cast.station_a, amount=0, points=5)


def _purchase(cast: Cast) -> None:
    supplier, part = parts.make_supplier(), parts.make_part()
    parts.make_supplier_part(supplier, part)
    draft = orders.draft_purchase_order(supplier, lines=[orders.Needed(part.number, Decimal(10))], actor=cast.warehouse)
    orders.send_purchase_order(draft, actor=cast.warehouse)


def _stock_count(cast: Cast) -> None:
    planning.plan_count(parts.make_location(), reason="whole", actor=cast.warehouse)


def _appeal(cast: Cast) -> None:
    claim = settlement.make_granted_claim(cast.station_a)
    Appeal.objects.create(
        station=cast.station_a, claim=claim, filed_by=cast.owner_a, number=f"AP-{claim.pk}", grounds="工时不足",
        filed_at=clock.now(), due_on=clock.today(), asked_total=Decimal("10.00"),
    )  # fmt: skip


def _claim_report(cast: Cast) -> None:
    claim = settlement.make_granted_claim(cast.station_a)
    ask_report(type(claim).objects.filter(pk=claim.pk), actor=cast.clerk_a, language="en")


def _cost(cast: Cast) -> None:
    credit_claim(settlement.make_granted_claim(cast.station_a))


LISTS: list[tuple[str, str, Grow, int]] = [
    ("job_list", "service_manager", _job, 50),
    ("notification_list", "clerk_a", _notification, 50),
    ("station_list", "service_manager", lambda cast: stations.make_station(), 20),
    ("region_board", "service_manager", lambda cast: stations.make_station(), 20),
    ("white_spots", "service_manager", lambda cast: stations.make_station(), 20),
    ("goodwill_list", "approver", lambda cast: make_asked(station=cast.station_a), 12),
    ("claim_report_list", "clerk_a", _claim_report, 12),
    ("costs", "finance", _cost, 60),
    ("cost_rows", "finance", _cost, 12),
    ("campaign_list", "approver", lambda cast: make_campaign(actor=cast.quality), 12),
    ("authorization_list", "approver", lambda cast: make_request(station=cast.station_a), 12),
    ("network_tree", "service_manager", lambda cast: stations.make_station(center=cast.center_a), 20),
    ("candidate_list", "region_manager", lambda cast: recruiting.make_talked(center=cast.center_a), 12),
    ("duty_list", "region_manager", _duty, 12),
    ("contract_list", "service_manager", lambda cast: stations.make_station(), 20),
    ("renewal_list", "service_manager", _renewal, 12),
    ("exit_list", "service_manager", _exit, 12),
    ("visit_list", "region_manager", _visit, 8),
    ("rectification_list", "region_manager", _order_to_put_right, 6),
    ("point_list", "service_manager", _points, 8),
    ("purchase_order_list", "warehouse", _purchase, 8),
    ("supplier_part_list", "warehouse", _purchase, 8),
    ("place_list", "warehouse", lambda cast: parts.put_stock(parts.make_location(), parts.make_part(), 1), 20),
    ("stock_count_list", "warehouse", _stock_count, 12),
    ("receiving_case_list", "warehouse", case_of_a, 4),
    ("parts_return_list", "warehouse", return_of_a, 4),
    ("pick_wave_list", "warehouse", wave_of_a, 4),
    ("stock_transfer_list", "warehouse", transfer_to_a, 4),
    ("van_list", "clerk_a", van_of_a, 12),
    ("application_list", "region_manager", lambda cast: station_applications.make_application(), 20),
    ("dealer_account_list", "finance", lambda cast: stations.make_account(), 50),
    ("product_list", "service_manager", lambda cast: stations.make_product_model(), 50),
    ("request_list", "service_manager", lambda cast: service.make_request(), 12),
    ("work_order_list", "clerk_a", lambda cast: service.make_offer(cast.station_a), 12),
    ("unit_list", "service_manager", lambda cast: service.make_unit(), 50),
    ("part_list", "clerk_a", lambda cast: parts.make_part(), 50),
    ("claim_list", "reviewer", lambda cast: settlement.make_granted_claim(cast.station_a), 8),
    ("claim_queue", "reviewer", waiting, 8),
    ("appeal_list", "reviewer", _appeal, 5),
    ("registration_list", "service_manager", _registration, 6),
    ("failed_part_list", "appraiser", _piece, 8),
    ("failed_part_bench", "appraiser", _received, 8),
    ("part_box_list", "clerk_a", _box, 8),
    ("piece_shipment_list", "warehouse", sent_back, 4),
    ("failed_part_figure_rows", "appraiser", _piece, 8),
    ("statement_list", "finance", _statement, 20),
    ("fine_list", "finance", lambda cast: make_fine(station=cast.station_a), 12),
    ("recovery_list", "finance", _piece, 8),
    ("recovery_leakage", "finance", _lost, 8),
    ("chargeback_list", "finance", _note, 20),
    ("supplier_statement_list", "finance", _account, 20),
    ("admin:warranty_failedpart_changelist", "appraiser", _piece, 8),
    ("admin:warranty_statement_changelist", "finance", _statement, 20),
    ("admin:warranty_chargeback_changelist", "finance", _note, 20),
    ("admin:service_servicerequest_changelist", "service_manager", lambda cast: service.make_request(), 12),
    ("admin:service_workorder_changelist", "service_manager", lambda cast: service.make_offer(cast.station_a), 12),
    ("admin:service_installedunit_changelist", "service_manager", lambda cast: service.make_unit(), 50),
    ("admin:parts_part_changelist", "warehouse", lambda cast: parts.make_part(), 50),
    ("admin:stations_station_changelist", "service_manager", lambda cast: stations.make_station(), 20),
    ("admin:stations_productmodel_changelist", "service_manager", lambda cast: stations.make_product_model(), 50),
    ("admin:warranty_warrantyclaim_changelist", "reviewer", lambda cast: settlement.make_granted_claim(cast.station_a), 8),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "who", "make", "many"), LISTS, ids=[row[0] for row in LISTS])
def test_a_list_asks_as_often_for_many_rows_as_for_two(cast: Cast, name: str, who: str, make: Grow, many: int) -> None:
    def grow(count: int) -> None:
        for _each in range(count):
            make(cast)

    assert_as_many_queries(name, getattr(cast, who), grow, many=many)


@pytest.mark.parametrize("name", ["today", "search", "scan"])
def test_pages_without_rows(cast: Cast, name: str) -> None:
    assert_as_many_queries(name, cast.clerk_a, lambda count: None)

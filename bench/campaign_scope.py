"""A campaign of 100,000 serial numbers given as a list is counted and carried out, as its page and job do it (UNITS says other).

The limit is the bare statement that puts the same units into the same table at once.
"""

import os
import time
from collections.abc import Iterator

from bench.figures import Figure

AT_ONCE = """
    INSERT INTO warranty_campaignunit (campaign_id, scope_id, serial_number, unit_id, used_by)
    SELECT %s, %s, given.serial, unit.id, '' FROM unnest(%s::text[]) AS given (serial)
    LEFT JOIN service_installedunit AS unit ON unit.serial_number = given.serial ON CONFLICT DO NOTHING
"""


def measure(size: str) -> Iterator[Figure]:
    """Seconds of counting and of all steps; everything is taken back."""
    from django.db import connection, transaction

    from portal.accounts.roles import Role
    from service.models import InstalledUnit
    from tests.factories.goodwill import make_campaign
    from tests.factories.stations import make_user
    from warranty.campaigns.scoping import count_scope, step
    from warranty.models import CampaignUnit, ScopeWay

    asked = int(os.environ.get("UNITS", "100000"))
    serials = list(InstalledUnit.objects.order_by("pk").values_list("serial_number", flat=True)[:asked])
    with transaction.atomic():
        manager = make_user(Role.SERVICE_MANAGER)
        campaign = make_campaign(actor=manager, code="BENCH-SCOPE")
        started = time.perf_counter()
        scope = count_scope(campaign, way=ScopeWay.LISTED, given={"serials": serials}, actor=manager)
        counted = time.perf_counter() - started
        steps = 0
        while True:
            before = scope.reached
            step(scope)
            if scope.reached == before:
                break
            steps += 1
        mine = time.perf_counter() - started
        detail = {"units": CampaignUnit.objects.filter(campaign=campaign).count(), "counting": round(counted, 3)}
        other = make_campaign(actor=manager, code="BENCH-LIMIT")
        bare = count_scope(other, way=ScopeWay.LISTED, given={"serials": serials[:1]}, actor=manager)
        with connection.cursor() as cursor:
            started = time.perf_counter()
            cursor.execute(AT_ONCE, [other.pk, bare.pk, serials])
            floor = time.perf_counter() - started
        yield Figure("campaign_scope", size, mine, floor, 10.0, round(mine / floor, 2), detail | {"steps": steps})
        transaction.set_rollback(True)

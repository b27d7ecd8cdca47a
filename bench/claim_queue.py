"""The queue of claims that wait for a decision, whole, as an approver sees it (SIZE=C: 2,000,000 claims, 286,000 waiting).

The limit is the minimal SQL of the same page and its dump to JSON; it renders no HTML, so the ratio holds that as well.
"""

import json
from collections.abc import Iterator

from bench.figures import Figure, compare

OLDEST = (
    "SELECT c.id, c.number, c.claimed_total, c.submitted_at, c.risk_score, s.name FROM warranty_warrantyclaim c"
    " JOIN stations_station s ON s.id = c.station_id WHERE c.status = 'in_review' ORDER BY c.submitted_at, c.id LIMIT 50"
)


def measure(size: str) -> Iterator[Figure]:
    """The first page, and the one of a station's claims."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from portal.accounts.models import RoleGrant, User
    from portal.accounts.roles import Role

    user, _ = User.objects.get_or_create(username="bench-approver", defaults={"display_name": "Bench"})
    RoleGrant.objects.get_or_create(user=user, role=Role.APPROVER)
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.Password")
    for query in ("", "?station=7"):
        address = reverse("claim_queue") + query
        statement = OLDEST.replace("'in_review'", "'in_review' AND c.station_id = 7") if query else OLDEST

        def ours(address: str = address) -> None:
            assert client.get(address).status_code == 200

        def limit(statement: str = statement) -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                json.dumps(cursor.fetchall(), default=str)

        ours()
        with CaptureQueriesContext(connection) as queries:
            ours()
        name = f"claim_queue {query or 'first page'}"
        yield compare(name, size, ours, limit, goal_ratio=3.0, rounds=9, sql=len(queries))

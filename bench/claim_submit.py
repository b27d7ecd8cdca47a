"""A station submits a claim: the whole page with session, scope, checks, coverage, price, duplicates, risk and decision.

The limit is the very statements that the page sends, through psycopg alone and without Django, in the same transaction;
both sides are taken back each round, so that every round begins with the same draft. What is above 1 is Python.
"""

from collections.abc import Iterator
from datetime import timedelta

from bench.figures import Figure, compare

ROUNDS = 15


def measure(size: str) -> Iterator[Figure]:
    """One draft of three lines with two photos, submitted again and again."""
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from bench.claim_makers import bench_beside_the_volume
    from portal.core import clock

    with transaction.atomic():
        bench, today = bench_beside_the_volume(), clock.today()
        claim = bench.draft(bench.unit(today - timedelta(days=100)), failed_on=today)
        client = Client()
        client.force_login(bench.owner, backend="portal.accounts.backends.Password")
        address = reverse("claim_submit", args=[claim.pk])

        def ours() -> None:
            with transaction.atomic():
                answer = client.post(address, {})
                assert answer.status_code == 302, answer.status_code
                transaction.set_rollback(True)

        ours()
        with CaptureQueriesContext(connection) as captured:
            ours()
        statements = [each["sql"] for each in captured.captured_queries if "SAVEPOINT" not in each["sql"]]

        def limit() -> None:
            with transaction.atomic():
                raw = connection.connection.cursor()
                for statement in statements:
                    raw.execute(statement)
                transaction.set_rollback(True)

        yield compare("claim_submit", size, ours, limit, goal_ratio=2.0, rounds=ROUNDS, sql=len(statements))
        transaction.set_rollback(True)

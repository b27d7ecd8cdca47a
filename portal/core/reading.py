"""Where long reads go: to the replica where settings name one, so that a report never slows a clerk down."""

from typing import Any

from django.db import connections, models


def for_reports[M: models.Model](rows: models.QuerySet[M, Any]) -> models.QuerySet[M, Any]:
    """The same rows, read from the replica if there is one; it may be seconds behind, so nothing is decided by them."""
    return rows.using("replica") if "replica" in connections.settings else rows

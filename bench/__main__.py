"""Provide the volume, point Django at it, run the measures that were asked for (all if none)."""

import os
import sys
from importlib import import_module

from bench.figures import HEADER, Figure
from bench.volume import provide

MEASURES = [
    *("list_page", "network", "document_50_lines", "claim_submit", "parts_import", "planning_run"),
    *("order_flow", "allocation_run", "claim_adjudication", "claim_queue", "claim_replay", "campaign_scope"),
    "claim_report",
    "chargeback_batch",
    "statement_month",
    "costs_page",
]


def main() -> None:
    """JSON lines as they come, the table at the end; exit 1 if a measure broke, never because a goal is missed."""
    asked = [name for name in sys.argv[1:] if not name.startswith("-")] or MEASURES
    size = os.environ.get("SIZE", "XS")
    os.environ["DATABASE_URL"] = provide(size)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.bench")
    import django

    django.setup()
    figures: list[Figure] = []
    for name in asked:
        for figure in import_module(f"bench.{name}").measure(size):
            print(figure.line(), flush=True)
            figures.append(figure)
    print(f"\n{HEADER}")
    for figure in figures:
        print(figure.row())


if __name__ == "__main__":
    main()

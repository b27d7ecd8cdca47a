"""Headquarters' desk for the network."""

from stations.admin import (
    accounts,
    applications,
    contracts,
    inspections,
    library,
    network,
    people,
    products,
    recruiting,
    training,
)

__all__ = [
    "accounts", "applications", "contracts", "inspections", "library", "network", "people", "products", "recruiting", "training",
]  # fmt: skip

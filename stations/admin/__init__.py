"""Headquarters' desk for the network."""

from stations.admin import accounts, applications, contracts, library, network, products, recruiting

__all__ = ["accounts", "applications", "contracts", "library", "network", "products", "recruiting"]

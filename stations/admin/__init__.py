"""Headquarters' desk for the network."""

from stations.admin import accounts, applications, network, products

__all__ = ["accounts", "applications", "network", "products"]

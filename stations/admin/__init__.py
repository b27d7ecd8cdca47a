"""Headquarters' desk for the network."""

from stations.admin import accounts, applications, library, network, products

__all__ = ["accounts", "applications", "library", "network", "products"]

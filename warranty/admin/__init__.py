"""Headquarters' desk for warranty, a module a topic."""

from warranty.admin import claims, policies, registrations

__all__ = ["claims", "policies", "registrations"]

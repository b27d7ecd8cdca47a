"""Headquarters' desk for warranty, a module a topic."""

from warranty.admin import claims, failed_parts, policies, recovery, registrations, statements

__all__ = ["claims", "failed_parts", "policies", "recovery", "registrations", "statements"]

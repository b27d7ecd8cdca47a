"""Headquarters' desk for warranty, a module a topic."""

from warranty.admin import (
    audits,
    campaigns,
    claim_reports,
    claims,
    failed_parts,
    fines,
    grants,
    policies,
    rates,
    reasons,
    recovery,
    registrations,
    statements,
    terms,
)

__all__ = [
    "audits",
    "campaigns",
    "claim_reports",
    "claims",
    "failed_parts",
    "fines",
    "grants",
    "policies",
    "rates",
    "reasons",
    "recovery",
    "registrations",
    "statements",
    "terms",
]

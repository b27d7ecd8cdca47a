"""Contracts: what a station may do on a day with its reasons, what an end does by itself, who lies near.

Not here: signing (stations.onboarding), suspension and leaving (stations.lifecycle).
"""

from stations.contracts.eligibility import (
    Eligibility,
    contract_on,
    dispatchable,
    eligibility_on,
    is_dispatchable,
    may_claim,
    may_order_on_credit,
    not_covering,
)
from stations.contracts.ending import (
    begin_contracts,
    check_authorized,
    ending_soon,
    expire_contracts,
    owners_of,
    region_managers_of,
    service_managers,
    tell_ending,
    without_following,
)
from stations.contracts.nearby import distance_km, stations_within
from stations.contracts.standing import Answer, Reason

__all__ = [
    "Answer",
    "Eligibility",
    "Reason",
    "begin_contracts",
    "check_authorized",
    "contract_on",
    "dispatchable",
    "distance_km",
    "eligibility_on",
    "ending_soon",
    "expire_contracts",
    "is_dispatchable",
    "may_claim",
    "may_order_on_credit",
    "not_covering",
    "owners_of",
    "region_managers_of",
    "service_managers",
    "stations_within",
    "tell_ending",
    "without_following",
]

"""What warranty costs: figures over what was granted to stations, each with the rows behind it. Reads only, but for its report."""

from warranty.costs.asked import Asked
from warranty.costs.entries import TOP, Breakdown, Share, all_shares, breakdown, decisions, total_of
from warranty.costs.units import Accrued, accrual, in_cover, in_service, units_by

__all__ = [
    "TOP",
    "Accrued",
    "Asked",
    "Breakdown",
    "Share",
    "accrual",
    "all_shares",
    "breakdown",
    "decisions",
    "in_cover",
    "in_service",
    "total_of",
    "units_by",
]

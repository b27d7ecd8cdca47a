"""What warranty costs: figures over what was granted to stations, each with the rows behind it. Reads only, but for its report."""

from warranty.costs.accruals import Accrued, accrual, units_by
from warranty.costs.asked import Asked
from warranty.costs.counting import count_fleet, counted_on
from warranty.costs.entries import TOP, Breakdown, Share, all_shares, breakdown, decisions, file_shares, total_of
from warranty.costs.units import in_cover, in_service

__all__ = [
    "TOP",
    "Accrued",
    "Asked",
    "Breakdown",
    "Share",
    "accrual",
    "all_shares",
    "breakdown",
    "count_fleet",
    "counted_on",
    "decisions",
    "file_shares",
    "in_cover",
    "in_service",
    "total_of",
    "units_by",
]

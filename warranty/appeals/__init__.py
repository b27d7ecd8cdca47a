"""Appeals against the decisions on claims: until when and against what, filed by the station, decided by somebody else."""

from warranty.appeals.deciding import Ruling, decide_appeal
from warranty.appeals.filing import AppealedLine, appeal_until, appealable_lines, file_appeal, may_appeal
from warranty.appeals.people import may_decide

__all__ = [
    "AppealedLine",
    "Ruling",
    "appeal_until",
    "appealable_lines",
    "decide_appeal",
    "file_appeal",
    "may_appeal",
    "may_decide",
]

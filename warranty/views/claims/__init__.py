"""Pages of claims for stations and readers: list, finished jobs, draft with coach, claim, and the station's acts."""

from warranty.views.claims.detail import AnswerQuestion, ClaimDetail, ReplaceClaim, WithdrawClaim
from warranty.views.claims.drafting import (
    AddLine,
    AddPhoto,
    CoachPanel,
    DraftClaim,
    EditClaim,
    RemoveLine,
    SubmitClaim,
)
from warranty.views.claims.lists import ClaimableJobs, ClaimList, ClaimQueue

__all__ = [
    "AddLine",
    "AddPhoto",
    "AnswerQuestion",
    "ClaimDetail",
    "ClaimList",
    "ClaimQueue",
    "ClaimableJobs",
    "CoachPanel",
    "DraftClaim",
    "EditClaim",
    "RemoveLine",
    "ReplaceClaim",
    "SubmitClaim",
    "WithdrawClaim",
]

"""Pages of claims for stations and readers: list, finished jobs, draft with coach, claim, and the station's acts; the queue of
headquarters."""

from warranty.views.claims.desk import ClaimDesk, DeskPresence, ReleaseHold
from warranty.views.claims.detail import AnswerQuestion, ClaimDetail, ReplaceClaim, WithdrawClaim
from warranty.views.claims.drafting import (
    AddLine,
    CoachPanel,
    DraftClaim,
    EditClaim,
    PartChoices,
    RemoveLine,
    SubmitClaim,
)
from warranty.views.claims.evidence import PhotoEvidence, PhotoOriginal, SharePicture
from warranty.views.claims.lists import ClaimableJobs, ClaimList
from warranty.views.claims.many import DecideMany
from warranty.views.claims.picturing import AddPhoto
from warranty.views.claims.queue import ClaimQueue, HandOverClaim, PutBackClaim, TakeClaim, TakeNext, WithdrawFirst
from warranty.views.claims.reports import (
    AskClaimReport,
    AskReport,
    ClaimReportDetail,
    ClaimReportFile,
    ClaimReportList,
    MakeReportAgain,
)
from warranty.views.claims.reversing import ReverseClaim
from warranty.views.claims.versions import ClaimVersionPage

__all__ = [
    "AddLine",
    "AddPhoto",
    "AnswerQuestion",
    "AskClaimReport",
    "AskReport",
    "ClaimDesk",
    "ClaimDetail",
    "ClaimList",
    "ClaimQueue",
    "ClaimReportDetail",
    "ClaimReportFile",
    "ClaimReportList",
    "ClaimVersionPage",
    "ClaimableJobs",
    "CoachPanel",
    "DecideMany",
    "DeskPresence",
    "DraftClaim",
    "EditClaim",
    "HandOverClaim",
    "MakeReportAgain",
    "PartChoices",
    "PhotoEvidence",
    "PhotoOriginal",
    "PutBackClaim",
    "ReleaseHold",
    "RemoveLine",
    "ReplaceClaim",
    "ReverseClaim",
    "SharePicture",
    "SubmitClaim",
    "TakeClaim",
    "TakeNext",
    "WithdrawClaim",
    "WithdrawFirst",
]

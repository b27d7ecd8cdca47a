"""Documents and bulletins: written, published to an audience, read, superseded or withdrawn. Not here: pages and jobs."""

from stations.bulletins.audience import Audience, readers_of, staff_of, stations_in, stations_of
from stations.bulletins.publishing import extend_audiences, publish_bulletin, withdraw_bulletin
from stations.bulletins.reading import confirm_reading, remind_unread, stations_to_confirm, tell_readers
from stations.bulletins.refusals import (
    BadReadingDay,
    ChangeNoteMissing,
    NobodyInAudience,
    NotAddressed,
    NotADraft,
    NothingWritten,
    NotInForce,
    NotRevisable,
    RevisionUnderWay,
    WithdrawalUnexplained,
)
from stations.bulletins.shares import DocumentShare, ReadShare, share_read, shares_of_documents, shares_read
from stations.bulletins.writing import edit_bulletin, files_of, revise_bulletin, write_bulletin

__all__ = [
    "Audience",
    "BadReadingDay",
    "ChangeNoteMissing",
    "DocumentShare",
    "NobodyInAudience",
    "NotADraft",
    "NotAddressed",
    "NotInForce",
    "NotRevisable",
    "NothingWritten",
    "ReadShare",
    "RevisionUnderWay",
    "WithdrawalUnexplained",
    "confirm_reading",
    "edit_bulletin",
    "extend_audiences",
    "files_of",
    "publish_bulletin",
    "readers_of",
    "remind_unread",
    "revise_bulletin",
    "share_read",
    "shares_of_documents",
    "shares_read",
    "staff_of",
    "stations_in",
    "stations_of",
    "stations_to_confirm",
    "tell_readers",
    "withdraw_bulletin",
    "write_bulletin",
]

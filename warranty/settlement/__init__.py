"""The station's monthly statement: previewed, built, issued, answered, invoiced, paid.

Not here: what may stand on it (settlement_posting), tax and carrying (settlement_rules), paper (settlement_documents).
Source: rules.md 3.8, C27, C43.
"""

from warranty.settlement.answering import confirm_silent, confirm_statement, dispute_lines, remind_silent
from warranty.settlement.building import build_statement, void_draft
from warranty.settlement.carrying import carry_confirmed
from warranty.settlement.issuing import issue_statement, rebuilt_fingerprint, rebuilt_fingerprints
from warranty.settlement.month import (
    MonthChanged,
    MonthPlan,
    NothingToIssue,
    build_month,
    issue_month,
    plan_month,
    read_chosen,
)
from warranty.settlement.payment import pay_statement, record_invoice
from warranty.settlement.preview import DraftLine, Preview, preview
from warranty.settlement.refusals import (
    AlreadyIssued,
    DisputeRefused,
    InvoiceDiffers,
    MonthNotOver,
    NothingToCarry,
    NothingToSettle,
)

__all__ = [
    "AlreadyIssued",
    "DisputeRefused",
    "DraftLine",
    "InvoiceDiffers",
    "MonthChanged",
    "MonthNotOver",
    "MonthPlan",
    "NothingToCarry",
    "NothingToIssue",
    "NothingToSettle",
    "Preview",
    "build_month",
    "build_statement",
    "carry_confirmed",
    "confirm_silent",
    "confirm_statement",
    "dispute_lines",
    "issue_month",
    "issue_statement",
    "pay_statement",
    "plan_month",
    "preview",
    "read_chosen",
    "rebuilt_fingerprint",
    "rebuilt_fingerprints",
    "record_invoice",
    "remind_silent",
    "void_draft",
]

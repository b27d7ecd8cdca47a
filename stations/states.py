"""The states of the network's documents and which move may follow which. Not here: who may do it, how."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.states import Moves


class StationStatus(models.TextChoices):
    """A station's life in the network."""

    APPLICANT = "applicant", _("Applicant")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    EXPIRED = "expired", _("Contract expired")
    TERMINATED = "terminated", _("Terminated")


STATION_MOVES: Moves = {
    StationStatus.APPLICANT: frozenset({StationStatus.ACTIVE, StationStatus.TERMINATED}),
    StationStatus.ACTIVE: frozenset({StationStatus.SUSPENDED, StationStatus.EXPIRED, StationStatus.TERMINATED}),
    StationStatus.SUSPENDED: frozenset({StationStatus.ACTIVE, StationStatus.EXPIRED, StationStatus.TERMINATED}),
    StationStatus.EXPIRED: frozenset({StationStatus.ACTIVE, StationStatus.TERMINATED}),
}


class ApplicationStatus(models.TextChoices):
    """How far an application has come; the two approvals are the region's review and the HQ's decision."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CENTER_CHECK = "center_check", _("Center pre-check")
    REGION_REVIEW = "region_review", _("Region review")
    INSPECTION = "inspection", _("Site inspection")
    RECTIFICATION = "rectification", _("Rectification")
    HQ_DECISION = "hq_decision", _("Headquarters decision")
    CONTRACTING = "contracting", _("Contract")
    ACTIVE = "active", _("Active")
    SENT_BACK = "sent_back", _("Sent back")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_A = ApplicationStatus
APPLICATION_MOVES: Moves = {
    _A.DRAFT: frozenset({_A.SUBMITTED, _A.WITHDRAWN}),
    _A.SUBMITTED: frozenset({_A.CENTER_CHECK, _A.REGION_REVIEW}),
    _A.CENTER_CHECK: frozenset({_A.REGION_REVIEW, _A.SENT_BACK, _A.REFUSED, _A.WITHDRAWN}),
    _A.REGION_REVIEW: frozenset({_A.INSPECTION, _A.SENT_BACK, _A.REFUSED, _A.WITHDRAWN}),
    _A.INSPECTION: frozenset({_A.HQ_DECISION, _A.RECTIFICATION, _A.SENT_BACK, _A.REFUSED, _A.WITHDRAWN}),
    _A.RECTIFICATION: frozenset({_A.HQ_DECISION, _A.RECTIFICATION, _A.SENT_BACK, _A.REFUSED, _A.WITHDRAWN}),
    _A.HQ_DECISION: frozenset({_A.CONTRACTING, _A.SENT_BACK, _A.REFUSED, _A.WITHDRAWN}),
    _A.CONTRACTING: frozenset({_A.ACTIVE, _A.SENT_BACK, _A.REFUSED, _A.WITHDRAWN}),
    _A.SENT_BACK: frozenset({_A.SUBMITTED, _A.WITHDRAWN}),
}
EDITABLE_BY_APPLICANT = frozenset({_A.DRAFT, _A.SENT_BACK})
OPEN_APPLICATION = frozenset(_A.values) - {_A.ACTIVE, _A.REFUSED, _A.WITHDRAWN}
GIVEN_UP = frozenset({_A.REFUSED, _A.WITHDRAWN})
SENDABLE_BACK = frozenset(before for before, targets in APPLICATION_MOVES.items() if _A.SENT_BACK in targets)


class TemplateStatus(models.TextChoices):
    """A version of a checklist: written, used by visits, replaced by the next."""

    DRAFT = "draft", _("Draft")
    IN_USE = "in_use", _("In use")
    RETIRED = "retired", _("Retired")


TEMPLATE_MOVES: Moves = {
    TemplateStatus.DRAFT: frozenset({TemplateStatus.IN_USE, TemplateStatus.RETIRED}),
    TemplateStatus.IN_USE: frozenset({TemplateStatus.RETIRED}),
}


class VisitStatus(models.TextChoices):
    """How far a visit has come; what is recorded never changes."""

    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", pgettext_lazy("visit", "Under way")
    RECORDED = "recorded", _("Recorded")
    CANCELLED = "cancelled", _("Cancelled")


VISIT_MOVES: Moves = {
    VisitStatus.PLANNED: frozenset({VisitStatus.UNDER_WAY, VisitStatus.CANCELLED}),
    VisitStatus.UNDER_WAY: frozenset({VisitStatus.RECORDED, VisitStatus.CANCELLED}),
}
OPEN_VISIT = frozenset({VisitStatus.PLANNED, VisitStatus.UNDER_WAY})


class RectificationStatus(models.TextChoices):
    """A rectification order is open until everything it names was seen put right."""

    OPEN = "open", pgettext_lazy("rectification", "Open")
    VERIFIED = "verified", _("Verified")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")


RECTIFICATION_MOVES: Moves = {
    RectificationStatus.OPEN: frozenset(
        {RectificationStatus.VERIFIED, RectificationStatus.MISSED, RectificationStatus.CANCELLED}
    ),
}


class CandidateStatus(models.TextChoices):
    """How far one is with an outlet that one would like to win."""

    IDENTIFIED = "identified", _("Identified")
    CONTACTED = "contacted", _("Contacted")
    NEGOTIATING = "negotiating", _("Negotiating")
    INVITED = "invited", pgettext_lazy("outlet", "Invited")
    APPLIED = "applied", pgettext_lazy("outlet", "Applied")
    LOST = "lost", pgettext_lazy("outlet", "Lost")


_C = CandidateStatus
CANDIDATE_MOVES: Moves = {
    _C.IDENTIFIED: frozenset({_C.CONTACTED, _C.LOST}),
    _C.CONTACTED: frozenset({_C.NEGOTIATING, _C.INVITED, _C.LOST}),
    _C.NEGOTIATING: frozenset({_C.INVITED, _C.LOST}),
    _C.INVITED: frozenset({_C.NEGOTIATING, _C.APPLIED, _C.LOST}),
    _C.APPLIED: frozenset({_C.NEGOTIATING}),  # the application was refused or withdrawn
    _C.LOST: frozenset({_C.CONTACTED}),
}
OPEN_CANDIDATE = frozenset(_C.values) - {_C.APPLIED, _C.LOST}


class RenewalStatus(models.TextChoices):
    """A following contract on its way to the signature."""

    PREPARED = "prepared", _("Prepared")
    AGREED = "agreed", _("Agreed by the station")
    SIGNED = "signed", _("Signed")
    DROPPED = "dropped", _("Dropped")


RENEWAL_MOVES: Moves = {
    RenewalStatus.PREPARED: frozenset({RenewalStatus.AGREED, RenewalStatus.DROPPED}),
    RenewalStatus.AGREED: frozenset({RenewalStatus.SIGNED, RenewalStatus.DROPPED}),
}


class ExitStatus(models.TextChoices):
    """A terminated station's way out."""

    OPEN = "open", _("Under way")
    COMPLETED = "completed", _("Completed")


EXIT_MOVES: Moves = {ExitStatus.OPEN: frozenset({ExitStatus.COMPLETED})}


class ExitItemStatus(models.TextChoices):
    """One thing to do before a station is out."""

    PENDING = "pending", _("To do")
    DONE = "done", _("Done")
    WAIVED = "waived", pgettext_lazy("exit item", "Waived")


EXIT_ITEM_MOVES: Moves = {ExitItemStatus.PENDING: frozenset({ExitItemStatus.DONE, ExitItemStatus.WAIVED})}


class FindingStatus(models.TextChoices):
    """One thing to put right: shown as done by its owner, seen to be right by somebody else."""

    OPEN = "open", _("To put right")
    ANSWERED = "answered", _("Evidence to review")
    VERIFIED = "verified", _("Verified")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")


_F = FindingStatus
FINDING_MOVES: Moves = {
    _F.OPEN: frozenset({_F.ANSWERED, _F.VERIFIED, _F.MISSED, _F.CANCELLED}),
    _F.ANSWERED: frozenset({_F.OPEN, _F.VERIFIED, _F.MISSED, _F.CANCELLED}),
}
OPEN_FINDING = frozenset({_F.OPEN, _F.ANSWERED})


class BulletinStatus(models.TextChoices):
    """One version of a document: written, valid for its readers, replaced by the next version, or taken back."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_B = BulletinStatus
BULLETIN_MOVES: Moves = {
    _B.DRAFT: frozenset({_B.PUBLISHED, _B.WITHDRAWN}),
    _B.PUBLISHED: frozenset({_B.SUPERSEDED, _B.WITHDRAWN}),
}


class IdeaStatus(models.TextChoices):
    """How far an improvement idea has come."""

    FILED = "filed", pgettext_lazy("idea", "Filed")
    IN_JUDGMENT = "in_judgment", _("In judgment")
    ACCEPTED = "accepted", pgettext_lazy("idea", "Accepted")
    NOT_ADOPTED = "not_adopted", _("Not adopted")
    REWARDED = "rewarded", _("Rewarded")


IDEA_MOVES: Moves = {
    IdeaStatus.FILED: frozenset({IdeaStatus.IN_JUDGMENT}),
    IdeaStatus.IN_JUDGMENT: frozenset({IdeaStatus.ACCEPTED, IdeaStatus.NOT_ADOPTED}),
    IdeaStatus.ACCEPTED: frozenset({IdeaStatus.REWARDED}),
}


class RewardStatus(models.TextChoices):
    """A reward above the limit waits for another approver."""

    PROPOSED = "proposed", _("Proposed")
    GRANTED = "granted", pgettext_lazy("reward", "Granted")
    REFUSED = "refused", pgettext_lazy("reward", "Refused")


REWARD_MOVES: Moves = {RewardStatus.PROPOSED: frozenset({RewardStatus.GRANTED, RewardStatus.REFUSED})}


class TransferStatus(models.TextChoices):
    """A technician goes to another station of the dealer once the region or headquarters has consented."""

    ASKED = "asked", _("Waits for consent")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


TRANSFER_MOVES: Moves = {
    TransferStatus.ASKED: frozenset({TransferStatus.APPROVED, TransferStatus.REFUSED, TransferStatus.WITHDRAWN}),
}


class EquipmentStatus(models.TextChoices):
    """Where a tool is in its life; retired and returned to headquarters are final."""

    IN_USE = "in_use", _("In use")
    IN_REPAIR = "in_repair", _("In repair")
    LOST = "lost", _("Lost")
    RETIRED = "retired", _("Retired")
    RETURNED = "returned", _("Returned to headquarters")


_E = EquipmentStatus
EQUIPMENT_MOVES: Moves = {
    _E.IN_USE: frozenset({_E.IN_REPAIR, _E.LOST, _E.RETIRED, _E.RETURNED}),
    _E.IN_REPAIR: frozenset({_E.IN_USE, _E.LOST, _E.RETIRED, _E.RETURNED}),
    _E.LOST: frozenset({_E.IN_USE, _E.RETIRED}),
}
EQUIPMENT_HELD = frozenset({_E.IN_USE, _E.IN_REPAIR})


class SessionStatus(models.TextChoices):
    """A training session from plan to attendance list."""

    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open for enrollment")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


SESSION_MOVES: Moves = {
    SessionStatus.PLANNED: frozenset({SessionStatus.OPEN, SessionStatus.CANCELLED}),
    SessionStatus.OPEN: frozenset({SessionStatus.HELD, SessionStatus.CANCELLED}),
}


class EnrollmentStatus(models.TextChoices):
    """A technician's place in a session: everybody waits first, a free seat confirms."""

    WAITING = "waiting", _("Waiting list")
    CONFIRMED = "confirmed", _("Seat confirmed")
    ATTENDED = "attended", _("Attended")
    ABSENT = "absent", _("Absent")
    CANCELLED = "cancelled", _("Cancelled")


_N = EnrollmentStatus
ENROLLMENT_MOVES: Moves = {
    _N.WAITING: frozenset({_N.CONFIRMED, _N.CANCELLED}),
    _N.CONFIRMED: frozenset({_N.ATTENDED, _N.ABSENT, _N.CANCELLED}),
}
SEATED = frozenset({_N.CONFIRMED, _N.ATTENDED, _N.ABSENT})
ENROLLED = SEATED | {_N.WAITING}


class AttemptStatus(models.TextChoices):
    """An exam attempt: written, perhaps waiting for the practical score, then decided for good."""

    RUNNING = "running", pgettext_lazy("exam", "Under way")
    SUBMITTED = "submitted", _("Waits for the practical score")
    PASSED = "passed", _("Passed")
    FAILED = "failed", pgettext_lazy("exam", "Failed")


ATTEMPT_MOVES: Moves = {
    AttemptStatus.RUNNING: frozenset({AttemptStatus.SUBMITTED}),
    AttemptStatus.SUBMITTED: frozenset({AttemptStatus.PASSED, AttemptStatus.FAILED}),
}

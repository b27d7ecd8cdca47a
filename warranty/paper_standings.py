"""What holds today of a paper that is genuine for ever: a revised statement, a decision taken back, a note credited since."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.core import show
from portal.core.documents import Standing
from portal.core.models.documents import Document
from portal.core.money import total
from warranty.models import CREDITS, Appeal, Chargeback, ClaimDecision, ClaimStatus, Statement
from warranty.settlement_states import ChargebackStatus, StatementStatus
from warranty.states import AppealStatus


def statement_today(row: Document) -> Standing | None:
    """Whether the month is still settled by this statement."""
    statement = Statement.objects.select_related("superseded_by").filter(pk=row.subject_id).first()
    if statement is None:
        return None
    if statement.status == StatementStatus.SUPERSEDED:
        text = _("Statement %(number)s took its place.") % {"number": statement.superseded_by.number}
        return Standing("bad", pgettext("statement", "Superseded"), text)
    return Standing("good", pgettext("paper", "In force"), _("No revision has taken the place of this statement."))


def outcome_said(code: str) -> str:
    """The outcome that a decision letter froze, in the reader's language."""
    return str(ClaimStatus(code).label) if code in ClaimStatus.values else code


def ruling_said(code: str) -> str:
    """The same of an appeal's letter."""
    return str(AppealStatus(code).label) if code in AppealStatus.values else code


def decision_today(row: Document) -> Standing | None:
    """Whether the claim still stands as this letter says."""
    decided = ClaimDecision.objects.select_related("claim").filter(letter_number=row.number).first()
    if decided is None:
        return None
    if decided.claim.status == ClaimStatus.REVERSED:
        return Standing("bad", pgettext("claim", "Reversed"), _("What this letter granted was taken back."))
    later = (
        ClaimDecision.objects.filter(claim=decided.claim_id, is_final=True, pk__gt=decided.pk).order_by("-pk").first()
    )
    if later is not None:
        text = _("The claim was decided again by letter %(number)s.") % {"number": later.letter_number}
        return Standing("wait", _("Decided again"), text)
    appeal = Appeal.objects.filter(claim=decided.claim_id, granted_total__gt=0, decided_at__isnull=False).first()
    if appeal is not None:
        said = {"number": appeal.number, "amount": show.money(appeal.granted_total)}
        text = _("Appeal %(number)s granted a further %(amount)s.") % said
        return Standing("wait", _("Added to on appeal"), text)
    return Standing("good", pgettext("paper", "In force"), _("This is the latest decision on the claim."))


def note_today(row: Document) -> Standing | None:
    """Whether the supplier still owes what this note asks for."""
    note = Chargeback.objects.filter(pk=row.subject_id).first()
    if note is None:
        return None
    if note.status == ChargebackStatus.WITHDRAWN:
        return Standing("bad", pgettext("chargeback", "Withdrawn"), _("Nothing is owed on this note."))
    credits = Document.objects.filter(kind="credit_note", subject_type=row.subject_type, subject_id=row.subject_id)
    numbers = show.listed(credits.order_by("pk").values_list("number", flat=True))
    gone = total(note.lines.filter(is_live=True, outcome__in=CREDITS).values_list("claimed", flat=True))
    said = {"numbers": numbers, "gone": show.money(gone), "whole": show.money(note.claimed)}
    if numbers and gone == note.claimed:
        text = _("The whole of %(whole)s was credited, nothing is owed on it: credit note %(numbers)s.") % said
        return Standing("bad", pgettext("chargeback", "Credited in full"), text)
    if numbers:
        text = _("Of %(whole)s, %(gone)s was credited: credit note %(numbers)s. The rest stands.") % said
        return Standing("wait", pgettext("chargeback", "Credited in part"), text)
    return Standing("good", pgettext("paper", "In force"), _("Nothing of this note was credited."))

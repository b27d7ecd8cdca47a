"""The answer to a long note, written page by page and kept until it is sent as a whole.

Not here: what an answer does (answering), what the fields mean (forms.answers).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.errors import Refusal
from portal.core.money import total
from portal.core.states import lock
from warranty.chargebacks.answering import LineAnswer, answer_chargeback, asked_of
from warranty.chargebacks.refusals import AlreadyAnswered
from warranty.models import AnswerDecision, Chargeback, DraftAnswer

PAGED_FROM: Final = 500  # lines up to which one form takes the whole answer
A_PAGE: Final = 200
CHUNK: Final = 2_000
FIELDS: Final = ("decision", "amount", "reason", "accepted", "written_by", "written_at")


class DraftsChanged(Refusal):
    """Nobody sends what they have not looked over."""

    message = _("A colleague has changed the answer meanwhile: look it over as it is now, then send it.")
    code = "drafts_changed"


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of a line; accepted: what they come to, CNY, None while they are no answer."""

    decision: str = ""
    amount: str = ""
    reason: str = ""
    accepted: Decimal | None = None


@dataclass(frozen=True)
class Asked:
    """A line that waits for its answer, with what its draft accepts."""

    key: int
    claimed: Decimal
    accepted: Decimal | None


@dataclass(frozen=True)
class Progress:
    """How far the answer to a note is; amounts CNY."""

    lines: list[Asked]

    @property
    def pages(self) -> int:
        """How many pages the lines fill."""
        return -(-len(self.lines) // A_PAGE)

    def on_page(self, page: int) -> list[Asked]:
        """The lines of this page, the first one is 1."""
        return self.lines[(page - 1) * A_PAGE : page * A_PAGE]

    @property
    def undecided(self) -> int:
        """How many lines have no answer yet."""
        return sum(line.accepted is None for line in self.lines)

    @property
    def open_pages(self) -> list[int]:
        """The pages on which one is."""
        return sorted({number // A_PAGE + 1 for number, line in enumerate(self.lines) if line.accepted is None})

    @property
    def claimed(self) -> Decimal:
        return total(line.claimed for line in self.lines)

    @property
    def accepted(self) -> Decimal:
        return total(line.accepted for line in self.lines if line.accepted is not None)

    @property
    def disputed(self) -> Decimal:
        return total(line.claimed - line.accepted for line in self.lines if line.accepted is not None)


def progress_of(note: Chargeback) -> Progress:
    """The lines that wait, in their order; one query of three columns, whatever their number."""
    found = asked_of(note).order_by("position").values_list("pk", "claimed", "draft_answer__accepted")
    return Progress([Asked(*row) for row in found])


def is_paged(note: Chargeback) -> bool:
    """Whether more lines wait than one form takes."""
    return bool(asked_of(note)[PAGED_FROM : PAGED_FROM + 1].exists())


@transaction.atomic
def keep_drafts(note: Chargeback, typed: Mapping[int, Typed], *, actor: Any, at: datetime | None = None) -> None:
    """What was typed about these lines is kept, whole or not; of a line that waits for nothing, nothing is.

    typed: by the line's pk. Raises AlreadyAnswered where the note waits for nothing. Writes DraftAnswers, no Event.
    """
    note = lock(note)
    asked = set(asked_of(note).filter(pk__among=list(typed)).values_list("pk", flat=True))
    if typed and not asked:
        raise AlreadyAnswered(number=note.number)
    said = {key: each for key, each in typed.items() if key in asked}
    DraftAnswer.objects.filter(line__among=[key for key, each in said.items() if each == Typed()]).delete()
    _write({key: each for key, each in said.items() if each != Typed()}, actor, at)


@transaction.atomic
def accept_undecided(note: Chargeback, *, actor: Any, at: datetime | None = None) -> int:
    """Every line about which nothing was decided is accepted in the draft; how many. Raises AlreadyAnswered."""
    note = lock(note)
    asked = asked_of(note)
    if not asked.exists():
        raise AlreadyAnswered(number=note.number)
    open_lines = asked.exclude(draft_answer__decision__gt="").order_by("pk").values_list("pk", "claimed")
    accepted = {key: Typed(AnswerDecision.ACCEPT, accepted=claimed) for key, claimed in open_lines}
    _write(accepted, actor, at)
    return len(accepted)


def _write(said: Mapping[int, Typed], actor: Any, at: datetime | None) -> None:
    at = at or clock.now()
    rows = [
        DraftAnswer(
            line_id=key, decision=each.decision, amount=each.amount[:16], reason=each.reason[:300],
            accepted=each.accepted, written_by=actor, written_at=at,
        )
        for key, each in sorted(said.items())
    ]  # fmt: skip
    DraftAnswer.objects.bulk_create(
        rows, batch_size=CHUNK, update_conflicts=True, unique_fields=["line"], update_fields=FIELDS
    )


def drafted_answers(note: Chargeback) -> dict[int, LineAnswer]:
    """The answers that are whole, by line."""
    whole = asked_of(note).filter(draft_answer__accepted__isnull=False).order_by("pk")
    found = whole.values_list("pk", "draft_answer__accepted", "draft_answer__reason")
    return {key: LineAnswer(accepted, reason) for key, accepted, reason in found}


def mark_of(answers: Mapping[int, LineAnswer]) -> str:
    """Tells one state of the drafts from any other."""
    said = "\n".join(f"{key} {each.accepted:.2f} {each.reason}" for key, each in sorted(answers.items()))
    return hashlib.sha256(said.encode()).hexdigest()


@transaction.atomic
def answer_by_drafts(note: Chargeback, *, seen: str, actor: Any, at: datetime | None = None) -> Chargeback:
    """The note is answered by what was drafted about every line that waits.

    seen: the mark of what was looked over. Raises DraftsChanged, AnswerIncomplete and what answer_chargeback() does.
    """
    note = lock(note)
    answers = drafted_answers(note)
    if mark_of(answers) != seen:
        raise DraftsChanged
    return answer_chargeback(note, answers=answers, actor=actor, at=at)

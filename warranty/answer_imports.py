"""A supplier's answer to its notes as a file: every line with what is accepted and why the rest is disputed.

Not here: what an answer does (chargebacks.answering), by which every note of the file is answered, all or none.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.transfer import Column, ImportKind, StagedRow, import_kind
from portal.core.transfer.kinds import Finding
from warranty import chargebacks
from warranty.four_eyes import words_missing
from warranty.models import Chargeback, ChargebackLine
from warranty.settlement_states import ANSWERS, UNANSWERED

ANSWERS_BY_FILE: Final = "warranty.chargeback_answers"
MOST_NAMED: Final = 20


def _notes(rows: Iterable[StagedRow], actor: Any) -> dict[str, Chargeback]:
    numbers = {row.values["note"].upper() for row in rows}
    return {each.number: each for each in Chargeback.objects.visible_to(actor).filter(number__in=numbers)}


def _by_note(rows: Iterable[StagedRow]) -> dict[str, list[StagedRow]]:
    found: dict[str, list[StagedRow]] = {}
    for row in rows:
        found.setdefault(row.values["note"].upper(), []).append(row)
    return found


def inspect_answers(batch: Any, rows: Iterable[StagedRow]) -> Iterator[Finding]:
    """Rows of notes that wait for no answer, of lines that are not asked about, amounts and reasons that no answer may have."""
    staged = list(rows)
    notes = _notes(staged, batch.uploaded_by)
    for number, own in _by_note(staged).items():
        note = notes.get(number)
        asked = {line.position: line for line in chargebacks.lines_to_answer(note)} if note else {}
        if not asked:
            expected = _("the number of a note of yours that waits for an answer")
            yield from (Finding(row.line, "note", number, expected) for row in own)
            continue
        yield from _inspect_lines(own, asked)
        given = {row.values["position"] for row in own}
        if missing := sorted(set(asked) - given):
            expected = _("every line of the note; these are missing: %(positions)s")
            named = [str(each) for each in missing[:MOST_NAMED]] + (["…"] if len(missing) > MOST_NAMED else [])
            yield Finding(own[0].line, "note", number, expected, {"positions": named})


def _inspect_lines(rows: Iterable[StagedRow], asked: Mapping[int, ChargebackLine]) -> Iterator[Finding]:
    for row in rows:
        line, accepted = asked.get(row.values["position"]), row.values["accepted"]
        if line is None:
            yield Finding(row.line, "position", str(row.values["position"]), _("a line that waits for your answer"))
            continue
        least = line.accepted or Decimal(0)
        if not least <= accepted <= line.claimed:
            facts = {"least": f"{least:.2f}", "claimed": f"{line.claimed:.2f}"}
            yield Finding(row.line, "accepted", str(accepted), _("%(least)s to %(claimed)s"), facts)
        elif accepted < line.claimed and (count := words_missing(row.values.get("reason") or "")):
            expected = _("at least %(count)s characters where the line is not accepted whole")
            yield Finding(row.line, "reason", row.values.get("reason") or "", expected, {"count": count})


def answer_by_file(batch: Any, rows: Iterator[StagedRow], actor: Any) -> None:
    """Every note of the file is answered as its supplier would on the page; notes in their order."""
    staged = list(rows)
    notes = _notes(staged, batch.uploaded_by or actor)
    found = _by_note(staged)
    for note in sorted((notes[number] for number in found), key=lambda each: each.pk):
        keys = {line.position: line.pk for line in chargebacks.lines_to_answer(note)}
        answers = {
            keys[row.values["position"]]: chargebacks.LineAnswer(row.values["accepted"], row.values.get("reason") or "")
            for row in found[note.number]
        }
        chargebacks.answer_chargeback(note, answers=answers, actor=actor)


def present_lines(user: Any) -> Iterator[Mapping[str, Any]]:
    """What waits for the user's answer, each line with the whole amount as accepted; to be changed and uploaded again."""
    waiting = Q(chargeback__status__in=UNANSWERED) | Q(chargeback__status__in=ANSWERS, answer_by__isnull=False)
    lines = ChargebackLine.objects.visible_to(user).filter(waiting, is_live=True, outcome="")
    for line in lines.select_related("chargeback").order_by("chargeback", "position").iterator(chunk_size=2_000):
        yield {
            "note": line.chargeback.number,
            "position": line.position,
            "accepted": line.claimed,
            "reason": "",
            "claim": line.facts.get("claim", ""),
            "part": line.facts.get("part", ""),
            "claimed": line.claimed,
        }


def register() -> None:
    """The import center offers it to suppliers. Called in AppConfig.ready()."""
    import_kind(
        ImportKind(
            key=ANSWERS_BY_FILE,
            title=_("Answers to chargeback notes"),
            permission="warranty.answer_chargeback",
            apply=answer_by_file,
            inspect=inspect_answers,
            present=present_lines,
            columns=(
                Column("note", _("Note number"), key=True, max_length=30),
                Column("position", _("No."), kind="integer", key=True, low=1, high=2_147_483_647),
                Column("accepted", _("Accepted amount"), kind="decimal", required=True, low=0),
                Column("reason", _("Why you dispute the rest"), max_length=300),
                Column("claim", _("Claim"), help=_("For your information; it is not read.")),
                Column("part", _("Part number"), help=_("For your information; it is not read.")),
                Column(
                    "claimed", pgettext_lazy("chargeback", "Claimed"), help=_("For your information; it is not read.")
                ),
            ),
            help=_("Every line of each note in the file, once. Sent, the answer is binding."),
        )
    )

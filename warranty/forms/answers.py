"""The supplier's answer to a chargeback note: every line decided by hand, then looked over as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock
from portal.core.money import round_money, total
from portal.core.pages import ActingForm
from portal.core.parameters import param
from portal.core.show import money
from warranty.chargebacks import LineAnswer, Typed, is_paged, lines_to_answer
from warranty.four_eyes import words_missing
from warranty.models import AnswerDecision, ChargebackLine, DraftAnswer

ACCEPT, PART = AnswerDecision.ACCEPT, AnswerDecision.PART
DECISIONS = [("", _("Please choose")), *AnswerDecision.choices]


@dataclass(frozen=True)
class Decided:
    """A line with what the supplier wrote: accepted and disputed make the claimed amount."""

    line: ChargebackLine
    accepted: Decimal
    reason: str

    @property
    def disputed(self) -> Decimal:
        return self.line.claimed - self.accepted


class AnswerForm(ActingForm):
    """Per line a decision, none chosen beforehand; in part an amount or a percentage; and the reason of a dispute.

    Of an answered note only the denied lines, where a dispute leaves what was accepted before.
    """

    def __init__(self, *args: Any, lines: Sequence[ChargebackLine] | None = None, **kwargs: Any) -> None:
        """lines: those it is about where they are not all."""
        super().__init__(*args, **kwargs)
        self.lines = lines if lines is not None else lines_to_answer(self.subject) if self.subject else []
        why = _("Why you dispute the rest (at least %(least)s characters)") % {"least": param("warranty.text_length")}
        for line in self.lines:
            which = {"position": line.position}
            self.fields[f"decision_{line.pk}"] = forms.ChoiceField(
                label=_("Line %(position)s, your decision") % which, choices=DECISIONS
            )
            self.fields[f"line_{line.pk}"] = forms.CharField(
                label=_("Line %(position)s, accepted amount") % which,
                max_length=16,
                required=False,
                widget=forms.TextInput(attrs={"placeholder": _("48.00 or 50%")}),
            )
            self.fields[f"reason_{line.pk}"] = forms.CharField(
                label=_("Line %(position)s, reason") % which,
                max_length=300,
                required=False,
                widget=forms.TextInput(attrs={"placeholder": why}),
            )

    @property
    def claimed(self) -> Decimal:
        """What the lines ask for together."""
        return total(line.claimed for line in self.lines)

    def rows(self) -> list[tuple[Any, ...]]:
        """Each line with its three fields."""
        return [
            (line, self[f"decision_{line.pk}"], self[f"line_{line.pk}"], self[f"reason_{line.pk}"])
            for line in self.lines
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for line in self.lines:
            decision = cleaned.get(f"decision_{line.pk}")
            if decision:
                self._clean_line(line, decision, cleaned)
        return cleaned

    def _clean_line(self, line: ChargebackLine, decision: str, cleaned: dict[str, Any]) -> None:
        """The accepted amount takes the place of what was written. A dispute needs its reason."""
        name, reason = f"line_{line.pk}", cleaned.get(f"reason_{line.pk}", "").strip()
        before = line.accepted or Decimal(0)
        try:
            written = read_share(cleaned.get(name, ""), line.claimed) if decision == PART else before
        except ValueError:
            return self.add_error(name, _("Write an amount like 48.00, or a share like 50%."))
        if "%" not in (typed := cleaned.get(name, "").replace("％", "%")) and written != round_money(written):
            told = _("Got %(got)s, expected at most two decimals, like 48.00.") % {"got": typed.strip()}
            return self.add_error(name, told)
        accepted = line.claimed if decision == ACCEPT else round_money(written)
        if accepted > line.claimed:
            return self.add_error(name, _("Not more than what is claimed."))
        if accepted < before:
            told = _("You accepted %(amount)s of it before; write that or more.") % {"amount": money(before)}
            return self.add_error(name, told)
        cleaned[name] = accepted
        if accepted < line.claimed and (least := words_missing(reason)):
            told = _("Say in at least %(least)s characters why.") % {"least": least}
            self.add_error(f"reason_{line.pk}", told)
        return None

    def decided(self) -> list[Decided]:
        """The answer of a valid form, line by line."""
        return [
            Decided(line, self.cleaned_data[f"line_{line.pk}"], self.cleaned_data[f"reason_{line.pk}"])
            for line in self.lines
        ]

    def answers(self) -> dict[int, LineAnswer]:
        """The same as the operation takes it."""
        return {row.line.pk: LineAnswer(row.accepted, row.reason) for row in self.decided()}

    def sums(self) -> dict[str, Decimal]:
        """What the answer binds the supplier to, and what stays open."""
        rows = self.decided()
        return {
            "claimed": total(row.line.claimed for row in rows),
            "accepted": total(row.accepted for row in rows),
            "disputed": total(row.disputed for row in rows),
        }


class AnswerPageForm(AnswerForm):
    """A page of the answer to a long note: lines may stay undecided, and everything that was typed can be kept."""

    def __init__(self, *args: Any, drafts: Mapping[int, DraftAnswer] | None = None, **kwargs: Any) -> None:
        """drafts: what was typed before, by line; it stands in the fields, with what is wrong with it."""
        known = fields_of(drafts or {})
        wrong = [each for each in (drafts or {}).values() if each.decision and each.accepted is None]
        if wrong and kwargs.get("data") is None:
            kwargs["data"] = known
        super().__init__(*args, initial=known, **{name: given for name, given in kwargs.items() if name != "initial"})
        for line in self.lines:
            self.fields[f"decision_{line.pk}"].required = False

    def typed(self) -> dict[int, Typed]:
        """What stands in the fields, by line, once the form was checked."""
        return {line.pk: self._typed(line.pk) for line in self.lines}

    def _typed(self, key: int) -> Typed:
        names = (f"decision_{key}", f"line_{key}", f"reason_{key}")
        amount, reason = (str(self.data.get(name, "")).replace("\0", "").strip() for name in names[1:])
        decision = self.cleaned_data.get(names[0]) or ""
        is_sound = bool(decision) and not any(name in self.errors for name in names)
        accepted = self.cleaned_data[names[1]] if is_sound else None
        return Typed(decision, amount[:16], reason[:300], accepted)


def fields_of(drafts: Mapping[int, DraftAnswer]) -> dict[str, str]:
    """The drafts as the fields of a form."""
    return {
        name: text
        for key, each in drafts.items()
        for name, text in (
            (f"decision_{key}", each.decision),
            (f"line_{key}", each.amount),
            (f"reason_{key}", each.reason),
        )
    }


BY_LINE = "lines"
WHOLE = [
    (BY_LINE, _("line by line, as below")),
    (AnswerDecision.ACCEPT, _("every line is accepted")),
    (AnswerDecision.DISPUTE, _("every line is disputed")),
]


class EnterAnswerForm(AnswerForm):
    """What a supplier answered on paper, with the day it came and the paper: about the whole note, or line by line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A note that is too long for one form is answered as a whole, or by the supplier itself."""
        subject = kwargs.get("subject")
        lines: list[ChargebackLine] | None = [] if subject is not None and is_paged(subject) else None
        super().__init__(*args, lines=lines, **kwargs)
        for line in self.lines:
            self.fields[f"decision_{line.pk}"].required = False
        self.fields["received_on"] = forms.DateField(
            label=pgettext_lazy("answer", "Received on"),
            initial=clock.today,
            widget=forms.DateInput(attrs={"type": "date"}),
        )
        self.fields["paper"] = forms.FileField(
            label=_("The supplier's answer"),
            max_length=300,
            widget=forms.FileInput(attrs={"accept": "application/pdf,.docx,.xlsx,image/*"}),
            help_text=_("PDF, Word (.docx), Excel (.xlsx) or a picture, at most 15 MB."),
        )
        self.fields["whole"] = forms.ChoiceField(
            label=_("What the supplier says"),
            choices=WHOLE if self.lines else WHOLE[1:],
            initial=BY_LINE,
            widget=forms.RadioSelect,
        )
        self.fields["reason"] = forms.CharField(
            label=_("Why every line is disputed"),
            max_length=300,
            required=False,
            help_text=_("In the supplier's words, where it disputes all of it."),
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    @property
    def head(self) -> list[Any]:
        """The fields about the whole answer."""
        return [self[name] for name in ("received_on", "paper", "whole", "reason")]

    def clean(self) -> dict[str, Any]:
        whole = self.cleaned_data.get("whole")
        if whole == AnswerDecision.DISPUTE and (least := words_missing(self.cleaned_data.get("reason", "").strip())):
            self.add_error("reason", _("Say in at least %(least)s characters why.") % {"least": least})
        if whole != BY_LINE:
            for name in [name for name in self.errors if name.partition("_")[0] in ("decision", "line")]:
                del self.errors[name]
            return self.cleaned_data
        cleaned = super().clean()
        for line in self.lines:
            name = f"decision_{line.pk}"
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Please choose"))
        return cleaned

    def answers(self) -> dict[int, LineAnswer]:
        """By the whole answer, else line by line."""
        whole = self.cleaned_data["whole"]
        if whole == BY_LINE:
            return super().answers()
        asked = lines_to_answer(self.subject)
        if whole == AnswerDecision.ACCEPT:
            return {line.pk: LineAnswer(line.claimed) for line in asked}
        return {line.pk: LineAnswer(line.accepted or Decimal(0), self.cleaned_data["reason"]) for line in asked}


class SendAnswerForm(ActingForm):
    """What was looked over, by its mark."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


def read_share(text: str, claimed: Decimal) -> Decimal:
    """'48.00' as an amount, '50%' as a share of what was claimed. Raises ValueError."""
    bare = text.strip().replace("¥", "").replace("％", "%")
    digits = bare.removesuffix("%").strip()
    if not digits or not digits.isascii() or digits.count(".") > 1 or not digits.replace(".", "").isdigit():
        raise ValueError(text)
    amount = Decimal(digits)
    return claimed * amount / 100 if bare.endswith("%") else amount

"""Refusals: what an operation says when it may not do what was asked. Not here: programming errors."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A rule said no. Pages show the sentence, beside its field if it names one; the API answers 409, or 422 with a field.

    message: a translated sentence with %(name)s places, filled from the keyword arguments; code: stable, for clients.
    """

    message: ClassVar[str | Promise] = _("This cannot be done now.")
    code: ClassVar[str] = "refused"

    def __init__(self, message: str | Promise | None = None, *, code: str = "", field: str = "", **values: Any) -> None:
        super().__init__()
        self.text = message if message is not None else self.message
        self.reason = code or self.code
        self.field = field
        self.values = values

    def __str__(self) -> str:
        return str(self.text) % self.values if self.values else str(self.text)

    def by_field(self) -> dict[str, list[str]]:
        """The sentences by field; none where no field is to blame."""
        return {self.field: [str(self)]} if self.field else {}

    def renamed(self, fields: Mapping[str, str]) -> Self:
        """The same refusal at the field as its reader calls it."""
        self.field = fields.get(self.field, self.field)
        return self


class Problems(Refusal):
    """Several rules said no at once: each sentence at its own field. Answered with 422 where a field is to blame.

    code: that of the first refusal, so that a program which knows one problem knows it among several.
    """

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = list(refusals)
        super().__init__(" ".join(str(each) for each in self.refusals), code=self.refusals[0].reason)

    def by_field(self) -> dict[str, list[str]]:
        """Every sentence by field, in the order in which they were found."""
        found: dict[str, list[str]] = {}
        for refusal in self.refusals:
            for field, said in refusal.by_field().items():
                found.setdefault(field, []).extend(said)
        return found

    def renamed(self, fields: Mapping[str, str]) -> Self:
        """Every problem at the field as its reader calls it."""
        for refusal in self.refusals:
            refusal.renamed(fields)
        return self


def refuse_all(refusals: Sequence[Refusal]) -> None:
    """Raise the one refusal itself, several as Problems; nothing where there is none."""
    if refusals:
        raise refusals[0] if len(refusals) == 1 else Problems(refusals)

"""Refusals: what an operation says when it may not do what was asked. Not here: programming errors."""

from typing import Any, ClassVar

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

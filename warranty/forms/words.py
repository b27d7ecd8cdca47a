"""Fields for reasons in words, as long (D) as is asked for today. Not here: the rule itself (four_eyes.require_words)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core.parameters import param
from warranty.four_eyes import TextTooShort, words_missing


class WordsField(forms.CharField):
    """A reason; its hint or placeholder may say %(least)s, the characters it has at least."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": _("At least %(least)s characters.")} | kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        said = {"least": param("warranty.text_length")}
        self.widget.attrs["minlength"] = said["least"]
        if placeholder := self.widget.attrs.get("placeholder"):
            self.widget.attrs["placeholder"] = placeholder % said
        self.help_text = str(self.help_text) % said
        return super().get_bound_field(form, field_name)

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        if value and (least := words_missing(value)):
            raise ValidationError(str(TextTooShort(least=least)), code="min_length")

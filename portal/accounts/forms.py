"""What people type about themselves."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from portal.core.pages import ActingForm


class LoginForm(AuthenticationForm):
    """User name and password; pasting and password managers are welcome."""

    error_messages = {
        "invalid_login": _("User name and password do not match."),
        "inactive": _("User name and password do not match."),
    }


class ProfileForm(ActingForm):
    """What one may change about oneself."""

    display_name = forms.CharField(label=_("Name"), max_length=60)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class NewPasswordMixin:
    """Two equal entries that pass the validators."""

    fields: Any
    cleaned_data: dict[str, Any]
    user: Any

    def clean(self) -> dict[str, Any]:
        first, second = self.cleaned_data.get("new_password"), self.cleaned_data.get("repeated")
        if first and second and first != second:
            self.add_error("repeated", _("The two passwords differ."))  # type: ignore[attr-defined]
        elif first:
            try:
                validate_password(first, self.user)
            except forms.ValidationError as error:
                self.add_error("new_password", error)  # type: ignore[attr-defined]
        return self.cleaned_data


def _password(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget, **options)


class AcceptForm(NewPasswordMixin, ActingForm):
    """The first password and the language to begin with."""

    new_password = _password(_("Password"), "new-password", help_text=password_validators_help_text_html())
    repeated = _password(_("Password again"), "new-password")
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class ForgottenForm(ActingForm):
    """Whose password."""

    name = forms.CharField(
        label=_("User name or e-mail"), max_length=254, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )


class ResetForm(NewPasswordMixin, ActingForm):
    """The new one, twice."""

    new_password = _password(_("New password"), "new-password", help_text=password_validators_help_text_html())
    repeated = _password(_("New password again"), "new-password")


class PasswordForm(NewPasswordMixin, ActingForm):
    """The old one proves who sits here."""

    old_password = _password(_("Present password"), "current-password")
    new_password = _password(_("New password"), "new-password", help_text=password_validators_help_text_html())
    repeated = _password(_("New password again"), "new-password")

    def clean_old_password(self) -> str:
        """Raises ValidationError."""
        given: str = self.cleaned_data["old_password"]
        if not self.user.check_password(given):
            raise forms.ValidationError(_("This is not your present password."))
        return given


VALIDITY = [(30, _("30 days")), (90, _("90 days")), (365, _("365 days"))]


class TokenForm(ActingForm):
    """What a program may do in one's name, and for how long."""

    name = forms.CharField(
        label=_("What it is for"), max_length=60, help_text=_("For example: stock system, test of 3 March.")
    )
    may_write = forms.BooleanField(
        label=_("May change things"), required=False, help_text=_("Without this it only reads.")
    )
    days = forms.TypedChoiceField(label=_("Valid for"), coerce=int, choices=VALIDITY, initial=90)


class CodeForm(ActingForm):
    """Six digits, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text"}),
    )

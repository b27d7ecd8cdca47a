"""Inviting, certifying, grading, money forms."""

from django import forms
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from portal.core.pages import ActingForm
from stations.forms.applications import DateInput
from stations.models import GradeLetter, ProductFamily, SkillLevel


class PersonForm(ActingForm):
    """Somebody who gets a link to set a password."""

    username = forms.CharField(
        label=_("user name"), max_length=60, validators=[UnicodeUsernameValidator()],
        help_text=_("For logging in; often the phone number."),
    )  # fmt: skip
    display_name = forms.CharField(label=_("name"), max_length=60)
    phone = forms.CharField(label=_("phone"), max_length=20, required=False)
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES, initial="zh-hans")


class TechnicianForm(ActingForm):
    """A technician, with or without a log-in."""

    name = forms.CharField(label=_("name"), max_length=60)
    phone = forms.CharField(label=_("phone"), max_length=20, required=False)
    username = forms.CharField(
        label=_("user name"), max_length=60, required=False, validators=[UnicodeUsernameValidator()],
        help_text=_("With a user name the technician gets a link for the phone."),
    )  # fmt: skip


class CertifyForm(ActingForm):
    """What a technician may work on."""

    family = forms.ModelChoiceField(label=_("product family"), queryset=ProductFamily.objects.all())
    level = forms.TypedChoiceField(label=_("level"), choices=SkillLevel, coerce=int)
    valid_from = forms.DateField(
        label=_("valid from"), required=False, widget=DateInput(), help_text=_("Left empty: from today.")
    )


class GradeForm(ActingForm):
    """A grade set by hand."""

    grade = forms.ChoiceField(label=_("grade"), choices=GradeLetter)
    valid_from = forms.DateField(label=_("valid from"), widget=DateInput())
    reason = forms.CharField(label=_("reason"), max_length=200)


class MoneyForm(ActingForm):
    """An amount with its reason."""

    amount = forms.DecimalField(label=_("amount"), min_value=0, max_value=99_999_999, decimal_places=2)
    reason = forms.CharField(label=_("reason"), max_length=200)


class DepositForm(ActingForm):
    """Money that arrived."""

    amount = forms.DecimalField(label=_("amount"), min_value=0, max_value=99_999_999, decimal_places=2)
    bank_reference = forms.CharField(label=_("bank reference"), max_length=40)

"""Inviting, certifying, grading, money forms."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import Role
from portal.core.pages import ActingForm
from stations.forms.applications import DateInput
from stations.models import EquipmentItem, EquipmentStatus, GradeLetter, ProductFamily, SkillLevel, Station
from stations.states import EQUIPMENT_MOVES


class PersonForm(ActingForm):
    """Somebody who gets a link to set a password."""

    username = forms.CharField(
        label=_("user name"), max_length=60, validators=[UnicodeUsernameValidator()],
        help_text=_("For logging in; often the phone number."),
    )  # fmt: skip
    display_name = forms.CharField(label=pgettext_lazy("person", "name"), max_length=60)
    phone = forms.CharField(label=_("phone"), max_length=20, required=False)
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES, initial="zh-hans")


class TechnicianForm(ActingForm):
    """A technician, with or without a log-in."""

    name = forms.CharField(label=pgettext_lazy("person", "name"), max_length=60)
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
    valid_to = forms.DateField(
        label=_("valid to (first invalid day)"), required=False, widget=DateInput(),
        help_text=_("Left empty: after the usual time."),
    )  # fmt: skip


class ReasonForm(ActingForm):
    """Why."""

    reason = forms.CharField(label=_("reason"), max_length=200)


class RoleForm(ActingForm):
    """What somebody does at the station."""

    role = forms.ChoiceField(
        label=_("role"),
        choices=[(role.value, role.label) for role in (Role.STATION_CLERK, Role.TECHNICIAN)],
    )


class RateForm(ActingForm):
    """How good a technician is."""

    stars = forms.TypedChoiceField(label=_("stars"), choices=[(n, "★" * n) for n in range(1, 6)], coerce=int)
    valid_from = forms.DateField(
        label=_("valid from"), required=False, widget=DateInput(), help_text=_("Left empty: from today.")
    )
    reason = forms.CharField(label=_("reason"), max_length=200)


class TransferForm(ActingForm):
    """Where a technician shall work."""

    to_station = forms.ModelChoiceField(label=_("station"), queryset=Station.objects.none())
    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to_station"]
        here = self.subject.station
        field.queryset = (
            Station.objects.visible_to(self.user).active().filter(dealer=here.dealer_id).exclude(pk=here.pk)
        )


class EquipmentForm(ActingForm):
    """A piece of equipment as it stands before one."""

    item = forms.ModelChoiceField(label=_("equipment item"), queryset=EquipmentItem.objects.filter(is_active=True))
    serial_number = forms.CharField(label=_("serial number"), max_length=60)
    commissioned_on = forms.DateField(
        label=_("in use since"), required=False, widget=DateInput(), help_text=_("Left empty: today.")
    )
    bought_on = forms.DateField(label=_("bought on"), required=False, widget=DateInput())
    note = forms.CharField(label=_("note"), max_length=200, required=False)
    photo = forms.FileField(label=_("photo"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"}))


class EquipmentMoveForm(ActingForm):
    """What became of a piece; only the moves that its state allows."""

    to = forms.ChoiceField(label=_("new state"), choices=())
    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        targets = EQUIPMENT_MOVES.get(self.subject.status, frozenset())
        field: Any = self.fields["to"]
        field.choices = [(each.value, each.label) for each in EquipmentStatus if each in targets]


class CalibrationForm(ActingForm):
    """A check with its certificate."""

    calibrated_on = forms.DateField(label=_("calibrated on"), widget=DateInput())
    passed = forms.BooleanField(label=_("passed"), required=False, initial=True)
    due_on = forms.DateField(
        label=_("next due on"), required=False, widget=DateInput(),
        help_text=_("Left empty: after the item's own interval."),
    )  # fmt: skip
    laboratory = forms.CharField(label=_("laboratory"), max_length=80, required=False)
    certificate_number = forms.CharField(label=_("certificate number"), max_length=60, required=False)
    certificate = forms.FileField(label=_("certificate (PDF or picture)"), required=False)


class GradeForm(ActingForm):
    """A grade set by hand."""

    grade = forms.ChoiceField(label=_("grade"), choices=GradeLetter)
    valid_from = forms.DateField(label=_("valid from"), widget=DateInput())
    reason = forms.CharField(
        label=_("reason"), max_length=200,
        help_text=_("At least 4 characters; 10 where the grade reaches back into a closed month."),
    )  # fmt: skip


class MoneyForm(ActingForm):
    """An amount with its reason."""

    amount = forms.DecimalField(label=_("amount"), min_value=0, max_value=99_999_999, decimal_places=2)
    reason = forms.CharField(label=_("reason"), max_length=200)


class DepositForm(ActingForm):
    """Money that arrived."""

    amount = forms.DecimalField(label=_("amount"), min_value=0, max_value=99_999_999, decimal_places=2)
    bank_reference = forms.CharField(label=_("bank reference"), max_length=40)

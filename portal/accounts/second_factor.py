"""The second factor: who needs one, setting it up, checking a code. django-otp keeps the devices."""

import secrets
from base64 import b32encode
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_otp import devices_for_user, match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.roles import HQ_ROLES, roles_of
from portal.core import events
from portal.core.errors import Refusal
from portal.core.parameters import param

RECOVERY_CODES = 10


class WrongCode(Refusal):
    """The code does not fit, was used, or came too soon after a wrong one."""

    message = _("This code is not right. Wait for the next one and try again.")
    code = "wrong_code"


def is_required(user: Any) -> bool:
    """Whether the user must have one: headquarters, which includes finance, where the parameter says so."""
    return bool(roles_of(user) & HQ_ROLES) and bool(param("accounts.mfa_required"))


def has_one(user: Any) -> bool:
    """Whether the user set one up."""
    return any(True for _device in devices_for_user(user, confirmed=True))


@transaction.atomic
def start(user: Any) -> TOTPDevice:
    """An unconfirmed device whose secret the app may read; an earlier unconfirmed one is kept: a reload shows the same."""
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return found or TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def secret_of(device: TOTPDevice) -> str:
    """The secret as people type it."""
    return b32encode(device.bin_key).decode()


@transaction.atomic
def confirm(device: TOTPDevice, code: str, *, actor: Any) -> list[str]:
    """The device counts from now on; answers the recovery codes, shown once. Raises WrongCode. Writes one Event."""
    if not device.verify_token(code):
        raise WrongCode(field="code")
    device.confirmed = True
    device.save()
    TOTPDevice.objects.filter(user=device.user).exclude(pk=device.pk).delete()
    StaticDevice.objects.filter(user=device.user).delete()
    static = StaticDevice.objects.create(user=device.user, name="recovery", confirmed=True)
    codes = [secrets.token_hex(5) for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=static, token=code) for code in codes])
    events.record(device.user, "user.second_factor_set", actor=actor)
    return codes


def check(user: Any, code: str) -> Any:
    """The device whose code this is. Raises WrongCode."""
    device = match_token(user, code.strip().replace(" ", ""))
    if device is None:
        raise WrongCode(field="code")
    return device

"""manage.py demo_logins: the table of demo logins, one per role; with the current code where a second factor is asked for."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import second_factor
from portal.accounts.models import User
from portal.core.transactions import acting


class Command(BaseCommand):
    help = "Print the demo's logins."

    def handle(self, *_args: Any, **_options: Any) -> None:
        path = settings.VAR_DIR / "demo_logins.json"
        if not path.exists():
            return
        known = json.loads(path.read_text())
        with acting(None, request_id="demo_logins"), translation.override("zh-hans"):
            rows = [(name, who, role, _code(name)) for name, who, role in known["logins"]]
        widths = [max(_width(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            cells = [_filled(text, width) for text, width in zip(row, widths, strict=False)]
            self.stdout.write(f"  {'  '.join(cells)}  {row[3]}".rstrip())
        self.stdout.write(f"Password of all: {known['password']}\n")


def _code(username: str) -> str:
    """The code that the login page asks for right now; empty where it asks for none. A demo login has its device ready."""
    user = User.objects.filter(username=username).first()
    if user is None or not (second_factor.is_required(user) or second_factor.has_one(user)):
        return ""
    device, _is_new = TOTPDevice.objects.get_or_create(user=user, confirmed=True, defaults={"name": "demo"})
    device.throttle_reset(commit=True)
    return f"{totp(device.bin_key, step=device.step, t0=device.t0, digits=device.digits):0{device.digits}d}"


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese sign takes two."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def _filled(text: str, width: int) -> str:
    return text + " " * (width - _width(text))

"""Business parameters of accounts."""

from django.utils.translation import gettext_lazy as _

from portal.core.parameters import declare

declare(
    "accounts.mfa_required",
    kind="boolean",
    default=False,
    label=_("Headquarters and finance must log in with a second factor"),
    group=_("Accounts"),
)
declare(
    "accounts.idle_minutes",
    kind="integer",
    default=30,
    low=1,
    high=720,
    unit="min",
    label=_("Headquarters and finance are logged out after so long without a click (from the next login on)"),
    group=_("Accounts"),
)

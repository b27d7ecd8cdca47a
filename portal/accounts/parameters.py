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

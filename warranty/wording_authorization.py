"""What the check of prior authorization found, in words for the coach and the claim."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.core import show
from portal.core.pieces import Proof


def authorization_proof(found: Mapping[str, Any] | None) -> Proof | None:
    """Whether the claim needed an authorization before the work and has one; None where it is no topic."""
    if not found:
        return None
    granted = found["granted"]
    if not found["why"]:
        return Proof("ok", _("Prior authorization"), _granted(granted), _("not needed"))
    if found["found"] == "missing":
        return Proof(
            "wait",
            _("Prior authorization needed: %(why)s") % {"why": _why(found)},
            _("None was granted for this job; a person decides."),
        )
    if found["found"] == "not_valid":
        return Proof("wait", _("Prior authorization does not hold on the repair day"), _granted(granted))
    if found["found"] == "too_low":
        asked = _("%(amount)s needed") % {"amount": show.money(Decimal(found["amount"]))}
        return Proof("wait", _("Prior authorization is too low"), _granted(granted), asked)
    return Proof("ok", _("Prior authorization"), _granted(granted))


def _why(found: Mapping[str, Any]) -> str:
    texts = {"outside": _("outside service above its limit"), "total": _("the claim is above its limit")}
    return _(", ").join(texts[name] for name in found["why"])


def _granted(granted: Mapping[str, Any]) -> str:
    return _("%(number)s: up to %(amount)s, work from %(from)s through %(until)s") % {
        "number": granted["number"], "amount": show.money(Decimal(granted["amount"])),
        "from": granted["from"], "until": granted["until"],
    }  # fmt: skip

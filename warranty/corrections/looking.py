"""The auditor looks at a claim that was granted under values since corrected, and says what came of it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock, events
from portal.core.errors import Refusal
from portal.core.states import lock
from warranty.models import CorrectionEffect


class LookedAtAlready(Refusal):
    """One look is kept."""

    message = _("This effect was looked at before.")
    code = "looked_at_already"


@transaction.atomic
def look_at(effect: CorrectionEffect, *, actor: Any, note: str = "", at: datetime | None = None) -> CorrectionEffect:
    """The auditor has seen it. Raises LookedAtAlready. Writes one Event of the claim; money is moved by reversal only."""
    moment = at or clock.now()
    effect = lock(effect, "claim", "correction")
    if effect.seen_at is not None:
        raise LookedAtAlready
    effect.seen_by, effect.seen_at, effect.note = actor, moment, note.strip()
    effect.save(update_fields=["seen_by", "seen_at", "note"])
    data = {"note": effect.correction.number}
    events.record(effect.claim, "warrantyclaim.effect_seen", actor=actor, at=moment, note=note, data=data)
    return effect

"""A claim that waits for a decision is judged again on facts corrected since. Not here: which facts (corrections)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.core import events, statements
from portal.core.states import lock
from warranty import adjudication
from warranty.assessment import Inputs, dump, judged
from warranty.models import ClaimVersion, WarrantyClaim


@transaction.atomic
def judge_open_claim(claim: WarrantyClaim, inputs: Inputs, *, actor: Any, at: datetime, source: str) -> WarrantyClaim:
    """The claim stands as its next version, with the same content, these inputs, and the answer of the rules to them.

    Who decided first of two decides anew. Its status stays: a person decides. source: the document that corrected the facts.
    Writes a ClaimVersion and one Event.
    """
    claim = lock(claim)
    lines = list(claim.lines.select_related("part", "operation", "issued_part").order_by("position"))
    found = judged(inputs)
    for line in lines:
        priced = found.priced[line.position]
        line.allowed_amount, line.codes = priced.allowed, list(priced.codes)
        statements.update(line, ["allowed_amount", "codes"])
    last = ClaimVersion.objects.filter(claim=claim).order_by("-version").first()
    assert last is not None  # noqa: S101 a submitted claim has a version
    claim.version += 1
    statements.update(claim, ["version"])
    statements.insert(
        ClaimVersion(
            claim=claim,
            version=claim.version,
            content=last.content,
            inputs=dump(inputs),
            submitted_by=last.submitted_by,
            submitted_at=at,
        )
    )
    route = claim.route
    adjudication.store(claim, lines, found)
    if not claim.route:  # the rules would not have asked a person; this one is asked already
        claim.route = route
        statements.update(claim, ["route"])
    events.record(claim, "warrantyclaim.judged_again", actor=actor, at=at, data={"note": source})
    return claim

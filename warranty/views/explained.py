"""The stored explanation of a claim as what a page draws: lines with their cuts, proofs, changes, decision."""

from typing import Any

from django.utils.translation import gettext

from portal.core import events, show
from warranty import turning, wording
from warranty.checklist import Finding
from warranty.deadline import Deadline, deadline_of_claim
from warranty.models import ClaimStatus, LineKind, WarrantyClaim
from warranty.risk_wording import risk_proof
from warranty.wording_authorization import authorization_proof


def explained_lines(claim: WarrantyClaim) -> list[dict[str, Any]]:
    """Each line with what it is, how its amount came about, and why it was cut."""
    said = {line["position"]: wording.say_cut(line) for line in claim.explanation.get("lines", [])}
    rows = claim.lines.select_related("part", "operation", "reason_code", "issued_part").order_by("position")
    uplift = claim.explanation.get("uplift", "0")
    return [
        {
            "line": line,
            "how": wording.say_amount(line, uplift, claim.explanation.get("rates", {})),
            "why": line.note or (said.get(line.position, "") if line.cut else ""),
        }
        for line in rows
    ]


def decided(claim: WarrantyClaim) -> str:
    """Who decided what, and when."""
    who = str(claim.decided_by) if claim.decided_by_id else gettext("the system")
    last = claim.decisions.order_by("-pk").first()
    outcome = str(dict(ClaimStatus.choices).get(last.outcome, last.outcome)) if last else claim.get_status_display()
    return gettext("%(outcome)s by %(who)s, %(at)s.") % {
        "outcome": outcome,
        "who": who,
        "at": show.moment(claim.decided_at),
    }


def expired(claim: WarrantyClaim) -> Deadline | None:
    """The deadline that a draft has missed."""
    limit = deadline_of_claim(claim) if claim.is_editable else None
    return limit if limit is not None and limit.is_past else None


def refusals_now(claim: WarrantyClaim) -> list[dict[str, Any]]:
    """What keeps the claim from being submitted today: as found when it was saved, and the deadline if it passed since."""
    found = list(claim.explanation.get("refusals", []))
    limit = expired(claim)
    if limit is not None and not any(finding["code"] == "SUB" for finding in found):
        found.append(Finding("SUB", "repaired_on", {"last": limit.last.isoformat()}).as_json())
    return found


def standing(claim: WarrantyClaim, reader: Any) -> str:
    """What was decided of the claim; else what the system would decide, but of a withdrawn one that nothing was."""
    if claim.status == ClaimStatus.WITHDRAWN:
        withdrawn = events.of_subject(claim).filter(to_status=ClaimStatus.WITHDRAWN).select_related("actor").first()
        if withdrawn is None:
            return gettext("Withdrawn; nothing was decided.")
        said = gettext("Withdrawn by %(who)s, %(at)s; nothing was decided.")
        return said % {"who": withdrawn.actor or gettext("the system"), "at": show.moment(withdrawn.at)}
    return decided(claim) if claim.decided_at else outlook(claim, reader)


def outlook(claim: WarrantyClaim, reader: Any) -> str:
    """What the system would decide of a claim that it has not decided."""
    if expired(claim):
        return gettext("It can no longer be submitted.")
    return wording.say_decision(claim.explanation["decision"], tells_risk=reader.has_perm("warranty.view_risk"))


class Explained:
    """Mixin for pages that show a claim."""

    def explained(self, claim: WarrantyClaim, reader: Any) -> dict[str, Any]:
        """Values for warranty/coach.html and warranty/claim_lines.html."""
        found = claim.explanation
        if not found:
            return {"lines": explained_lines(claim), "parts": [], "refusals": [], "decision": ""}
        rows = explained_lines(claim)
        return {
            "lines": rows,
            "parts": self._parts(claim, [row["line"] for row in rows]),
            "further": [
                *filter(None, [authorization_proof(found.get("authorization"))]),
                wording.duplicate_proof(found["duplicates"]),
                *self._risk(found, reader),
            ],
            "changes": turning.sentences(
                found["coverage"].get("changes", []), covered=found["coverage"]["verdict"] == "covered"
            ),
            "refusals": [wording.say_finding(finding) for finding in refusals_now(claim)],
            "flags": [wording.say(flag) for flag in found["price"].get("flags", [])],
            "decision": standing(claim, reader),
        }

    def _risk(self, found: dict[str, Any], reader: Any) -> list[Any]:
        """The score is not for the station."""
        return [risk_proof(found["risk"])] if reader.has_perm("warranty.view_risk") else []

    def _parts(self, claim: WarrantyClaim, lines: list[Any]) -> list[dict[str, Any]]:
        """One list of proofs per failed part, or one for the unit; equal ones are shown once."""
        by_position = {str(line.position): line for line in lines if line.kind == LineKind.PART}
        shown: list[dict[str, Any]] = []
        for position, cover in claim.explanation.get("parts", {}).items():
            line = by_position.get(position)
            proofs = wording.proofs(cover, part_class=line.part_class if line else "", failed_on=claim.failed_on)
            answer = {"covered": "good", "refused": "bad"}.get(cover["verdict"], "wait")
            entry = {
                "what": line.what if line else "",
                "answer": wording.say_verdict(cover),
                "tone": answer,
                "proofs": proofs,
            }
            same = next(
                (each for each in shown if each["proofs"] == proofs and each["answer"] == entry["answer"]), None
            )
            if same is None:
                shown.append(entry)
            else:
                same["what"] = show.listed([same["what"], entry["what"]])
        return shown

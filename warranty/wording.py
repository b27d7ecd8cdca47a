"""Says in the reader's language what the checks found: the stored explanation holds codes and values only."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parts.models import PartClass
from portal.core import show
from portal.core.pieces import Proof
from warranty import causes
from warranty.models import ExtendedPayer, LineKind
from warranty.states import ClaimStatus

FIELDS = {
    "complaint": gettext_lazy("Complaint"),
    "cause": gettext_lazy("Cause"),
    "correction": gettext_lazy("Correction"),
    "serial_number": gettext_lazy("Serial number"),
    "repaired_on": gettext_lazy("Repair day"),
    "failed_on": gettext_lazy("Failure day"),
    "lines": gettext_lazy("Lines"),
    "invoice_number": gettext_lazy("Invoice number"),
    "qty": gettext_lazy("Quantity"),
    "fault_photo": gettext_lazy("Photo of the fault"),
    "plate_photo": gettext_lazy("Photo of the serial plate"),
}
CODES = {
    "EW": gettext_lazy("Out of warranty on the failure day"),
    "SERIAL_UNKNOWN": gettext_lazy("The serial number is not in our files"),
    "SERIAL_BLOCKED": gettext_lazy("The unit is scrapped or reported stolen"),
    "MODEL_MISMATCH": gettext_lazy("The model is not the one on file for this serial number"),
    "EXCLUDED_CAUSE": gettext_lazy("The cause is not covered"),
    "START_UNKNOWN": gettext_lazy("No sale, invoice or ship date is known"),
    "BEFORE_START": gettext_lazy("The failure lies before the start of cover"),
    "NO_POLICY": gettext_lazy("No policy was in force on the day of sale"),
    "USAGE_UNKNOWN": gettext_lazy("The policy has a usage limit, but there is no reading"),
    "CORE_REPLACE": gettext_lazy("In the first year a core part is replaced, not repaired"),
    "STATION_NOT_ENTITLED": gettext_lazy("The station had no contract in force on the repair day"),
    "ELH": gettext_lazy("Hours above the flat hours"),
    "OVERLAP": gettext_lazy("Shares its access with another operation"),
    "PRICE": gettext_lazy("Claimed above the price of the day"),
    "ONE_TRIP": gettext_lazy("One trip a job is paid, the longest"),
    "NOT_COVERED": gettext_lazy("Not covered"),
    "PART_NOT_IN_BOM": gettext_lazy("The part does not belong to this model"),
    "PART_NOT_ISSUED": gettext_lazy("The part was not issued to this job"),
    "NO_INVOICE": gettext_lazy("Outside service needs an invoice"),
    "NO_AUTHORIZATION": gettext_lazy("Outside service of this amount needs prior authorization"),
    "ABOVE_AUTHORIZATION": gettext_lazy("More than the prior authorization grants"),
    "FREIGHT_ACTUAL": gettext_lazy("Freight is paid as it was"),
    "GOODWILL_SHARE": gettext_lazy("Goodwill pays a share"),
    "GOODWILL_BUDGET": gettext_lazy("Goodwill pays up to its amount"),
    "READING_ROLLED_BACK": gettext_lazy("The reading is lower than an earlier one"),
    "TRAVEL_BEYOND_LIMIT": gettext_lazy("The trip is longer than the distance explains"),
    "DISTANCE_UNKNOWN": gettext_lazy("The distance to the customer is not known"),
    "APPROVER_ONLY": gettext_lazy("A line of another kind is decided by an approver"),
    "repeat_repair": gettext_lazy("The same fault was repaired within 90 days"),
    "photo_reuse": gettext_lazy("A picture was used in another claim"),
    "same_failure": gettext_lazy("The same failure was claimed already"),
    "same_job": gettext_lazy("The same job was claimed already"),
    "same_piece": gettext_lazy("The same removed piece was claimed already"),
    "hard_codes": gettext_lazy("A check failed that a person has to judge"),
    "not_every_line_covered": gettext_lazy("Not every line is covered"),
    "cut_needs_judgment": gettext_lazy("A cut needs a person's judgment"),
    "hard_flags": gettext_lazy("A hard flag stands"),
    "soft_flags": gettext_lazy("Another claim resembles this one"),
    "risk": gettext_lazy("The risk score asks for a look"),
    "nothing_allowed": gettext_lazy("Nothing is allowed by the rules"),
    "above_auto_limit": gettext_lazy("The amount is above the limit without a person"),
    "limit_lowered": gettext_lazy("The limit without a person is lowered after errors found in checks"),
    "authorization_missing": gettext_lazy("A prior authorization is missing"),
    "audit_sample": gettext_lazy("Drawn for a check"),
    "labor_over_flat": gettext_lazy("Hours more than 1.2 times the flat hours"),
    "cost_outlier": gettext_lazy("Costs far above stations of the same grade"),
    "claim_rate": gettext_lazy("More claims a unit than nearly all stations of the grade"),
    "end_of_cover": gettext_lazy("Failed in the last 10 days of cover"),
    "soon_after_registration": gettext_lazy("Failed within 7 days of the registration"),
    "reading_rolled_back": gettext_lazy("The reading is lower than an earlier one"),
    "travel_beyond_limit": gettext_lazy("The trip is longer than the distance explains"),
    "technician_two_jobs": gettext_lazy("The technician was on another job at the same time"),
    "part_not_issued": gettext_lazy("A part was not issued to this job"),
    "certificate_lapsed": gettext_lazy("The technician's certificate had lapsed"),
    "nff_share": gettext_lazy("Many returned parts without a fault"),
    "INFO": gettext_lazy("The question was not answered in time"),
}
REVIEW_REASONS = (  # why the system leaves a claim to a person (decision.obstacles)
    "above_auto_limit", "cut_needs_judgment", "not_every_line_covered", "hard_codes", "hard_flags", "soft_flags", "risk",
    "nothing_allowed", "authorization_missing", "audit_sample",
)  # fmt: skip
SOURCES = {
    "registration": gettext_lazy("registration"),
    "invoice": gettext_lazy("sales invoice"),
    "ship_date": gettext_lazy("ship date and grace period"),
}
BY = {
    "unit": gettext_lazy("Covered by the unit's warranty"),
    "extension": gettext_lazy("Covered by an extended-warranty contract"),
    "campaign": gettext_lazy("Covered by a campaign"),
    "piece": gettext_lazy("Covered by the warranty of the part fitted before"),
    "goodwill": gettext_lazy("Covered by goodwill"),
}
ROUTES = {
    "reviewer": gettext_lazy("a reviewer"),
    "approver": gettext_lazy("an approver"),
    "two_approvers": gettext_lazy("two approvers"),
}


def say(code: str) -> str:
    """The sentence of a code; the code itself for one without."""
    return str(CODES.get(code, code))


def field_name(name: str) -> str:
    """What a field or photo kind is called."""
    return str(FIELDS.get(name, name))


def say_finding(finding: Mapping[str, Any]) -> str:
    """Why a draft cannot be submitted, in a sentence that names what to do."""
    code, field, values = finding["code"], finding.get("field", ""), finding.get("values", {})
    if code == "MISSING_PHOTO":
        return _("%(photo)s is missing.") % {"photo": field_name(field)}
    if code == "MISSING_FIELD":
        return _missing(field, values)
    if code == "SUB":
        return _("The last day to submit was %(day)s.") % {"day": values.get("last", "")}
    if code == "CORE_REPLACE":
        return _("In the first year a core part is replaced, not repaired (until %(day)s).") % {
            "day": values.get("until")
        }
    if code == "DC":
        text = _("Already claimed: %(reference)s (%(why)s). Ask headquarters.")
        return text % {"reference": values.get("reference", ""), "why": say(values.get("why", "")).lower()}
    return say(code)


def _missing(field: str, values: Mapping[str, Any]) -> str:
    name = field_name(field)
    if "least" in values:
        return _("%(field)s needs at least %(count)s characters.") % {"field": name, "count": values["least"]}
    if values.get("rule") == "future":
        return _("The repair day lies in the future.")
    if values.get("rule") == "after_repair":
        return _("The failure day lies after the repair day.")
    if "position" in values:
        return _("Line %(position)s: %(field)s is missing.") % {"position": values["position"], "field": name}
    return _("%(field)s is missing.") % {"field": name}


def say_cut(line: Mapping[str, Any]) -> str:
    """Why a line is allowed less than claimed."""
    codes = line.get("codes", [])
    if not codes:
        return ""
    texts = [_hours(line) if code == "ELH" else say(code) for code in codes]
    return _("%(reasons)s, less %(amount)s") % {
        "reasons": _(", ").join(texts),
        "amount": show.amount(Decimal(line["difference"])),
    }


def _hours(line: Mapping[str, Any]) -> str:
    if line["kind"] == LineKind.DIAGNOSIS:
        return _("Diagnosis is paid up to its limit")
    return _("Flat hours %(flat)s h") % {"flat": show.quantity(Decimal(line["flat_hours"]))}


def say_verdict(cover: Mapping[str, Any]) -> str:
    """The answer in a few words: covered by what, or refused or open why."""
    if cover.get("verdict") == "covered":
        return str(BY.get(cover["by"], ""))
    return say(cover.get("code") or "")


def say_answer(answer: str) -> str:
    """An answer kept in short, covered:unit or a code, in words."""
    kind, _colon, by = answer.partition(":")
    return str(BY.get(by, "")) if kind == "covered" else say(answer)


def say_change(change: Mapping[str, Any]) -> str:
    """What would turn the verdict."""
    day = change.get("values", {}).get("day", "")
    sentences = {
        "start_on_or_before": _("Had the cover started on %(day)s or earlier, the failure day would be out of it."),
        "start_on_or_after": _(
            "With proof of a sale on %(day)s or later (registration or invoice) it would be covered."
        ),
        "goodwill": _("A goodwill authorization of headquarters would pay its share."),
        "start_unknown": _("An invoice, a registration or a ship date would settle the start."),
        "usage_unknown": _("A reading taken at the repair would settle it."),
        "no_policy": _("Headquarters has to enter a policy for the day of sale."),
        "core_replace": _("Replacing the part instead of repairing it would be covered."),
        "serial_unknown": _("Check the serial number against the plate."),
        "model_mismatch": _("Check the model against the plate."),
    }
    return sentences.get(change["change"], "") % {"day": day}


def proofs(cover: Mapping[str, Any], *, part_class: str = "", failed_on: date | None = None) -> list[Proof]:
    """Each test made with the value it found: the proof that the coach and the claim show."""
    made = {test["test"]: test for test in cover.get("tests", [])}
    found = [_serial(made), _period(cover, made, failed_on), _class(cover, made, part_class)]
    found += [
        _usage(made),
        _cause(made),
        _piece(cover, made),
        _core(cover, made, part_class),
        _extension(cover, made),
        _campaign(made),
        _goodwill(made),
    ]
    return [proof for proof in found if proof is not None]


def _verdict(ok: bool) -> str:
    return "ok" if ok else "no"


def _serial(made: Mapping[str, Any]) -> Proof:
    if not made["serial_known"]["ok"]:
        return Proof("no", say("SERIAL_UNKNOWN"))
    if not made["serial_not_blocked"]["ok"]:
        return Proof("no", say("SERIAL_BLOCKED"))
    if not made["model_agrees"]["ok"]:
        return Proof("no", say("MODEL_MISMATCH"))
    return Proof("ok", _("Serial number on file, model agrees"))


def _period(cover: Mapping[str, Any], made: Mapping[str, Any], failed_on: date | None) -> Proof:
    if not cover.get("start"):
        return Proof("no", say("START_UNKNOWN"))
    source = str(SOURCES.get(cover["start_source"], cover["start_source"]))
    if not cover.get("policy"):
        return Proof(
            "no", say("NO_POLICY"), _("Start %(day)s, source: %(source)s") % {"day": cover["start"], "source": source}
        )
    end = cover["first_uncovered"]
    aside = _left(failed_on, end) if failed_on else ""
    detail = _("%(start)s (%(source)s) to %(end)s (first day not covered)") % {
        "start": cover["start"],
        "source": source,
        "end": end,
    }
    if cover.get("repair_days"):
        days = cover["repair_days"]
        detail += ngettext("; %(days)d day in repair added", "; %(days)d days in repair added", days) % {"days": days}
    text = _("Warranty period, policy %(policy)s") % {"policy": cover["policy"]}
    return Proof(_verdict(made["part_class_dates"]["ok"]), text, detail, aside)


def _left(failed_on: date, end: str) -> str:
    days = (date.fromisoformat(end) - failed_on).days
    if days > 0:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    late = 1 - days
    return ngettext("%(days)d day late", "%(days)d days late", late) % {"days": late}


def _class(cover: Mapping[str, Any], made: Mapping[str, Any], part_class: str) -> Proof | None:
    if not part_class:
        return None
    label = dict(PartClass.choices).get(PartClass(part_class), part_class)
    never = bool(cover.get("base_end")) and cover["base_end"] == cover["start"]
    if never:
        return Proof("no", _("Part class: %(label)s") % {"label": label}, _("The policy does not cover this class"))
    return Proof("ok" if cover.get("policy") else "na", _("Part class: %(label)s") % {"label": label})


def _usage(made: Mapping[str, Any]) -> Proof | None:
    test = made["usage"]
    if test["value"] is None and test["ok"]:
        return None
    return Proof(
        _verdict(test["ok"]), _("Usage reading"), show.quantity(test["value"]) if test["value"] else _("no reading")
    )


def _cause(made: Mapping[str, Any]) -> Proof:
    if made["cause"]["ok"]:
        return Proof("ok", _("The cause is covered"))
    return Proof("no", say("EXCLUDED_CAUSE"), causes.name_of(made["cause"]["value"] or ""))


def _piece(cover: Mapping[str, Any], made: Mapping[str, Any]) -> Proof | None:
    test = made.get("piece_cover")
    if test is None or not test["value"]:
        return None
    detail = _("covered before %(day)s") % {"day": test["value"]}
    return Proof(_verdict(test["ok"]), _("Cover of the part fitted before"), detail)


def _core(cover: Mapping[str, Any], made: Mapping[str, Any], part_class: str) -> Proof | None:
    test = made.get("core_rule")
    if test is None or part_class != "core":
        return None
    if not test["ok"]:
        return Proof("no", say("CORE_REPLACE"), _("until %(day)s") % {"day": test["value"]})
    detail = _("The replaced part returns") if cover.get("return_required") else _("repair or replacement allowed")
    return Proof("ok", _("Core part rule"), detail)


def _extension(cover: Mapping[str, Any], made: Mapping[str, Any]) -> Proof | None:
    test, contract = made.get("extension"), cover.get("contract")
    if test is None:
        return None
    if not contract:
        return Proof("na", _("Extended warranty"), _("no contract names this class of parts"))
    payer = dict(ExtendedPayer.choices).get(contract["payer"], contract["payer"])
    detail = _("contract %(number)s, paid by %(payer)s") % {"number": contract["number"], "payer": payer}
    return Proof("ok" if cover.get("by") == "extension" else "na", _("Extended warranty"), detail)


def _campaign(made: Mapping[str, Any]) -> Proof:
    test = made["campaign"]
    if test["ok"]:
        return Proof("ok", _("Campaign"), str(test["value"]))
    return Proof("na", _("Campaign"), _("none applies"))


def _goodwill(made: Mapping[str, Any]) -> Proof | None:
    test = made["goodwill"]
    if test["value"] is None:
        return None
    return Proof(_verdict(test["ok"]), _("Goodwill authorization"), _("good through %(day)s") % {"day": test["value"]})


def duplicate_proof(found: Mapping[str, Any]) -> Proof:
    """Whether another claim stands for the same; a foreign claim is named by reference only."""
    matches = [*found.get("hard", []), *found.get("soft", [])]
    if not matches:
        return Proof("ok", _("No duplicate claim"))
    detail = _("; ").join(f"{match['id']}: {say(match['why'])}" for match in matches)
    return Proof("no" if found.get("hard") else "wait", _("Another claim resembles this one"), detail)


def say_decision(found: Mapping[str, Any], *, tells_risk: bool = False) -> str:
    """What the system decided, or would decide, and why it asks a person."""
    state = found.get("state", "")
    if state == "draft":
        return _("It cannot be submitted yet.")
    if state == ClaimStatus.IN_REVIEW:
        known = [reason for reason in found.get("reasons", []) if tells_risk or reason != "risk"]
        reasons = _("; ").join(say(reason) for reason in known) or _("A person looks at it")
        route = str(ROUTES.get(found.get("route", ""), ""))
        return _("It goes to %(route)s: %(reasons)s.") % {"route": route, "reasons": reasons}
    label = dict(ClaimStatus.choices).get(ClaimStatus(state), state) if state else ""
    return _("The system decides at once: %(outcome)s.") % {"outcome": label}


def line_title(kind: str) -> str:
    """What a kind of line is called."""
    return str(dict(LineKind.choices).get(LineKind(kind), kind))


def say_amount(line: Any, uplift: str, rates: Mapping[str, str]) -> str:
    """How the claimed amount of a line came about; part and operation must be loaded."""
    if line.kind == LineKind.PART:
        return _("Net price %(price)s, uplift %(percent)s") % {
            "price": show.amount(line.unit_price),
            "percent": show.percent(Decimal(uplift) * 100),
        }
    if line.kind in {LineKind.LABOR, LineKind.DIAGNOSIS}:
        return _("%(hours)s h × %(rate)s") % {"hours": show.quantity(line.hours), "rate": show.amount(line.unit_price)}
    if line.kind == LineKind.TRAVEL:
        return _("%(free)s km free, %(rate)s per km") % {
            "free": show.quantity(Decimal(rates.get("free_km", "0"))),
            "rate": show.amount(line.unit_price),
        }
    return str(line.invoice_number)

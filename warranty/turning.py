"""Says which other fact would turn a verdict: the condition in a clause, the answer it would give, and the rule's number."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from parts.models import PartClass
from portal.core import show
from warranty import coverage, wording

RULES = {
    1: pgettext_lazy("rule", "Serial number"),
    2: pgettext_lazy("rule", "Campaign"),
    3: pgettext_lazy("rule", "Start of cover"),
    4: pgettext_lazy("rule", "Policy"),
    5: pgettext_lazy("rule", "Period of the part class"),
    6: pgettext_lazy("rule", "Usage"),
    7: pgettext_lazy("rule", "Cause"),
    8: pgettext_lazy("rule", "Part fitted before"),
    9: pgettext_lazy("rule", "Core part"),
    10: pgettext_lazy("rule", "Goodwill"),
}
CONDITIONS = {
    "serial_unknown": gettext_lazy("If the serial number were on file: check it against the plate"),
    "serial_blocked": gettext_lazy("If the unit were not scrapped or reported stolen"),
    "serial_scrapped": gettext_lazy("If the unit were scrapped or reported stolen"),
    "model_mismatch": gettext_lazy("If the model were the one on file: check it against the plate"),
    "campaign_used": gettext_lazy("If campaign %(campaign)s had not been used for this unit"),
    "campaign_scope": gettext_lazy("If campaign %(campaign)s named this serial number"),
    "campaign_window": gettext_lazy("If the repair fell into campaign %(campaign)s, open from %(day)s"),
    "campaign_operation": gettext_lazy("If the repair were operation %(operations)s of campaign %(campaign)s"),
    "campaign_over": gettext_lazy("If campaign %(campaign)s had been used for this unit before"),
    "registration_late": gettext_lazy(
        "If the registration of the sale on %(day)s had been filed by %(last)s, not on %(filed)s"
    ),
    "registration_waits": gettext_lazy("If headquarters approves the registration of the sale on %(day)s"),
    "start_unknown": gettext_lazy("If an invoice, a registration or a ship date proved a sale on %(day)s or later"),
    "start_by": gettext_lazy("If the sale were proved for %(day)s or earlier"),
    "start_on_or_after": gettext_lazy("If a registration or invoice proved a sale on %(day)s or later"),
    "start_on_or_before": gettext_lazy("If the cover had started on %(day)s or earlier"),
    "no_policy": gettext_lazy("If headquarters enters a policy of at least %(months)s months for sales on %(day)s"),
    "policy_other": gettext_lazy("If the sale had fallen under policy %(policy)s, for sales from %(day)s"),
    "class_covered": gettext_lazy("If the part were of the class %(classes)s"),
    "class_refused": gettext_lazy("If the part were of the class %(classes)s"),
    "failure_after": gettext_lazy("If it failed on %(day)s or later"),
    "failure_by": gettext_lazy("If it had failed on %(day)s or earlier"),
    "extension_cancelled": gettext_lazy("If extended warranty %(contract)s were cancelled"),
    "extension_class": gettext_lazy("If extended warranty %(contract)s named this class of parts"),
    "extension_bought": gettext_lazy("If extended warranty %(contract)s had been bought by the day of failure"),
    "extension": gettext_lazy("If an extended warranty of %(months)s months for this class had been bought by %(day)s"),
    "usage_unknown": gettext_lazy("If a reading taken at the repair showed %(limit)s or less"),
    "usage_up_to": gettext_lazy("If the reading were %(limit)s or less"),
    "usage_above": gettext_lazy("If the reading were above %(limit)s"),
    "cause": gettext_lazy("If the cause were a defect, not one that is excluded"),
    "cause_excluded": gettext_lazy("If the cause were one that is excluded, as misuse or an accident"),
    "piece_after": gettext_lazy("If the part fitted before failed on %(day)s or later"),
    "piece_unpaid": gettext_lazy("If the claim on which the failed part was fitted is granted"),
    "piece_fitted": gettext_lazy("If the failed part had itself been sold or fitted on a claim on %(day)s or later"),
    "core_replace": gettext_lazy("If the core part were replaced instead of repaired"),
    "core_repair": gettext_lazy("If the core part were repaired instead of replaced before %(day)s"),
    "goodwill": gettext_lazy("If headquarters grants goodwill: it pays its share"),
    "goodwill_expired": gettext_lazy("If the goodwill good through %(day)s were renewed"),
    "goodwill_after": gettext_lazy("If the repair were done after %(day)s"),
}
NEAR = frozenset({"start_on_or_before", "failure_after", "campaign_over", "piece_after", "goodwill_after"})
TONES = {"covered": "good", "refused": "bad"}


@dataclass(frozen=True, slots=True)
class Told:
    """One turn as a page shows it."""

    n: int
    rule: str
    condition: str
    answer: str
    tone: str

    @property
    def sentence(self) -> str:
        return _("%(condition)s: %(answer)s.") % {"condition": self.condition, "answer": self.answer}


def as_json(turn: coverage.Turn) -> dict[str, Any]:
    """How a turn is stored and sent."""
    return asdict(turn)


def tell(turn: Mapping[str, Any]) -> Told:
    """A stored turn in the reader's language."""
    values = dict(turn["values"])
    if "classes" in values:
        labels = dict(PartClass.choices)
        values["classes"] = _(" or ").join(
            str(labels.get(PartClass(each), each)) for each in values["classes"].split(",")
        )
    if "limit" in values:
        values["limit"] = show.quantity(values["limit"])
    condition = str(CONDITIONS[turn["change"]]) % values
    return Told(turn["n"], str(RULES[turn["n"]]), condition, _answer(turn), TONES.get(turn["to"], "wait"))


def sentences(changes: list[dict[str, Any]], *, covered: bool) -> list[str]:
    """What a claim says beside its proofs; of a covered one only the days that end it."""
    told = [change for change in changes if "to" in change]
    shown = [tell(change).sentence for change in told if not covered or change["change"] in NEAR]
    older = [wording.say_change(change) for change in changes if "to" not in change]
    return [*shown, *filter(None, older)]


def _answer(turn: Mapping[str, Any]) -> str:
    if turn["to"] == "covered":
        return pgettext("what would be", "covered")
    text = pgettext("what would be", "refused (%(reason)s)")
    if turn["to"] == "review":
        text = pgettext("what would be", "a person decides (%(reason)s)")
    return text % {"reason": wording.say(turn["code"] or "")}

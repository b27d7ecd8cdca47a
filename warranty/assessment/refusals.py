"""What keeps a claim from being submitted: the checklist, the core rule, a hard duplicate."""

from collections.abc import Mapping

from warranty import coverage
from warranty.assessment.inputs import Inputs
from warranty.checklist import Finding


def refusals_of(inputs: Inputs, verdicts: Mapping[int, coverage.Verdict]) -> list[Finding]:
    """Everything at once, so that the station can mend it at once."""
    found = list(inputs.findings)
    for position, verdict in verdicts.items():
        if verdict.code == "CORE_REPLACE":
            values = {"position": position, "until": _core_until(verdict)}
            found.append(Finding("CORE_REPLACE", "remedy", values))
    found += [Finding("DC", "replaces", {"reference": match.id, "why": match.why}) for match in inputs.rivals.hard]
    return found


def _core_until(verdict: coverage.Verdict) -> str | None:
    return next((test.value for test in verdict.tests if test.test == "core_rule"), None)

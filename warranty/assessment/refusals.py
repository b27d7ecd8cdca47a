"""What keeps a claim from being submitted: the checklist, the core rule, a hard duplicate."""

from collections.abc import Mapping

from warranty import checklist, coverage
from warranty.assessment.case import Case
from warranty.checklist import Finding
from warranty.duplicates import Duplicates


def refusals_of(case: Case, verdicts: Mapping[int, coverage.Verdict], rivals: Duplicates) -> list[Finding]:
    found = checklist.findings(case.claim, list(case.lines), kinds={photo.kind for photo in case.photos})
    for position, verdict in verdicts.items():
        if verdict.code == "CORE_REPLACE":
            values = {"position": position, "until": _core_until(verdict)}
            found.append(Finding("CORE_REPLACE", "remedy", values))
    found += [Finding("DC", "replaces", {"reference": match.id, "why": match.why}) for match in rivals.hard]
    return found


def _core_until(verdict: coverage.Verdict) -> str | None:
    return next((test.value for test in verdict.tests if test.test == "core_rule"), None)

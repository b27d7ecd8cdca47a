"""Reads everything that the rules want to know about a claim, once. Decides nothing."""

from portal.core import clock
from portal.core.parameters import declared, param, version
from stations.contracts import may_claim
from warranty import causes, checklist
from warranty.assessment.case import Case
from warranty.assessment.checks import decision_settings
from warranty.assessment.cover import cover_facts
from warranty.assessment.inputs import Inputs
from warranty.assessment.price import line_input, terms_of
from warranty.assessment.risk_facts import risk_facts
from warranty.audits import earned_share
from warranty.rivals import find_rivals


def inputs_of(case: Case) -> Inputs:
    """Everything at once; a number of queries that grows with the failed parts only."""
    claim, on = case.claim, case.claim.repaired_on
    rivals = find_rivals(claim, case.lines, case.links, case.photos)
    return Inputs(
        read_at=clock.now(),
        on=on,
        rule_set={p.key: version(p.key, on) for p in declared() if p.key.startswith("warranty.")}
        | {"warranty.excluded_causes": causes.marks_on(claim.failed_on)},
        cover=cover_facts(case),
        lines=[line_input(case, line) for line in case.lines],
        terms=terms_of(case),
        rates=case.rates,
        rivals=rivals,
        risk=risk_facts(case, rivals),
        findings=checklist.findings(claim, list(case.lines), kinds={photo.kind for photo in case.photos}),
        station_entitled=may_claim(claim.station, work_done_on=on).ok,
        limits=decision_settings(on, earned_share=earned_share(claim.station_id, clock.today())),
        goodwill_budget=claim.goodwill.budget if claim.goodwill and claim.goodwill.pays else None,
        authorization=case.authorization,
        authorization_limit=param("warranty.authorization_limit", on),
        tells_turns=True,
    )

"""Everything the rules say about one claim as it stands, draft or submitted: cover, price, duplicates, risk, decision.

assess() reads and answers; it writes nothing. The coach shows its answer, submit stores it and acts on it
(adjudication.py). What was read is plain data (Inputs) and the answer a pure function of it, so a stored decision can be
judged again as it was. The explanation holds codes and values only; wording.py says them in the reader's language.
"""

from warranty.assessment.assessing import Assessment, assess, in_audit_sample, judged
from warranty.assessment.inputs import Inputs
from warranty.assessment.storing import dump, load

__all__ = ["Assessment", "Inputs", "assess", "dump", "in_audit_sample", "judged", "load"]

"""Everything the rules say about one claim as it stands, draft or submitted: cover, price, duplicates, risk, decision.

assess() reads and answers; it writes nothing. The coach shows its answer, submit stores it and acts on it
(adjudication.py). The explanation holds codes and values only; wording.py says them in the reader's language.
"""

from warranty.assessment.assessing import Assessment, assess, in_audit_sample

__all__ = ["Assessment", "assess", "in_audit_sample"]

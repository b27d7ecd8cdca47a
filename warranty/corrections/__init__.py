"""Correcting the registration of a sale: what it would do to every claim is known before it is made; what stood before stays.

filing: the correction with its values before and after; effects: each claim judged again; deciding: four eyes where money
changes; looking: the auditor's look at claims that were paid under the values before.
"""

from warranty.corrections.deciding import apply_correction, refuse_correction
from warranty.corrections.effects import Effect, effects_of
from warranty.corrections.filing import file_correction
from warranty.corrections.looking import look_at
from warranty.corrections.values import Values, changes_between, replaced, values_of

__all__ = [
    "Effect",
    "Values",
    "apply_correction",
    "changes_between",
    "effects_of",
    "file_correction",
    "look_at",
    "refuse_correction",
    "replaced",
    "values_of",
]

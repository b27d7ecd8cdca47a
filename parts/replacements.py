"""What a free replacement under warranty refers to: upper apps name the jobs and claims they keep. Not here: the order."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from parts.models import OrderKind
from portal.core.errors import Refusal

type Known = Callable[[Any, str], bool]
_known: list[Known] = []


class ReferenceMissing(Refusal):
    """Free parts belong to a job or a claim of the station."""

    message = _("A free warranty replacement names a work order or a claim of this station: got “%(got)s”.")
    code = "replacement_reference_missing"


def reference(known: Known) -> None:
    """`known(station, number)`: whether the station has such a record. Called in AppConfig.ready() of who keeps them."""
    if known not in _known:
        _known.append(known)


def require_reference(station: Any, kind: str, number: str) -> None:
    """Raises ReferenceMissing for a free replacement without a job or claim of this station."""
    if kind == OrderKind.WARRANTY_REPLACEMENT and not any(known(station, number.strip()) for known in _known):
        raise ReferenceMissing(got=number[:60], field="reference")

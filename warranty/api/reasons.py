"""A reason of the list, named by its code, as it stands today."""

from typing import Any

from portal.core import clock
from portal.core.api import ScopedField
from warranty.models import ReasonCode, ReasonUse


class ReasonField(ScopedField):
    """One that may be given today for one of these uses."""

    def __init__(self, *uses: ReasonUse, **kwargs: Any) -> None:
        self.uses = uses
        super().__init__(slug_field="code", queryset=ReasonCode.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return super().get_queryset().on(clock.today()).fitting(*self.uses)

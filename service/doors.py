"""What upper apps put on a job's page: each provider answers buttons for a job and a reader. Filled in their ready()."""

from collections.abc import Callable, Iterable
from typing import Any

from portal.core.pieces import Action

type JobActions = Callable[[Any, Any], Iterable[Action]]
_providers: list[JobActions] = []


def job_actions(provider: JobActions) -> None:
    """`provider(work_order, user)` answers further buttons, such as the claim for a completed job."""
    if provider not in _providers:
        _providers.append(provider)


def actions_of(work_order: Any, user: Any) -> list[Action]:
    """All buttons of upper apps for this job."""
    return [action for provider in _providers for action in provider(work_order, user)]

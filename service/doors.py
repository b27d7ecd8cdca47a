"""What an upper app says on the page of a finished job: its next step, such as the claim. Filled in its ready()."""

from collections.abc import Callable
from typing import Any

from portal.core.pieces import NextStep

type AfterJob = Callable[[Any, Any], NextStep | None]
_providers: list[AfterJob] = []


def after_job(provider: AfterJob) -> None:
    """`provider(work_order, user)` answers what follows a completed job for this reader, or None."""
    if provider not in _providers:
        _providers.append(provider)


def step_after(work_order: Any, user: Any) -> NextStep | None:
    """The first answer of the upper apps."""
    found = (provider(work_order, user) for provider in _providers)
    return next((step for step in found if step is not None), None)

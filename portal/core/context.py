"""Who acts, in which role, under which request: carried beside the call, for events and logs only. Never for deciding.

And a notebook that lives as long as the transaction, for what is read often and changes seldom.
"""

from contextvars import ContextVar
from typing import Any

PARAMETERS_AS_OF = "parameters as of"  # which rows of business parameters stood when the transaction began

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_role: ContextVar[str] = ContextVar("role", default="")
_notebook: ContextVar[dict[str, Any] | None] = ContextVar("notebook", default=None)


def request_id() -> str:
    """The id of the request or job step under way, or empty."""
    return _request_id.get()


def role() -> str:
    """The role in which the actor acts, or empty for the system."""
    return _role.get()


def notebook() -> dict[str, Any] | None:
    """What was noted since the request or job step began; None outside of one."""
    return _notebook.get()


def note(name: str, value: Any) -> None:
    """Keep something until the transaction ends."""
    if (noted := _notebook.get()) is not None:
        noted[name] = value


def enter(*, request_id: str, role: str) -> tuple[object, object, object]:
    """Set both and open a new notebook; give the answer to leave()."""
    return _request_id.set(request_id), _role.set(role), _notebook.set({})


def leave(tokens: tuple[object, object, object]) -> None:
    """Back to what was before enter()."""
    _request_id.reset(tokens[0])  # type: ignore[arg-type]
    _role.reset(tokens[1])  # type: ignore[arg-type]
    _notebook.reset(tokens[2])  # type: ignore[arg-type]

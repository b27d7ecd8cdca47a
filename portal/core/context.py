"""Who acts, in which role, under which request: carried beside the call, for events and logs only. Never for deciding."""

from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_role: ContextVar[str] = ContextVar("role", default="")


def request_id() -> str:
    """The id of the request or job step under way, or empty."""
    return _request_id.get()


def role() -> str:
    """The role in which the actor acts, or empty for the system."""
    return _role.get()


def enter(*, request_id: str, role: str) -> tuple[object, object]:
    """Set both; give the answer to leave()."""
    return _request_id.set(request_id), _role.set(role)


def leave(tokens: tuple[object, object]) -> None:
    """Back to what was before enter()."""
    _request_id.reset(tokens[0])  # type: ignore[arg-type]
    _role.reset(tokens[1])  # type: ignore[arg-type]

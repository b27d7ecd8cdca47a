"""One transaction per request and per job step, which knows who acts and what they may see."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bound_contextvars

from portal.core import context
from portal.core.context import PARAMETERS_AS_OF
from portal.core.scope import scope_of

SET_CONTEXT = (
    "SELECT set_config('app.scope', %s, true), set_config('pghistory.context_id', %s, true),"
    " set_config('pghistory.context_metadata', %s, true),"
    " (SELECT count(*) || ':' || coalesce(max(id), 0) FROM core_parametervalue)"
)


@contextmanager
def acting(user: Any | None, *, request_id: str = "") -> Iterator[None]:
    """Inside, one transaction whose audit context and row-level scope are the user's; None is the system, which sees all."""
    role = "" if user is None else str(getattr(user, "acting_role", "") or "")
    tokens = context.enter(request_id=request_id, role=role)
    try:
        with bound_contextvars(request_id=request_id), transaction.atomic():
            metadata = json.dumps({"user": user.pk if user else None, "role": role, "request": request_id})
            with connection.cursor() as cursor:
                scope = "*" if user is None else scope_of(user).as_setting()
                cursor.execute(SET_CONTEXT, [scope, str(uuid.uuid4()), metadata])
                context.note(PARAMETERS_AS_OF, cursor.fetchone()[-1])
            yield
    finally:
        context.leave(tokens)


class TransactionContext:
    """Wraps the view *and the rendering of its template*: ATOMIC_REQUESTS alone ends before a TemplateResponse is rendered.

    ATOMIC_REQUESTS stays on: its savepoint undoes a raising view, and the error page may still query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with acting(request.user, request_id=getattr(request, "request_id", "")):
            return self.get_response(request)

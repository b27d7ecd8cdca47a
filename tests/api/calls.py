"""Calling the API in tests: by token or by session, with a key of its own for each act."""

import json
from itertools import count
from typing import Any

from django.test import Client

from portal.accounts.tokens import make_token

_keys = count(1)


class Program:
    """A client that holds a token of the user."""

    def __init__(self, user: Any, *, may_write: bool = True, language: str = "en") -> None:
        type(user).objects.filter(pk=user.pk).update(language=language)
        _row, token = make_token(user, name="test", may_write=may_write, days=30, actor=user)
        self.client = Client(raise_request_exception=False, headers={"Authorization": f"Token {token}"})

    def get(self, path: str, **query: Any) -> Any:
        """The answer to a question."""
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any, *, key: str | None = None, raw: bytes | None = None, **headers: Any) -> Any:
        """The answer to an act; key "" sends none."""
        headers = {"Idempotency-Key": f"key-{next(_keys)}" if key is None else key} | headers
        content = raw if raw is not None else json.dumps(body).encode()
        return self.client.post(
            f"/api/v1/{path}", content, content_type="application/json",
            headers={name: value for name, value in headers.items() if value},
        )  # fmt: skip

    def send(self, path: str, fields: dict[str, Any], *, key: str = "") -> Any:
        """The answer to a form with files."""
        return self.client.post(f"/api/v1/{path}", fields, headers={"Idempotency-Key": key or f"key-{next(_keys)}"})

"""One effect and one answer per key."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.errors import Refusal
from portal.core.models.idempotency import IdempotencyKey


class KeyReused(Refusal):
    """The key came before with another body."""

    message = _("This form was already sent with other values. Reload the page and try again.")
    code = "key_reused"


def is_used(scope: str, key: str) -> bool:
    """Whether the form with this key was sent and answered."""
    return bool(key) and IdempotencyKey.objects.filter(scope=scope[:160], key=key[:80].replace("\x00", "")).exists()


@transaction.atomic
def once(scope: str, key: str, body: bytes, act: Callable[[], Any]) -> Any:
    """The answer (JSON) of `act`, which has run exactly once for this key; key, effect and answer commit together.

    A twin that comes meanwhile waits at the unique index. Raises KeyReused.
    """
    digest = hashlib.sha256(body).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {IdempotencyKey._meta.db_table} (scope, key, body_sha256, created_at)"  # noqa: S608
            " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [scope, key, digest, clock.now()],
        )
        first = cursor.rowcount == 1
    row = IdempotencyKey.objects.get(scope=scope, key=key)
    if row.body_sha256 != digest:
        raise KeyReused
    if first:
        row.answer = act()
        row.save(update_fields=["answer"])
    return row.answer

"""Row-level before and after, written by triggers whoever writes. Not here: the business events a user reads."""

from collections.abc import Callable
from typing import Any

import pghistory


def tracked(**options: Any) -> Callable[[type[Any]], type[Any]]:
    """A class decorator: every insert and update of the model leaves a row of history with its audit context.

    The context lies in the row itself: no foreign key, so COPY and raw SQL are attributed as well.
    """
    return pghistory.track(  # type: ignore[no-any-return]
        append_only=True,
        context_field=pghistory.ContextJSONField(),
        context_id_field=pghistory.ContextUUIDField(),
        **options,
    )

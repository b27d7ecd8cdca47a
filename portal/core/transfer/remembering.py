"""Which heading of their own files a person uses for which column, remembered per person and kind of import."""

from collections.abc import Mapping
from typing import Any

from portal.core.models import ImportHeadings
from portal.core.transfer.kinds import ImportKind


def remembered(user: Any, kind: ImportKind) -> dict[str, str]:
    """Column by heading (folded), as the person assigned them last; empty for who never did."""
    if not getattr(user, "pk", None):
        return {}
    known = ImportHeadings.objects.filter(user_id=user.pk, kind=kind.key).values_list("columns", flat=True).first()
    names = {column.name for column in kind.columns}
    return {heading: column for heading, column in (known or {}).items() if column in names}


def remember(user: Any, kind: ImportKind, columns: Mapping[str, str]) -> None:
    """From now on the person's files are read so. Writes one row."""
    ImportHeadings.objects.update_or_create(user=user, kind=kind.key, defaults={"columns": dict(columns)})

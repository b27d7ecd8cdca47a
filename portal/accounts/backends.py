"""Who logs in. What a user may do is the permission table's alone (permissions.py), so that nobody is granted beside it."""

from typing import Any

from django.contrib.auth.backends import ModelBackend


class Password(ModelBackend):
    """Name and password; Django's own tables of permissions and groups are never asked."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """None from here."""
        return set()

    get_user_permissions = get_all_permissions
    get_group_permissions = get_all_permissions

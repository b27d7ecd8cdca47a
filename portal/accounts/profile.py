"""change_profile(), change_password(), keep_language(): what one does to one's own account."""

from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.core import events
from portal.core.phones import check_phone


@transaction.atomic
def change_profile(user: User, *, display_name: str, phone: str, email: str, language: str) -> User:
    """The account shows these. Raises PhoneNotANumber. Writes one Event naming the changed fields."""
    if phone != user.phone:
        check_phone(phone)
    wanted = {"display_name": display_name, "phone": phone, "email": email, "language": language}
    changed = [name for name, value in wanted.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, wanted[name])
    if changed:
        user.save(update_fields=changed)
        events.record(user, "user.changed", actor=user, data={"fields": changed})
    return user


@transaction.atomic
def change_password(user: User, new: str, *, actor: Any) -> User:
    """Only the new password opens the account. Writes one Event."""
    user.set_password(new)
    user.save(update_fields=["password"])
    events.record(user, "user.password_changed", actor=actor)
    return user


def keep_language(user: User, language: str) -> None:
    """Later pages, mails and documents for the user come in this language."""
    if user.language != language:
        User.objects.filter(pk=user.pk).update(language=language)
        user.language = language

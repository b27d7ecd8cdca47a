"""Who at a supplier gets its notes by mail, and who got one. Not here: what the mails say (recovery_jobs)."""

from typing import Any

from django.db.models import Q

from parts.models import Supplier
from parts.models.suppliers import ContactRole
from portal.core.models import MailOutbox
from warranty.models import Chargeback
from warranty.settlement_people import supplier_users


def mail_addresses(supplier: Supplier, users: list[Any] | None = None) -> list[str]:
    """Those at the supplier who answer for quality and money, else its own address, else its logins; none: nobody gets mail.

    users: its logins where they are known already.
    """
    claims = Q(role__in=[ContactRole.QUALITY, ContactRole.FINANCE]) & ~Q(email="")
    people = supplier.contacts.filter(claims, is_active=True).order_by("pk").values_list("email", flat=True)
    found = list(people) or ([supplier.email] if supplier.email else [])
    if not found:
        found = [user.email for user in (supplier_users(supplier) if users is None else users)]
    return list(dict.fromkeys(filter(None, found)))


def mail_key(note: Chargeback, address: str = "") -> str:
    """What the mail of the note to this address is known by."""
    return f"chargeback:{note.pk}:{address}"


def mailed_to(note: Chargeback) -> list[str]:
    """To whom the sent note went by mail, or goes any moment."""
    went = MailOutbox.objects.filter(key__startswith=mail_key(note)).order_by("pk").values_list("to", flat=True)
    return list(went) or mail_addresses(note.supplier)

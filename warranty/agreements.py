"""Agreements with suppliers: proposed by one person, released by another (masters). Not here: which one a part takes
(recovery_agreements)."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from parts.models import Part, PartCategory, Supplier
from portal.core.errors import Refusal
from warranty import masters
from warranty.models import MasterStatus, SupplierAgreement

MONTHS = ("months_from_receipt", "months_from_sale")


class AgreementOfTwoKinds(Refusal):
    """What an agreement is about is said in one way."""

    message = _("Name a part, a category or a class, only one of them.")
    code = "agreement_of_two_kinds"


class AgreementNumberTaken(Refusal):
    """The number tells agreements apart."""

    message = _("The number %(number)s is that of another agreement.")
    code = "agreement_number_taken"


class AgreementEndsTooSoon(Refusal):
    """An end lies behind the beginning."""

    message = _("Valid to: got %(got)s, expected a day after %(first)s.")
    code = "agreement_ends_too_soon"


class AgreementTermTooShort(Refusal):
    """Nobody answers within no day, and a warranty of no month is none."""

    message = _("%(term)s: got %(got)s, expected at least 1.")
    code = "agreement_term_too_short"


class KeptAndNotKept(Refusal):
    """Who pays without the part does not want it kept."""

    message = _("Either the old part is kept for the supplier, or he pays without its return: tick only one of them.")
    code = "kept_and_not_kept"


def propose_agreement(
    *,
    supplier: Supplier,
    number: str,
    valid_from: date,
    actor: Any,
    valid_to: date | None = None,
    part: Part | None = None,
    category: PartCategory | None = None,
    part_class: str = "",
    at: datetime | None = None,
    **terms: Any,
) -> SupplierAgreement:
    """What the supplier will pay for parts repaired in [valid_from, valid_to), once another person has released it.

    terms: shares in percent, caps and fee in CNY, months, days and rights, by the fields of SupplierAgreement; what is not
    said has the field's default. It may begin on a past day where none held for its parts then, and no case was charged by
    another. Raises AgreementOfTwoKinds, AgreementNumberTaken, AgreementEndsTooSoon, AgreementTermTooShort, KeptAndNotKept,
    TermTooFarOff, TermInThePast, TermTaken. Writes the proposal, one Event.
    """
    about = {"supplier": supplier, "part": part, "category": category, "part_class": part_class}
    says: dict[str, Any] = {**about, "number": number.strip(), "valid_to": valid_to, **terms}
    refuse_unsound(SupplierAgreement(valid_from=valid_from, **says))
    return masters.propose(SupplierAgreement, valid_from=valid_from, actor=actor, at=at, **says)


def refuse_unsound(draft: SupplierAgreement) -> None:
    """Raises AgreementOfTwoKinds, AgreementNumberTaken, AgreementEndsTooSoon, AgreementTermTooShort, KeptAndNotKept."""
    named = [name for name in ("part_id", "category_id", "part_class") if getattr(draft, name)]
    if len(named) > 1:
        raise AgreementOfTwoKinds(field=named[1].removesuffix("_id"))
    standing = SupplierAgreement.objects.filter(number=draft.number).exclude(status=MasterStatus.WITHDRAWN)
    if standing.exists():
        raise AgreementNumberTaken(number=draft.number, field="number")
    if draft.valid_to is not None and draft.valid_from is not None and draft.valid_to <= draft.valid_from:
        first, got = draft.valid_from.isoformat(), draft.valid_to.isoformat()
        raise AgreementEndsTooSoon(got=got, first=first, field="valid_to")
    for name in ("notice_days", *(["deemed_accept_days"] if draft.deemed_accept else []), *MONTHS):
        got = getattr(draft, name)
        if got is not None and got < 1:
            label: Any = draft._meta.get_field(name)
            raise AgreementTermTooShort(term=label.verbose_name, got=got, field=name)
    if draft.return_required and draft.no_return:
        raise KeptAndNotKept(field="no_return")

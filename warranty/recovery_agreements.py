"""Which supplier and which agreement answer for a part on a day. Not here: the cases that follow (recovery)."""

from datetime import date
from decimal import Decimal

from django.db.models import Q

from parts.models import Part, Supplier, SupplierPart
from warranty.models import SupplierAgreement
from warranty.recovery_rules import Terms


def _in_force(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def suppliers_of(part: Part, *, on: date) -> list[Supplier]:
    """Every supplier that delivers the part on the day; more than one has to be told apart by hand."""
    return list(
        Supplier.objects.filter(parts__in=SupplierPart.objects.filter(_in_force(on), part=part))
        .distinct()
        .order_by("pk")
    )


def asked_for(part: Part, *, on: date) -> list[Supplier]:
    """Who may have to answer for the part: whoever delivers it on the day, else whoever agreed to pay for such a part."""
    return suppliers_of(part, on=on) or list(
        Supplier.objects.filter(
            pk__in=SupplierAgreement.objects.on(on).filter(_about(part)).values("supplier")
        ).order_by("pk")
    )


def agreement_for(supplier: Supplier, part: Part, *, on: date) -> SupplierAgreement | None:
    """The supplier's released agreement of the day: one for the part, else its category, else its class, else everything."""
    found = SupplierAgreement.objects.on(on).filter(_about(part), supplier=supplier)
    return min(found, key=_breadth, default=None)


def _about(part: Part) -> Q:
    any_part = Q(part=None, category=None, part_class__in=["", part.part_class])
    return Q(part=part) | Q(part=None, category=part.category_id) | any_part


def _breadth(agreement: SupplierAgreement) -> tuple[bool, bool, bool]:
    return agreement.part_id is None, agreement.category_id is None, not agreement.part_class


def contract_wants_return(part: Part, *, on: date) -> bool:
    """Whether a supplier's agreement asks for the old part."""
    agreements = (agreement_for(supplier, part, on=on) for supplier in suppliers_of(part, on=on))
    return any(agreement is not None and agreement.return_required for agreement in agreements)


def contract_price(supplier: Supplier, part: Part, *, on: date) -> Decimal | None:
    """What the supplier is paid for the part on the day, CNY, tax excluded; None when no price is agreed."""
    found = SupplierPart.objects.filter(_in_force(on), supplier=supplier, part=part).order_by("-valid_from").first()
    return found.contract_price if found else None


def terms_of(agreement: SupplierAgreement, part: Part, *, on: date) -> Terms:
    """The agreement as the rules want it on a day: shares as fractions, caps, contract price."""
    return terms_at(agreement, contract_price(agreement.supplier, part, on=on))


def terms_at(agreement: SupplierAgreement, price: Decimal | None) -> Terms:
    """The agreement as the rules want it, with the contract price of the part."""
    shares = {"part": agreement.part_share, "labor": agreement.labor_share, "travel": agreement.travel_share}
    shares["diagnosis"] = agreement.labor_share
    caps = {"part": agreement.part_cap, "labor": agreement.labor_cap, "travel": agreement.travel_cap}
    rest = {kind: agreement.other_share for kind in ("outside", "freight", "other")}
    return Terms(
        shares={kind: share / 100 for kind, share in (shares | rest).items()},
        caps={kind: cap for kind, cap in caps.items() if cap is not None},
        contract_price=price,
        handling_fee=agreement.handling_fee,
    )

"""What check_books asks of old parts, statements and chargebacks: one sentence per violation."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import batched
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from parts.models import Posting
from stations.models import Incentive
from warranty.disposing import REFURBISH
from warranty.failed_parts_custody import all_custody_faults
from warranty.fine_states import POSTED, FineStatus
from warranty.models import (
    CREDITS,
    Appeal,
    Chargeback,
    ChargebackLine,
    ClaimLine,
    FailedPart,
    ItemKind,
    LineKind,
    RecoveryCase,
    RecoveryEntry,
    SettlementItem,
    Statement,
    StatementLine,
    StatementTaxGroup,
    StationFine,
    WarrantyClaim,
)
from warranty.recovery_charges import OF_CASE, PAYS_BESIDE, charges_of
from warranty.settlement import rebuilt_fingerprints
from warranty.settlement_states import ANSWERS, UNANSWERED, ChargebackStatus, RecoveryStatus, StatementStatus
from warranty.states import GRANTED

ZERO = Decimal("0.00")
AT_ONCE = 500
REBUILT = 100  # statements whose lines are in memory together


def sum_of(model: type[models.Model], owner: str, amount: str, **only: Any) -> Coalesce:
    """What the rows of each record come to, CNY; nothing where it has none."""
    rows = model._default_manager.filter(**{owner: OuterRef("pk")}, **only).order_by().values(owner)
    total = models.DecimalField(max_digits=20, decimal_places=2)
    return Coalesce(Subquery(rows.annotate(total=Sum(amount)).values("total")), Value(ZERO), output_field=total)


def claims_without_credit() -> Iterator[str]:
    """I7: every granted claim with an amount is credited exactly once."""
    credited = SettlementItem.objects.filter(kind=ItemKind.CLAIM).values("claim")
    for claim in WarrantyClaim.objects.granted().filter(approved_total__gt=0).exclude(pk__in=credited):
        yield _("%(number)s is granted but was never credited") % {"number": claim.number}


def credits_that_differ() -> Iterator[str]:
    """I7: a claim's credit equals its approved amount."""
    items = SettlementItem.objects.filter(kind=ItemKind.CLAIM).exclude(amount=F("claim__approved_total"))
    for item in items.select_related("claim"):
        claim: Any = item.claim  # an item of kind claim names one
        yield _("%(number)s: approved %(approved)s, credited %(credited)s") % {
            "number": claim.number,
            "approved": claim.approved_total,
            "credited": item.amount,
        }


def appeals_off() -> Iterator[str]:
    """I7: what an appeal granted, the sum of its lines, is credited exactly once, and nothing else is credited as an appeal."""
    posted = dict(SettlementItem.objects.filter(kind=ItemKind.APPEAL).values_list("source", "amount"))
    for appeal in Appeal.objects.annotate(
        asked=Sum("lines__asked_amount"), granted=Sum("lines__granted_amount")
    ).select_related("claim"):
        values = {"number": appeal.number, "granted": appeal.granted_total or ZERO}
        if (appeal.asked, appeal.granted) != (appeal.asked_total, values["granted"]):
            yield _("%(number)s: its lines do not make what it asks for and grants") % values
        credited = posted.pop(appeal.number, None)
        if (credited or ZERO) != values["granted"] and not (credited is None and appeal.claim.status == "reversed"):
            yield _("%(number)s grants %(granted)s, credited %(credited)s") % {**values, "credited": credited or ZERO}
    for source in posted:
        yield _("%(number)s is credited and is no appeal") % {"number": source}


def statements_off() -> Iterator[str]:
    """I7: net = Σ lines, tax = Σ groups, and the fingerprint comes out the same when built again."""
    standing = Statement.objects.exclude(status=StatementStatus.VOIDED).order_by("pk")
    summed = standing.annotate(
        in_lines=sum_of(StatementLine, "statement", "amount"), in_groups=sum_of(StatementTaxGroup, "statement", "tax")
    )
    for statement in summed.exclude(in_lines=F("net"), in_groups=F("tax")):
        said = {"number": statement.number, "lines": statement.in_lines, "net": statement.net}
        yield _("%(number)s: lines make %(lines)s, the statement says %(net)s") % said
    for some in batched(standing.exclude(fingerprint="").iterator(chunk_size=REBUILT), REBUILT):
        rebuilt = rebuilt_fingerprints(some)
        for issued in some:
            if rebuilt[issued.pk] != issued.fingerprint:
                yield _("%(number)s cannot be built again with the same fingerprint") % {"number": issued.number}


def claims_and_statements() -> Iterator[str]:
    """A settled or paid claim stands on a live statement, and only such a claim does."""
    on_paper = StatementLine.objects.filter(is_live=True, kind=ItemKind.CLAIM).values("item__claim")
    for claim in WarrantyClaim.objects.filter(status__in=["settled", "paid"]).exclude(pk__in=on_paper):
        yield _("%(number)s is settled but stands on no statement") % {"number": claim.number}
    for claim in WarrantyClaim.objects.filter(pk__in=on_paper, status__in=["approved", "partially_approved"]):
        yield _("%(number)s stands on a statement but is not settled") % {"number": claim.number}


def chargebacks_off() -> Iterator[str]:
    """I9: claimed = Σ live lines, accepted + disputed = claimed once answered, received = Σ receipts ≤ claimed."""
    notes = Chargeback.objects.annotate(
        live=sum_of(ChargebackLine, "chargeback", "claimed", is_live=True),
        given=sum_of(RecoveryEntry, "chargeback", "amount"),
    )
    whole = Q(live=F("claimed"), given=F("recovered"), recovered__lte=F("claimed"))
    for note in notes.exclude(whole).order_by("pk"):
        yield _("%(number)s does not add up") % {"number": note.number}
    split = notes.filter(answered_at__isnull=False).exclude(claimed=F("accepted") + F("disputed"))
    for note in split.order_by("pk"):
        yield _("%(number)s: accepted and disputed do not make the claimed amount") % {"number": note.number}
    foreign = ChargebackLine.objects.exclude(chargeback__supplier=F("case__supplier")).filter(is_live=True)
    for line in foreign.select_related("chargeback"):
        yield _("%(number)s charges another supplier's part") % {"number": line.chargeback.number}


def notes_where_their_lines_are() -> Iterator[str]:
    """A note of which nothing waits any more has its end, and one that has it waits for nothing. One statement."""
    live = Q(lines__is_live=True)
    asked = live & ~Q(lines__outcome__in=CREDITS)
    notes = Chargeback.objects.annotate(
        asked=Count("lines", filter=asked),
        refused=Count("lines", filter=asked & Q(lines__disputed__gt=0)),
        waiting=Count("lines", filter=live & Q(lines__disputed__gt=0, lines__outcome="")),
    )
    paid, ended = Q(recovered=F("accepted")), Q(status__in=[ChargebackStatus.SETTLED, ChargebackStatus.WRITTEN_OFF])
    off = notes.filter(
        Q(status__in=UNANSWERED, asked=0)
        | Q(status__in=ANSWERS, waiting=0) & (paid | Q(refused=0) & ~Q(status=ChargebackStatus.ACCEPTED))
        | Q(status=ChargebackStatus.DISPUTED, waiting=0)
        | ended & (Q(waiting__gt=0) | ~paid)
    )
    for note in off.order_by("pk"):
        values = {"number": note.number, "status": note.get_status_display()}
        yield _("%(number)s is “%(status)s”, which its lines do not say") % values


def labor_on_no_note() -> Iterator[str]:
    """What a supplier pays beside parts is on a note as soon as one of the claim's cases is, and no other is still to come."""
    on_notes = ChargebackLine.objects.charging().filter(claim_line=OuterRef("pk"))
    cases = RecoveryCase.objects.filter(claim=OuterRef("claim"))
    undecided = cases.filter(status__in=[RecoveryStatus.UNASSIGNED, RecoveryStatus.WAITING, RecoveryStatus.OPEN])
    charged = cases.filter(status=RecoveryStatus.CHARGED, appeal=None)
    left_out = ClaimLine.objects.filter(approved_amount__gt=0, payer="manufacturer", claim__status__in=GRANTED)
    left_out = left_out.exclude(kind="part").filter(
        Exists(charged.filter(PAYS_BESIDE)), ~Exists(on_notes), ~Exists(undecided)
    )
    claims = RecoveryCase.objects.filter(claim__in=left_out.values("claim"), status=RecoveryStatus.CHARGED, appeal=None)
    for case in claims.select_related(*OF_CASE).order_by("pk"):
        waiting = {row.pk for row in left_out.filter(claim=case.claim_id)}
        for charge in charges_of(case, at_once=True):
            if charge.claim_line is not None and charge.claim_line.pk in waiting:
                facts = {"number": case.claim.number, "kind": LineKind(charge.claim_line.kind).label}
                yield _("%(number)s: %(kind)s is on no note, though a supplier was charged for the claim") % facts


def custody_broken() -> Iterator[str]:
    """I13: every custody log is whole."""
    yield from all_custody_faults()


def refurbished_off() -> Iterator[str]:
    """A refurbished piece stands in the ledger once, and nothing else came to stock that way."""
    posted = set(Posting.objects.filter(kind=REFURBISH).values_list("source", flat=True))
    for number in FailedPart.objects.filter(disposition="refurbish", disposed_at__isnull=False).values_list(
        "number", flat=True
    ):
        if number not in posted:
            yield _("%(number)s was refurbished and is not in stock") % {"number": number}
        posted.discard(number)
    for number in sorted(posted):
        yield _("%(number)s came into stock and was not refurbished") % {"number": number}


def foreign_pieces() -> Iterator[str]:
    """I15: a piece, its claim and its box belong to one station."""
    wrong = FailedPart.objects.exclude(station=F("claim__station")) | FailedPart.objects.filter(
        box__isnull=False
    ).exclude(station=F("box__station"))
    for piece in wrong:
        yield _("%(number)s lies with another station than its claim") % {"number": piece.number}


def incentives_off() -> Iterator[str]:
    """An incentive is posted with its own amount, and says the statement that carries it, if one does."""
    lines = StatementLine.objects.filter(is_live=True, kind=ItemKind.INCENTIVE, statement__issued_at__isnull=False)
    carried = dict(lines.values_list("source", "statement__number"))
    posted = dict(SettlementItem.objects.filter(kind=ItemKind.INCENTIVE).values_list("source", "amount"))
    for incentive in Incentive.objects.order_by("pk"):
        if posted.get(incentive.number, incentive.amount) != incentive.amount:
            yield _("%(number)s is credited with another amount") % {"number": incentive.number}
        if carried.get(incentive.number, "") != incentive.statement_number:
            yield _("%(number)s names another statement than the one that carries it") % {"number": incentive.number}


def fines_off() -> Iterator[str]:
    """Every approved fine is debited once with its amount, credited back once where taken back, and nothing else is."""
    kinds = {ItemKind.FINE: -1, ItemKind.FINE_BACK: 1}
    items = SettlementItem.objects.filter(kind__in=kinds).values_list("kind", "source", "amount", "station")
    posted = {(kind, source): (amount, station) for kind, source, amount, station in items}
    for fine in StationFine.objects.filter(status__in=POSTED).order_by("pk"):
        for kind, sign in kinds.items():
            owed = kind == ItemKind.FINE or fine.status == FineStatus.TAKEN_BACK
            found = posted.pop((kind, fine.number), None)
            if found != ((sign * fine.amount, fine.station_id) if owed else None):
                values = {"number": fine.number, "amount": sign * fine.amount if owed else 0}
                yield _("%(number)s: its item on the statement is not %(amount)s") % values
    for _kind, source in sorted(posted):
        yield _("%(number)s is posted as a fine and was not approved") % {"number": source}


CHECKS = {
    "warranty.fines_posted_as_approved": fines_off,
    "warranty.incentives_credited_as_granted": incentives_off,
    "warranty.claims_credited_once": claims_without_credit,
    "warranty.credits_equal_approved": credits_that_differ,
    "warranty.appeals_credited_once": appeals_off,
    "warranty.statements_add_up": statements_off,
    "warranty.settled_claims_on_statements": claims_and_statements,
    "warranty.chargebacks_add_up": chargebacks_off,
    "warranty.chargebacks_where_their_lines_are": notes_where_their_lines_are,
    "warranty.labor_charged_with_parts": labor_on_no_note,
    "warranty.custody_logs_whole": custody_broken,
    "warranty.refurbished_pieces_in_stock": refurbished_off,
    "warranty.pieces_with_their_station": foreign_pieces,
}

"""Cases and lines of claims as flat rows, thousands by one query: what a note charges and tells, without their models.

Not here: what may be charged (recovery, chargebacks.charging).
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from warranty.models import CHARGEABLE, PAID, ClaimLine, RecoveryCase
from warranty.models.claim_lines import paid_of
from warranty.recovery_rules import DecidedQty
from warranty.scrubbing import Names, names_of

AT_ONCE: Final = 2_000


class LineRow(NamedTuple):
    """A claim line as paid; it stands where a ClaimLine does in a Charge."""

    pk: int
    claim_id: int
    kind: str
    description: str
    qty: Decimal
    approved_qty: Decimal | None
    claimed_amount: Decimal
    approved_amount: Decimal | None
    granted_amount: Decimal | None

    @property
    def paid_amount(self) -> Decimal:
        """What the station gets in the end."""
        return paid_of(self.approved_amount, self.granted_amount)

    @property
    def decided_qty(self) -> DecidedQty:
        """Its quantity as claimed and as approved, with what its appeal granted."""
        approved, granted = self.approved_amount or Decimal(0), self.granted_amount or Decimal(0)
        return DecidedQty(self.qty, self.approved_qty, self.claimed_amount, approved, granted)


class CaseRow(NamedTuple):
    """A recovery case with its part line, claim, job and the people whose names no supplier may read."""

    pk: int
    number: str
    status: str
    expected: Decimal
    last_day: date | None
    agreement_id: int | None
    appeal_id: int | None
    appeal_number: str | None
    defect_qty: Decimal
    part_id: int
    part_number: str
    part_name: str
    part_name_en: str
    line_id: int
    line_kind: str
    line_description: str
    line_qty: Decimal
    line_approved_qty: Decimal | None
    line_claimed_amount: Decimal
    line_approved_amount: Decimal | None
    line_granted_amount: Decimal | None
    claim_id: int
    claim_number: str
    root_number: str
    work_order_id: int | None
    serial_number: str
    failed_on: date
    repaired_on: date
    complaint: str
    cause: str
    correction: str
    model_code: str | None
    fault_code: str | None
    station_code: str
    station_name: str
    station_name_en: str
    owner_name: str | None
    owner_phone: str | None
    owner_address: str | None
    asker_name: str | None
    asker_phone: str | None
    asker_address: str | None

    @property
    def line(self) -> LineRow:
        """The part line that the case is about."""
        return LineRow(
            self.line_id,
            self.claim_id,
            self.line_kind,
            self.line_description,
            self.line_qty,
            self.line_approved_qty,
            self.line_claimed_amount,
            self.line_approved_amount,
            self.line_granted_amount,
        )

    @property
    def names(self) -> Names:
        """Of customers and the station: what no supplier reads."""
        owner = (self.owner_name, self.owner_phone, self.owner_address)
        asker = (self.asker_name, self.asker_phone, self.asker_address)
        return names_of((*owner, *asker), (self.station_name, self.station_name_en), self.station_code)


PATHS: Final = (
    "pk", "number", "status", "expected", "last_day", "agreement_id", "appeal_id", "appeal__number", "defect_qty",
    "part_id", "part__number", "part__name", "part__name_en",
    "line_id", "line__kind", "line__description", "line__qty", "line__approved_qty", "line__claimed_amount",
    "line__approved_amount", "line__appealed__granted_amount",
    "claim_id", "claim__number", "claim__root_number", "claim__work_order_id", "claim__serial_number",
    "claim__failed_on", "claim__repaired_on", "claim__complaint", "claim__cause", "claim__correction",
    "claim__product_model__code", "claim__fault_code__code",
    "claim__station__code", "claim__station__name", "claim__station__name_en",
    "claim__unit__customer__name", "claim__unit__customer__phone", "claim__unit__customer__address",
    "claim__work_order__request__customer__name", "claim__work_order__request__customer__phone",
    "claim__work_order__request__customer__address",
)  # fmt: skip


def read_cases(keys: Collection[int]) -> Iterator[CaseRow]:
    """The cases with these keys, in the order of their keys; one query whose rows come as they are wanted."""
    found = RecoveryCase.objects.filter(pk__among=keys).order_by("pk").values_list(*PATHS)
    yield from map(CaseRow._make, found.iterator(chunk_size=AT_ONCE))


def read_other_lines(claims: Collection[int]) -> Iterable[LineRow]:
    """The paid lines of these claims that are no parts and that a supplier may be asked for, in their order; one query."""
    lines = ClaimLine.objects.filter(PAID, claim__among=claims, payer__in=CHARGEABLE).exclude(kind="part")
    found = lines.order_by("claim", "position").values_list(
        "pk", "claim_id", "kind", "description", "qty", "approved_qty", "claimed_amount", "approved_amount",
        "appealed__granted_amount",
    )  # fmt: skip
    yield from map(LineRow._make, found)

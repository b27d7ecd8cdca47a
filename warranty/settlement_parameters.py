"""The numbers of old parts, recovery and statements that headquarters may change. Declared at import; see apps.py."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from portal.core.parameters import declare

_RETURNS = _("Old parts")
_STATEMENTS = _("Statements")
_RECOVERY = _("Supplier recovery")

declare(
    "warranty.return_days",
    kind="integer",
    default=15,
    unit="d",
    low=1,
    high=90,
    label=_("Days until an old part must have arrived"),
    group=_RETURNS,
)
declare(
    "warranty.send_back_freight_limit",
    default=Decimal("500.00"),
    unit="CNY",
    low=0,
    high=99_999,
    label=_("Most freight that a station bears for one shipment of its old parts sent back, tax excluded"),
    group=_RETURNS,
    moves_money=True,
)
declare(
    "warranty.return_extension_days",
    kind="integer",
    default=15,
    unit="d",
    low=0,
    high=15,
    label=_("Longest extension of an old part's return"),
    group=_RETURNS,
)
declare(
    "warranty.return_reminder_days",
    kind="integer",
    default=3,
    unit="d",
    low=0,
    high=30,
    label=_("Days before the last day when the station is reminded"),
    group=_RETURNS,
)
declare(
    "warranty.return_from_amount",
    default=Decimal("300.00"),
    unit="CNY",
    low=0,
    high=1_000_000,
    label=_("Amount of a claim line from which its old part must come back"),
    group=_RETURNS,
)
declare(
    "warranty.return_sample_percent",
    default=Decimal(0),
    unit="%",
    low=0,
    high=100,
    label=_("Share of other old parts asked for at random"),
    group=_RETURNS,
)
declare(
    "warranty.second_appraiser_above",
    default=Decimal("1000.00"),
    unit="CNY",
    low=0,
    high=1_000_000,
    label=_("Amount above which a refusal needs a second appraiser"),
    group=_RETURNS,
)
declare(
    "warranty.third_appraiser_days",
    kind="integer",
    default=3,
    unit="d",
    low=1,
    high=60,
    label=_("Days in which a third appraiser decides between two who differ, before an approver may"),
    group=_RETURNS,
)
declare(
    "warranty.appraisal_days",
    kind="integer",
    default=7,
    unit="d",
    low=1,
    high=90,
    label=_("Days from the arrival of an old part until its verdict"),
    group=_RETURNS,
)
declare(
    "warranty.notice_days",
    kind="integer",
    default=90,
    unit="d",
    low=1,
    high=365,
    label=_("Days for notice to a supplier where no agreement says how many"),
    group=_RECOVERY,
)
declare(
    "warranty.keep_days",
    kind="integer",
    default=90,
    unit="d",
    low=0,
    high=1_000,
    label=_("Days an old part is kept after the settlement of its claim"),
    group=_RETURNS,
)
declare(
    "warranty.send_back_days",
    kind="integer",
    default=15,
    unit="d",
    low=1,
    high=90,
    label=_("Days until an old part is on its way back to the station"),
    group=_RETURNS,
)
declare(
    "warranty.discrepancy_hours",
    kind="integer",
    default=24,
    unit="h",
    low=1,
    high=240,
    label=_("Hours from the first scan of a box until its discrepancy note"),
    group=_RETURNS,
)
declare(
    "warranty.dispute_answer_days",
    kind="integer",
    default=10,
    unit="d",
    low=1,
    high=60,
    label=_("Working days in which a supplier answers a denied dispute"),
    group=_RECOVERY,
)
declare(
    "warranty.dispute_rounds",
    kind="integer",
    default=2,
    low=1,
    high=9,
    label=_("Times a supplier's dispute is denied at most"),
    group=_RECOVERY,
)
declare(
    "warranty.supplier_pay_days",
    kind="integer",
    default=90,
    unit="d",
    low=1,
    high=365,
    label=_("Days after which finance is reminded of money that a supplier accepted and has not paid"),
    group=_RECOVERY,
)
declare(
    "warranty.signature_required",
    kind="boolean",
    default=False,
    label=_("Old parts are handed over against a signature, or a typed name that is confirmed"),
    group=_RETURNS,
)
declare(
    "warranty.chargeback_day",
    kind="integer",
    default=3,
    low=1,
    high=28,
    label=_("Day of the month on which last month's notes to suppliers are proposed"),
    group=_RECOVERY,
)
declare(
    "warranty.statement_answer_days",
    kind="integer",
    default=7,
    unit="d",
    low=1,
    high=60,
    label=_("Days until silence confirms a statement"),
    group=_STATEMENTS,
)
declare(
    "warranty.statement_reminder_days",
    kind="integer",
    default=2,
    unit="d",
    low=0,
    high=30,
    label=_("Days before silence confirms a statement when the station is reminded"),
    group=_STATEMENTS,
)
declare(
    "warranty.statement_build_day",
    kind="integer",
    default=5,
    low=1,
    high=28,
    label=_("Day of the month on which statements are built"),
    group=_STATEMENTS,
)
declare(
    "warranty.freight_unasked",
    default=Decimal("300.00"),
    unit="CNY",
    low=0,
    high=100_000,
    label=_("Freight of a box of old parts up to which it is credited as the station entered it"),
    group=_STATEMENTS,
)
declare(
    "warranty.fine_most",
    default=Decimal("10000.00"),
    unit="CNY",
    low=0,
    high=1_000_000,
    label=_("Highest amount of one fine against a station"),
    group=_STATEMENTS,
)
for _taxpayer, _kind, _default, _label in (
    ("general", "claim", "6.00", _("Tax rate of claims, general taxpayer")),
    ("general", "freight", "6.00", _("Tax rate of freight, general taxpayer")),
    ("small", "claim", "1.00", _("Tax rate of claims, small-scale taxpayer")),
    ("small", "freight", "1.00", _("Tax rate of freight, small-scale taxpayer")),
):
    declare(
        f"warranty.tax_{_taxpayer}_{_kind}_percent",
        default=Decimal(_default),
        unit="%",
        low=0,
        high=100,
        label=_label,
        group=_STATEMENTS,
    )

"""Business parameters of the network."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from portal.core.parameters import declare
from stations import library_parameters  # noqa: F401 documents and ideas

GROUP = _("Stations")

declare("stations.invitation_days", kind="integer", default=30, low=1, high=365, unit="d", group=GROUP,
        label=_("An application link is valid for"))  # fmt: skip
declare("stations.refusal_pause_days", kind="integer", default=90, low=0, high=730, unit="d", group=GROUP,
        label=_("Pause after a refused application"))  # fmt: skip
declare("stations.inspection_pass_score", default=Decimal(80), low=0, high=100, group=GROUP,
        label=_("A visit passes from this score, without a failed veto item"))  # fmt: skip
declare("stations.inspection_fail_score", default=Decimal(60), low=0, high=100, group=GROUP,
        label=_("A visit fails below this score"))  # fmt: skip
declare("stations.rectification_days", kind="integer", default=30, low=1, high=90, unit="d", group=GROUP,
        label=_("Longest time for a rectification"))  # fmt: skip
declare("stations.second_rectification_days", kind="integer", default=15, low=1, high=90, unit="d", group=GROUP,
        label=_("Second term of a rectification that was missed"))  # fmt: skip
declare("stations.reevaluation_months", kind="integer", default=12, low=1, high=60, unit="months", group=GROUP,
        label=_("A station is re-evaluated again after"))  # fmt: skip
declare("stations.reevaluation_notice_days", kind="integer", default=30, low=0, high=180, unit="d", group=GROUP,
        label=_("A re-evaluation is planned ahead by"))  # fmt: skip
declare("stations.visit_alarm_days", kind="integer", default=7, low=1, high=90, unit="d", group=GROUP,
        label=_("A visit that is overdue is called in again every"))  # fmt: skip
declare("stations.duplicate_meters", kind="integer", default=200, low=0, high=5000, unit="m", group=GROUP,
        label=_("Outlets look alike within this distance"))  # fmt: skip
declare("stations.contract_months", kind="integer", default=12, low=1, high=120, unit="months", group=GROUP,
        label=_("Length of a contract"))  # fmt: skip
declare("stations.contract_alarm_days", kind="json", default=[60, 30, 7], group=GROUP,
        label=_("Days before its end at which a contract is called in"))  # fmt: skip
declare("stations.probation_days", kind="integer", default=90, low=0, high=365, unit="d", group=GROUP,
        label=_("Length of the probation of a new station"))  # fmt: skip
declare("stations.default_credit_limit", moves_money=True, default=Decimal(50_000), low=0, high=Decimal(100_000_000), unit="CNY",
        group=GROUP, label=_("Credit limit of a new dealer account"))  # fmt: skip
declare("stations.default_deposit", moves_money=True, default=Decimal(20_000), low=0, high=Decimal(100_000_000), unit="CNY",
        group=GROUP, label=_("Security deposit of a new station"))  # fmt: skip
declare("stations.tax_rate_general_percent", moves_money=True, default=Decimal(6), low=0, high=100, unit="%", group=GROUP,
        label=_("Tax rate on services of a general taxpayer"))  # fmt: skip
declare("stations.tax_rate_small_percent", moves_money=True, default=Decimal(1), low=0, high=100, unit="%", group=GROUP,
        label=_("Tax rate on services of a small-scale taxpayer"))  # fmt: skip
declare("stations.certificate_months", kind="integer", default=24, low=1, high=120, unit="months", group=GROUP,
        label=_("Length of a skill certificate"))  # fmt: skip
declare("stations.redispatch_hours", kind="integer", default=24, low=1, high=168, unit="h", group=GROUP,
        label=_("Open jobs leave a suspended station within"))  # fmt: skip
declare("stations.statement_hold_days", kind="integer", default=90, low=0, high=365, unit="d", group=GROUP,
        label=_("The last statement of a station that left is held for"))  # fmt: skip
declare("stations.buyback_percent", moves_money=True, default=Decimal(80), low=0, high=100, unit="%", group=GROUP,
        label=_("Stock of a station that left is bought back at"))  # fmt: skip
declare("stations.certificate_alarm_days", kind="json", default=[60, 30, 7], group=GROUP,
        label=_("Days before its end at which a skill certificate is called in"))  # fmt: skip
declare("stations.calibration_alarm_days", kind="json", default=[30, 7, 0], group=GROUP,
        label=_("Days before it is due at which a calibration is called in"))  # fmt: skip
declare("stations.gap_horizon_days", kind="integer", default=90, low=1, high=730, unit="d", group=GROUP,
        label=_("Days looked ahead for gaps in certified technicians"))  # fmt: skip
declare("stations.exam_pass_percent", default=Decimal(80), low=1, high=100, unit="%", group=GROUP,
        label=_("An exam is passed from this share of the points"))  # fmt: skip
declare("stations.exam_attempts", kind="integer", default=3, low=1, high=20, group=GROUP,
        label=_("Attempts at an exam within twelve months"))  # fmt: skip
declare("stations.exam_minutes", kind="integer", default=30, low=1, high=300, unit="min", group=GROUP,
        label=_("Time for the written part of an exam"))  # fmt: skip
declare("stations.material_reminder_days", kind="integer", default=7, low=1, high=90, unit="d", group=GROUP,
        label=_("Days after which unopened course material is called to mind"))  # fmt: skip
declare("stations.volume_days", kind="integer", default=365, low=30, high=1095, unit="d", group=GROUP,
        label=_("Days of jobs that count for the priority on a training waiting list"))  # fmt: skip

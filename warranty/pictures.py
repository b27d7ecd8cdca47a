"""Warranty in pictures: what was claimed and granted by month, where claims stand. Sums in SQL over the reader's rows."""

from typing import Any, Final

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.roles import Role
from portal.core import clock
from portal.core.calendar import last_months
from portal.core.charts import bar_chart, line_chart
from portal.core.registries import Picture
from warranty.models import ClaimStatus, WarrantyClaim

WATCHING: Final = frozenset(
    {Role.SERVICE_MANAGER, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR,
     Role.REGION_MANAGER, Role.STATION_OWNER, Role.STATION_CLERK}
)  # fmt: skip


def claims_by_month(user: Any) -> SafeString:
    """Claimed and granted amounts of the claims decided in each of the last twelve months, CNY without tax."""
    months = last_months(12)
    decided = WarrantyClaim.objects.visible_to(user).filter(decided_at__gte=clock.start_of(months[0]))
    summed = (
        decided.order_by()
        .values_list(TruncMonth("decided_at", tzinfo=clock.SHANGHAI))
        .annotate(claimed=Sum("claimed_total"), granted=Sum("approved_total"))
    )
    found = {clock.local_date(month): (claimed, granted) for month, claimed, granted in summed}
    series = [
        (_("Claimed"), [found.get(month, (0, 0))[0] for month in months]),
        (_("Granted"), [found.get(month, (0, 0))[1] for month in months]),
    ]
    return line_chart(_("Claims by month of decision"), [f"{month:%Y-%m}" for month in months], series, unit=_("CNY"))


def claims_by_status(user: Any) -> SafeString:
    """How many claims of the last twelve months stand where."""
    since = clock.start_of(last_months(12)[0])
    rows = WarrantyClaim.objects.visible_to(user).filter(drafted_at__gte=since).order_by()
    counted = dict(rows.values_list("status").annotate(count=Count("pk")))
    points = [(label, counted[value]) for value, label in ClaimStatus.choices if counted.get(value)]
    return bar_chart(_("Claims by status, 12 months"), points, unit=_("Claims"))


PICTURES: Final = (
    Picture("claims", gettext_lazy("Claims by month of decision"), claims_by_month, "warranty.view_warrantyclaim", WATCHING,
            "claim_list"),
    Picture("claim-status", gettext_lazy("Claims by status, 12 months"), claims_by_status, "warranty.view_warrantyclaim",
            WATCHING, "claim_list"),
)  # fmt: skip

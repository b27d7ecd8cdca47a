"""Business parameters of coverage and recruiting."""

from django.utils.translation import gettext_lazy as _

from portal.core.parameters import declare

GROUP = _("Stations")

declare("stations.largest_radius_km", kind="integer", default=300, low=1, high=2_000, unit="km", group=GROUP,
        label=_("Largest service radius of a station"))  # fmt: skip
declare("stations.default_hours", kind="json", default=["09:00", "18:00"], group=GROUP,
        label=_("Business hours of a station that has entered none: from, to"))  # fmt: skip
declare("stations.duty_alarm_days", kind="json", default=[90, 30, 7, 0], group=GROUP,
        label=_("Days before its end at which a dealer is reminded of the station to build"))  # fmt: skip
declare("stations.coverage_months", kind="integer", default=12, low=1, high=60, unit="months", group=GROUP,
        label=_("Requests of how many months rank places without a station"))  # fmt: skip

"""Business parameters of documents and ideas; imported by parameters.py."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from portal.core.parameters import declare

GROUP = _("Stations")

declare("stations.bulletin_read_days", kind="integer", default=7, low=1, high=90, unit="d", group=GROUP,
        label=_("Time to read a document that names no day"))  # fmt: skip
declare("stations.bulletin_reminder_days", kind="integer", default=3, low=1, high=60, unit="d", group=GROUP,
        label=_("A reader is reminded of an unread document after"))  # fmt: skip
declare("stations.idea_reward_limit", default=Decimal(1_000), low=0, high=Decimal(1_000_000), unit="CNY", group=GROUP,
        label=_("A reward for an idea above this amount needs another approver"))  # fmt: skip
declare("stations.idea_points_limit", kind="integer", default=500, low=0, high=100_000, unit="points", group=GROUP,
        label=_("A reward for an idea above these points needs another approver"))  # fmt: skip

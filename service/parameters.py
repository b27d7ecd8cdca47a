"""Business parameters of the service desk."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from portal.core.parameters import declare

GROUP = _("Service")

declare("service.answer_minutes_machine_stopped", kind="integer", default=15, low=1, high=10_080, unit="min",
        group=GROUP, label=_("Answer when the machine is stopped"))  # fmt: skip
declare("service.answer_minutes_function_fault", kind="integer", default=120, low=1, high=10_080, unit="min",
        group=GROUP, label=_("Answer to a function fault"))  # fmt: skip
declare("service.answer_minutes_advice", kind="integer", default=480, low=1, high=10_080, unit="min", group=GROUP,
        label=_("Answer to a question"))  # fmt: skip
declare("service.dispatch_minutes", kind="integer", default=1, low=1, high=1_440, unit="min", group=GROUP,
        label=_("Dispatch done within"))  # fmt: skip
declare("service.appointment_minutes", kind="integer", default=60, low=1, high=10_080, unit="min", group=GROUP,
        label=_("Appointment fixed within"))  # fmt: skip
declare("service.arrival_hours", kind="integer", default=24, low=1, high=720, unit="h", group=GROUP,
        label=_("Technician on site within"))  # fmt: skip
declare("service.completion_hours", kind="integer", default=24, low=1, high=720, unit="h", group=GROUP,
        label=_("Job finished within"))  # fmt: skip
declare("service.offer_minutes", kind="integer", default=15, low=1, high=1_440, unit="min", group=GROUP,
        label=_("A station answers an offer within"))  # fmt: skip
declare("service.refusals_until_manual", kind="integer", default=3, low=1, high=20, group=GROUP,
        label=_("Refused offers until a person dispatches"))  # fmt: skip
declare("service.text_length", kind="integer", default=10, low=1, high=200, group=GROUP,
        label=_("Shortest complaint, cause and correction, in characters"))  # fmt: skip
declare("service.dispatch_radius_km", default=Decimal(150), low=1, high=3_000, unit="km", group=GROUP,
        label=_("Stations further away are not offered a job"))  # fmt: skip

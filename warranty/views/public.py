"""The owner's own check of a serial number: no account, a verdict and the month cover ends, nothing else.

Serial numbers can be counted through, so an unknown one reads like one without cover and costs as many queries, and
questions are limited per address, per network and in all.
"""

import ipaddress
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from portal.core import clock
from portal.core.client import address_of
from portal.core.listing import refuse_unknown
from portal.core.throttling import over_limit, refused_for_now
from service.models import InstalledUnit
from service.models.customers import normal_serial
from stations.models import ProductModel
from warranty import facts

ADDRESS: Final = (10, 600)  # questions, seconds
NETWORK: Final = (60, 3600)
EVERYBODY: Final = (1200, 3600)
LONGEST: Final = 60


@method_decorator(never_cache, name="dispatch")
class CoverCheck(TemplateView):
    """One field and one answer."""

    template_name = "warranty/check.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        refuse_unknown(request, {"sn"})
        if request.GET.get("sn"):
            wait = _over(request)
            if wait:
                return refused_for_now(request, wait)
        answer = super().get(request, *args, **kwargs)
        answer["X-Robots-Tag"] = "noindex"
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = "".join(sign for sign in self.request.GET.get("sn", "") if sign.isprintable())
        serial = normal_serial(typed)[:LONGEST]
        last = last_month(serial) if serial else None
        return super().get_context_data(**kwargs) | {"serial": serial, "last": last, "asked": bool(serial)}


def last_month(serial: str) -> Any:
    """The last day of cover of the unit as a whole, of which only the month is shown; None for everything else."""
    today = clock.today()
    unit = facts.find_unit(serial)
    known = facts.unit_facts(unit or _stand_in(serial), on=today)
    usage = max(known.earlier_usage, default=None)
    found = facts.judge_part(known, part_class="whole_unit", failure_day=today, repair_day=today, usage=usage)
    if unit is None or not found.covered or found.first_uncovered is None:
        return None
    return found.first_uncovered - timedelta(days=1)


def _stand_in(serial: str) -> InstalledUnit:
    """A unit that does not exist, so that asking about it takes as long."""
    model = ProductModel.objects.select_related("family").order_by("pk").first()
    return InstalledUnit(pk=0, serial_number=serial, product_model=model)


def _over(request: HttpRequest) -> int:
    """Seconds to wait, 0 for none: the address, its network and everybody together have a limit each."""
    address = address_of(request)
    for scope, who, (most, seconds) in (
        ("cover_check", address, ADDRESS),
        ("cover_check_network", _network(address), NETWORK),
        ("cover_check_all", "all", EVERYBODY),
    ):
        if over_limit(scope, who, most=most, seconds=seconds):
            return seconds
    return 0


def _network(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))

"""A station's own standing on its first page."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import STATION_ROLES, roles_of
from portal.core import clock
from portal.core.registries import Panel
from stations import grading
from stations.models import Contract, GradeLetter, Station
from stations.scoping import nodes_of


def authorization(user: Any) -> Iterator[Panel]:
    """A station's own standing: its grade and how long its contract runs. Only for who works at exactly one."""
    stations = nodes_of(user).stations
    if len(stations) != 1 or not roles_of(user) & STATION_ROLES:
        return
    station = Station.objects.visible_to(user).get(pk__in=stations)
    today = clock.today()
    contract = (
        Contract.objects.filter(station=station, valid_from__lte=today, valid_to__gt=today)
        .order_by("-valid_to")
        .first()
    )
    grade = grading.grade_on(station, today)
    letter = gettext("P") if grade == GradeLetter.PROBATION else str(grade.value)
    tone = {GradeLetter.A: "", GradeLetter.B: "", GradeLetter.C: "wait", GradeLetter.D: "bad"}.get(grade, "calm")
    values = {"station": station, "grade": grade, "letter": letter, "tone": tone, "contract": contract}
    address = reverse("station_detail", args=[station.pk])
    yield Panel(_("Our authorization"), "web/panel_authorization.html", values, url=address, order=10)

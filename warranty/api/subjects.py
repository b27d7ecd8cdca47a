"""What a station asks headquarters about: one of its jobs, or a unit by its serial number at one of its stations."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from portal.core.api import unexpected
from service.models import InstalledUnit, WorkOrder
from stations.models import Station


def asked_about(values: Mapping[str, Any]) -> tuple[InstalledUnit, Station, WorkOrder | None]:
    """Unit, station and job of a parsed body with work_order, or serial_number and station. Raises ValidationError."""
    job = values.get("work_order")
    serial = values.get("serial_number", "")
    unit = job.request.unit if job else InstalledUnit.objects.filter(serial_number=serial).first()
    if unit is None:
        raise serializers.ValidationError({"serial_number": unexpected(serial, "a known serial number").detail})
    station = job.station if job else values.get("station")
    if station is None:
        raise serializers.ValidationError({"station": unexpected("", "the code of a station of yours").detail})
    return unit, station, job

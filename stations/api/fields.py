"""Fields that several bodies of the stations' API share: offices of one's own, places, a place as two numbers."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from portal.core.api import ScopedField, StrictDecimal, StrictSerializer
from portal.core.models import Division
from stations.models import OperationCenter
from stations.scoping import own_centers


class OwnCenterField(ScopedField):
    """An operation center for which the caller may enter something, by its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="code", queryset=OperationCenter.objects.all(), **options)

    def get_queryset(self) -> Any:
        return own_centers(self.context["request"].user)


class DivisionField(ScopedField):
    """A county or city by its national code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="code", queryset=Division.objects.exclude(level="province"), **options)


class WhereBody(StrictSerializer):
    """A place in degrees: both numbers, or neither."""

    longitude = StrictDecimal(
        max_digits=9, decimal_places=6, min_value=-180, max_value=180, required=False, allow_null=True
    )
    latitude = StrictDecimal(
        max_digits=8, decimal_places=6, min_value=-90, max_value=90, required=False, allow_null=True
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One alone is no place."""
        if (attrs.get("longitude") is None) != (attrs.get("latitude") is None):
            missing = "longitude" if attrs.get("longitude") is None else "latitude"
            raise serializers.ValidationError({missing: [_("Give longitude and latitude together, or neither.")]})
        return attrs

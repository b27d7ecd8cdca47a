"""Technicians, certificates, equipment: lists, records and their writing."""

from typing import Any

import django_filters
from rest_framework import serializers

from portal.core.api import ScopedField, StrictBoolean, StrictDay, StrictSerializer, StrictText
from portal.core.api_filters import by_code
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import TakesFiles, Upload
from stations import equipment, people
from stations.models import Equipment, EquipmentItem, ProductFamily, SkillCertificate, SkillLevel, Station, Technician
from stations.states import EquipmentStatus


class TechnicianRow(RowSerializer):
    """A technician; the user name only where there is a log-in."""

    station = serializers.CharField(source="station.code")
    username = serializers.CharField(source="user.username", default=None)

    class Meta:
        model = Technician
        fields = ["id", "name", "phone", "station", "username", "is_active"]


class NewTechnician(StrictSerializer):
    """A technician of one of the caller's stations, without a log-in: links are shown to people, not to programs."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    name = StrictText(max_length=60)
    phone = StrictText(max_length=30, allow_blank=True, default="")


class TechnicianFilter(ScopedFilterSet):
    """By station, and whether at work."""

    station = by_code(Station.objects.all())
    is_active = django_filters.BooleanFilter()


class Technicians(ListEndpoint):
    """Technicians of the caller's scope; POST adds one."""

    model = Technician
    permission = "stations.view_technician"
    create_permission = "stations.manage_staff"
    row_class = TechnicianRow
    body_class = NewTechnician
    filterset_class = TechnicianFilter
    ordering = ("pk",)
    select_related = ("station", "user")

    def operate(self, values: dict[str, Any]) -> Technician:
        technician, _link = people.add_technician(actor=self.request.user, **values)
        return technician


class OneTechnician(RecordEndpoint):
    """One technician."""

    model = Technician
    permission = "stations.view_technician"
    row_class = TechnicianRow
    select_related = ("station", "user")


class CertificateRow(RowSerializer):
    """A certificate with its period; valid_to is the first invalid day."""

    technician = serializers.IntegerField(source="technician_id")
    family = serializers.CharField(source="family.code")
    station = serializers.CharField(source="technician.station.code")

    class Meta:
        model = SkillCertificate
        fields = [
            "id", "number", "technician", "station", "family", "level", "source", "valid_from", "valid_to", "revoked_on",
        ]  # fmt: skip


class TechnicianField(ScopedField):
    """A technician, who has no code, named by the id that lists show."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="id", queryset=Technician.objects.all(), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        is_id = isinstance(data, int) and not isinstance(data, bool) and 0 < data < 2**63
        return super().to_internal_value(str(data) if is_id else None)


class NewCertificate(StrictSerializer):
    """What a technician may work on, from a day on."""

    technician = TechnicianField()
    family = ScopedField(slug_field="code", queryset=ProductFamily.objects.all())
    level = serializers.ChoiceField(choices=SkillLevel.choices)
    valid_from = StrictDay(required=False, allow_null=True, default=None)
    valid_to = StrictDay(required=False, allow_null=True, default=None)


class CertificateFilter(ScopedFilterSet):
    """By family, station, technician and end."""

    family = by_code(ProductFamily.objects.all())
    station = by_code(Station.objects.all(), field_name="technician__station")
    technician = django_filters.ModelChoiceFilter(queryset=Technician.objects.all())
    ends_before = django_filters.DateFilter(field_name="valid_to", lookup_expr="lt")


class Certificates(ListEndpoint):
    """Certificates of the caller's scope, the latest first; POST certifies."""

    model = SkillCertificate
    permission = "stations.view_skillcertificate"
    create_permission = "stations.certify_technician"
    row_class = CertificateRow
    body_class = NewCertificate
    filterset_class = CertificateFilter
    ordering = ("-pk",)
    select_related = ("technician__station", "family")

    def operate(self, values: dict[str, Any]) -> SkillCertificate:
        technician = values.pop("technician")
        return people.certify(technician, actor=self.request.user, **values)


class Why(StrictSerializer):
    """A reason."""

    reason = StrictText(max_length=200)


class RevokeCertificate(OperationEndpoint):
    """From today the certificate is worth nothing."""

    model = SkillCertificate
    permission = "stations.revoke_certificate"
    row_class = CertificateRow
    body_class = Why
    select_related = ("technician__station", "family")

    def operate(self, values: dict[str, Any]) -> SkillCertificate:
        return people.revoke_certificate(self.get_object(), actor=self.request.user, **values)


class EquipmentRow(RowSerializer):
    """A piece of equipment; calibration_due_on is the first day without valid calibration."""

    station = serializers.CharField(source="station.code")
    item = serializers.CharField(source="item.code")

    class Meta:
        model = Equipment
        fields = [
            "id", "station", "item", "serial_number", "status", "bought_on", "commissioned_on", "calibration_due_on", "note",
        ]  # fmt: skip


class NewEquipment(StrictSerializer):
    """A piece as it stands before one."""

    station = ScopedField(slug_field="code", queryset=Station.objects.all())
    item = ScopedField(slug_field="code", queryset=EquipmentItem.objects.filter(is_active=True))
    serial_number = StrictText(max_length=60)
    commissioned_on = StrictDay(required=False, allow_null=True, default=None)
    bought_on = StrictDay(required=False, allow_null=True, default=None)
    note = StrictText(max_length=200, allow_blank=True, default="")
    photo = Upload(required=False, allow_null=True, default=None)


class EquipmentFilter(ScopedFilterSet):
    """By station, item and state."""

    station = by_code(Station.objects.all())
    item = by_code(EquipmentItem.objects.all())
    status = django_filters.ChoiceFilter(choices=EquipmentStatus.choices)


class Pieces(TakesFiles, ListEndpoint):
    """Equipment of the caller's scope; POST registers a piece, a form with its photo."""

    model = Equipment
    permission = "stations.view_equipment"
    create_permission = "stations.manage_equipment"
    row_class = EquipmentRow
    body_class = NewEquipment
    filterset_class = EquipmentFilter
    ordering = ("pk",)
    select_related = ("station", "item")

    def operate(self, values: dict[str, Any]) -> Equipment:
        return equipment.register_equipment(values.pop("station"), actor=self.request.user, **values)


class OnePiece(RecordEndpoint):
    """One piece of equipment."""

    model = Equipment
    permission = "stations.view_equipment"
    row_class = EquipmentRow
    select_related = ("station", "item")


class NewState(StrictSerializer):
    """What became of a piece."""

    to = serializers.ChoiceField(choices=EquipmentStatus.choices)
    reason = StrictText(max_length=200)


class MovePiece(OperationEndpoint):
    """The piece has the new state, if its table of moves allows it."""

    model = Equipment
    permission = "stations.manage_equipment"
    row_class = EquipmentRow
    body_class = NewState
    select_related = ("station", "item")

    def operate(self, values: dict[str, Any]) -> Equipment:
        return equipment.move_equipment(self.get_object(), actor=self.request.user, **values)


class NewCalibration(StrictSerializer):
    """A check, and its certificate as PDF or picture."""

    calibrated_on = StrictDay()
    passed = StrictBoolean(default=True)
    due_on = StrictDay(required=False, allow_null=True, default=None)
    laboratory = StrictText(max_length=80, allow_blank=True, default="")
    certificate_number = StrictText(max_length=60, allow_blank=True, default="")
    certificate = Upload(required=False, allow_null=True, default=None)


class CalibratePiece(TakesFiles, OperationEndpoint):
    """The check is on record; answers the piece with its new due day. A form may bring the certificate."""

    model = Equipment
    permission = "stations.manage_equipment"
    row_class = EquipmentRow
    body_class = NewCalibration
    select_related = ("station", "item")

    def operate(self, values: dict[str, Any]) -> Equipment:
        piece = self.get_object()
        equipment.record_calibration(piece, actor=self.request.user, **values)
        return Equipment.objects.select_related("station", "item").get(pk=piece.pk)

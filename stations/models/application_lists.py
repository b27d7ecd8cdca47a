"""What an applicant lists row by row: its people and its equipment. Not here: papers with files (applications)."""

from datetime import date
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.scope import ScopedQuerySet
from stations.models.applications import StationApplication

MOST_OF_ONE_KIND = 999


class PersonRole(models.TextChoices):
    """What somebody is to do at the outlet."""

    MANAGER = "manager", _("Station manager")
    CLERK = "clerk", _("Station clerk")
    TECHNICIAN = "technician", _("Technician")
    STOREKEEPER = "storekeeper", _("Storekeeper")


class ApplicationPerson(models.Model):
    """One person of the outlet that applies, with the certificate that they bring along."""

    SCOPE: ClassVar[dict[str, str]] = {
        "station": "application__station_id",
        "center": "application__center_id",
        "region": "application__center__region_id",
    }

    application = models.ForeignKey(
        StationApplication, on_delete=models.CASCADE, related_name="people", verbose_name=_("application")
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    role = models.CharField(_("role"), max_length=20, choices=PersonRole, default=PersonRole.TECHNICIAN)
    id_number = models.CharField(_("ID number"), max_length=30, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    certificate = models.CharField(_("certificate"), max_length=80, blank=True)
    certificate_expires_on = models.DateField(_("certificate valid until (first invalid day)"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("person of an application")
        verbose_name_plural = _("people of applications")
        ordering = ["application", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=PersonRole.values), name="applicants_person_role_known"),
            models.CheckConstraint(condition=~models.Q(name=""), name="applicants_person_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_id(self) -> str:
        """4403********1234: enough to compare, too little to misuse."""
        number = self.id_number
        return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 8 else number

    def has_expired_certificate(self, on: date) -> bool:
        """The end day is the first invalid day."""
        return self.certificate_expires_on is not None and self.certificate_expires_on <= on


class ApplicationEquipment(models.Model):
    """One kind of tool or instrument of the outlet that applies."""

    SCOPE: ClassVar[dict[str, str]] = ApplicationPerson.SCOPE

    application = models.ForeignKey(
        StationApplication, on_delete=models.CASCADE, related_name="equipment", verbose_name=_("application")
    )
    name = models.CharField(_("equipment"), max_length=80)
    model = models.CharField(_("model"), max_length=60, blank=True)
    serial_number = models.CharField(_("serial number"), max_length=60, blank=True)
    quantity = models.PositiveSmallIntegerField(
        _("pieces"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_OF_ONE_KIND)]
    )
    calibrated_until = models.DateField(_("calibrated until (first invalid day)"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("equipment of an application")
        verbose_name_plural = _("equipment of applications")
        ordering = ["application", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, quantity__lte=MOST_OF_ONE_KIND), name="applicants_pieces_1_to_999"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="applicants_equipment_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_out_of_calibration(self, on: date) -> bool:
        """The end day is the first invalid day."""
        return self.calibrated_until is not None and self.calibrated_until <= on

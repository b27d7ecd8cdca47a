"""Classes of dealers and what they owe: the one that must build a service station says by when. Not here: alarms."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.history import tracked
from portal.core.scope import EVERYONE, ScopedQuerySet
from stations.models.network import Dealer, OperationCenter
from stations.models.products import in_language


class DealerClass(models.Model):
    """A class of dealers with its obligations, worded by headquarters: must build a station, may, or neither."""

    SCOPE: ClassVar[dict[str, str]] = EVERYONE

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    must_build = models.BooleanField(_("must build a service station"), default=False)
    obligations = models.TextField(_("obligations"), max_length=2_000, blank=True)
    obligations_en = models.TextField(_("obligations in English"), max_length=2_000, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealer class")
        verbose_name_plural = _("dealer classes")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def local_obligations(self) -> str:
        """What dealers of the class owe, in the reader's language."""
        return in_language(self.obligations, self.obligations_en)


@tracked()
class DealerDuty(models.Model):
    """The dealer's class; where that one must build, by which day, and the center that sees to it."""

    SCOPE: ClassVar[dict[str, str]] = {"dealer": "dealer_id", "center": "center_id", "region": "center__region_id"}

    dealer = models.OneToOneField(Dealer, on_delete=models.PROTECT, related_name="duty", verbose_name=_("dealer"))
    dealer_class = models.ForeignKey(
        DealerClass, on_delete=models.PROTECT, related_name="duties", verbose_name=_("dealer class")
    )
    center = models.ForeignKey(
        OperationCenter, on_delete=models.PROTECT, related_name="duties", verbose_name=_("operation center")
    )
    build_by = models.DateField(_("station must stand by"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    alarmed_days = models.SmallIntegerField(_("last alarm, days before"), null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty of a dealer")
        verbose_name_plural = _("duties of dealers")
        ordering = ["build_by", "pk"]
        indexes = [models.Index(fields=["build_by"], name="duty_by_day")]

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.build_by or ''}".strip()

    def get_absolute_url(self) -> str:
        return reverse("duty_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """What events call it."""
        return f"DD-{self.pk}"

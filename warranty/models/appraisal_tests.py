"""What is measured on an old part before its verdict: the ordered steps of a part or of a class of parts."""

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parts.models import Part, PartClass
from portal.core.money import bounded
from portal.core.scope import HEADQUARTERS, ScopedQuerySet


class AppraisalTest(models.Model):
    """One step of what is measured on a piece before its verdict: of one part, or of every part of a class.

    A value within [low, high] passes; a side left open has no limit. Steps of the part go before those of its class.
    """

    SCOPE = HEADQUARTERS

    part = models.ForeignKey(
        Part, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("part")
    )
    part_class = models.CharField(_("part class"), max_length=12, choices=PartClass, blank=True)
    position = models.PositiveSmallIntegerField(_("step"))
    label = models.CharField(_("what is measured"), max_length=80)
    label_en = models.CharField(_("what is measured (English)"), max_length=80, blank=True)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    low = models.DecimalField(_("lowest value"), max_digits=12, decimal_places=3, null=True, blank=True)
    high = models.DecimalField(_("highest value"), max_digits=12, decimal_places=3, null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("test of an old part")
        verbose_name_plural = _("tests of old parts")
        ordering = ["part", "part_class", "position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(part__isnull=False, part_class="")
                | (models.Q(part__isnull=True) & models.Q(part_class__in=PartClass.values)),
                name="appraisal_test_of_a_part_or_of_a_class",
            ),
            models.CheckConstraint(
                condition=models.Q(low=None) | models.Q(high=None) | models.Q(low__lte=models.F("high")),
                name="appraisal_test_low_below_high",
            ),
            models.UniqueConstraint(
                fields=["part", "position"],
                condition=models.Q(part__isnull=False),
                name="one_test_per_position_of_a_part",
            ),
            models.UniqueConstraint(
                fields=["part_class", "position"],
                condition=models.Q(part__isnull=True),
                name="one_test_per_position_of_a_class",
            ),
            bounded("low", -999_999_999, 999_999_999, name="appraisal_test_low_in_bounds"),
            bounded("high", -999_999_999, 999_999_999, name="appraisal_test_high_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.local_label}"

    @property
    def local_label(self) -> str:
        """What is measured, in the reader's language."""
        return (get_language() == "en" and self.label_en) or self.label

    @property
    def limits(self) -> str:
        """The range a value passes in, with the unit; empty where there is no limit."""
        return limits_of(self.low, self.high, self.unit)


def limits_of(low: Any, high: Any, unit: str) -> str:
    """A range in words: '11.4–12.6 V', '≥ 5 MΩ', '≤ 0.5 A'; empty for none."""
    if low is None and high is None:
        return ""
    said = (
        f"{plain(low)}–{plain(high)}"
        if None not in (low, high)
        else f"≥ {plain(low)}"
        if high is None
        else f"≤ {plain(high)}"
    )
    return f"{said} {unit}".strip()


def plain(value: Any) -> str:
    """A number without the zeros that say nothing: 12.600 is 12.6."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

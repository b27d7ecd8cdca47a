"""Our list of reasons for cuts and rejections, and where each may be used."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.scope import EVERYONE, ScopedQuerySet
from stations.models.products import in_language


class ReasonUse(models.TextChoices):
    """Where somebody, or the system, gives a reason of the list."""

    CUT = "cut", pgettext_lazy("reason", "Part of a line is not paid")
    REJECTION = "rejection", pgettext_lazy("reason", "Nothing of a line is paid")
    AUTHORIZATION = "authorization", pgettext_lazy("reason", "Prior authorization refused")
    INFORMATION = "information", pgettext_lazy("reason", "Question not answered (set by the system)")


OF_LINES = (ReasonUse.CUT, ReasonUse.REJECTION)


class ReasonQuerySet(ScopedQuerySet["ReasonCode"]):
    """Reasons by where they may be used."""

    def fitting(self, *uses: ReasonUse) -> Self:
        """Those that may be given in one of these places."""
        return self.filter(uses__overlap=[str(use) for use in uses])


class ReasonCode(models.Model):
    """Why a line was cut or a claim rejected: our own list, with the X12 1172 code where one truly fits.

    uses: where it may be given; one without any is kept for what was decided with it and offered to nobody.
    """

    SCOPE: ClassVar[object] = EVERYONE

    code = models.CharField(_("code"), max_length=30, unique=True)
    x12_code = models.CharField(
        _("X12 1172"), max_length=3, blank=True,
        validators=[RegexValidator(r"^[A-Z0-9]{1,3}\Z", _("One to three capital letters or digits, as in ELH."))],
        help_text=_("The code of data element 1172 that means the same; empty where none truly fits."),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    uses = ArrayField(
        models.CharField(max_length=20, choices=ReasonUse), verbose_name=pgettext_lazy("reason", "may be given for"),
        default=list, db_default=[], blank=True, help_text=_("None ticked: offered to nobody any more; what was decided keeps it."),
    )  # fmt: skip

    objects = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason code")
        verbose_name_plural = _("reason codes")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(uses__contained_by=ReasonUse.values), name="reason_uses_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {in_language(self.name, self.name_en)}"

    @property
    def number(self) -> str:
        """What events call it."""
        return self.code

    def fits(self, *uses: ReasonUse) -> bool:
        """Whether it may be given in one of these places."""
        return bool({str(use) for use in uses} & set(self.uses))

    def uses_in_words(self) -> str:
        """Where it may be given, for people."""
        labels = [str(ReasonUse(use).label) for use in ReasonUse.values if use in self.uses]
        return str(pgettext_lazy("list", "; ")).join(labels)

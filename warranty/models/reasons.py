"""Our list of reasons, in versions with their days: for cuts, refusals, questions, appeals, reversals."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models.suppliers import DateRange
from portal.core.scope import EVERYONE
from stations.models.products import in_language
from warranty.master_states import MasterStatus
from warranty.models.dated import DatedMaster, DatedQuerySet, checks, guards


class ReasonUse(models.TextChoices):
    """Where somebody, or the system, gives a reason of the list."""

    CUT = "cut", pgettext_lazy("reason", "Part of a line is not paid")
    REJECTION = "rejection", pgettext_lazy("reason", "Nothing of a line is paid")
    AUTHORIZATION = "authorization", pgettext_lazy("reason", "Prior authorization refused")
    INFORMATION = "information", pgettext_lazy("reason", "Question not answered (set by the system)")
    QUESTION = "question", pgettext_lazy("reason", "Question to the station")
    APPEAL = "appeal", pgettext_lazy("reason", "Line of an appeal decided")
    REVERSAL = "reversal", pgettext_lazy("reason", "Claim reversed")
    FINE = "fine", pgettext_lazy("reason", "Station fined")


OTHER = "OTHER"  # fits everywhere; its text says it all
OF_LINES = (ReasonUse.CUT, ReasonUse.REJECTION)


class ReasonQuerySet(DatedQuerySet):
    """Reasons by where they may be used."""

    def fitting(self, *uses: ReasonUse) -> Self:
        """Those that may be given in one of these places."""
        return self.filter(uses__overlap=[str(use) for use in uses])


class ReasonCode(DatedMaster):
    """Why something was cut, refused, asked or taken back, as said for what is decided on days in [valid_from, valid_to).

    What was decided refers to the version of its day and keeps its words. x12_code: the code of X12 1172 where one truly
    fits. uses: where it may be given.
    """

    SCOPE: ClassVar[object] = EVERYONE
    SUBJECT: ClassVar[tuple[str, ...]] = ("code",)

    code = models.CharField(
        _("code"), max_length=30, db_index=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9_]*\Z", _("Capital letters, digits and _ only, as in NO_INVOICE."))],
        help_text=_("What decisions and programs call the reason. A code that exists makes the next version of that reason."),
    )  # fmt: skip
    x12_code = models.CharField(
        _("X12 1172"), max_length=3, blank=True,
        validators=[RegexValidator(r"^[A-Z0-9]{1,3}\Z", _("One to three capital letters or digits, as in ELH."))],
        help_text=_("The code of data element 1172 that means the same; empty where none truly fits."),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    uses = ArrayField(
        models.CharField(max_length=20, choices=ReasonUse), verbose_name=pgettext_lazy("reason", "may be given for"),
        default=list, db_default=[], blank=True,
    )  # fmt: skip

    objects: ClassVar[Any] = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason code")
        verbose_name_plural = _("reason codes")
        ordering = ["code", "-valid_from", "-pk"]
        constraints = [
            *checks("reason"),
            ExclusionConstraint(
                name="versions_of_one_reason_do_not_overlap",
                expressions=[
                    (F("code"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status=MasterStatus.RELEASED),
                violation_error_message=_("Another version of this reason holds on these days."),
            ),
            models.CheckConstraint(condition=Q(uses__contained_by=ReasonUse.values), name="reason_uses_known"),
        ]
        triggers = guards("reason")

    def __str__(self) -> str:
        return f"{self.code} {in_language(self.name, self.name_en)}"

    @property
    def in_words(self) -> str:
        """In the reader's language, without its code."""
        return in_language(self.name, self.name_en)

    @property
    def is_other(self) -> bool:
        """Whether only the text beside it says what it is."""
        return self.code == OTHER

    @property
    def number(self) -> str:
        """What events call this version."""
        return f"{self.code}@{self.pk}"

    def fits(self, *uses: ReasonUse) -> bool:
        """Whether it may be given in one of these places."""
        return bool({str(use) for use in uses} & set(self.uses))

    def uses_in_words(self) -> str:
        """Where it may be given, for people."""
        labels = [str(ReasonUse(use).label) for use in ReasonUse.values if use in self.uses]
        return str(pgettext_lazy("list", "; ")).join(labels)

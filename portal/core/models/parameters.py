"""The dated values of business parameters; what they mean is declared in code."""

from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.scope import HEADQUARTERS, ScopedQuerySet
from portal.core.states import Moves, MovesGuard


class ValueQuerySet(ScopedQuerySet["ParameterValue"]):
    """Values by whether they hold."""

    def holding(self) -> Self:
        """Not withdrawn, and no withdrawals."""
        return self.filter(withdraws=None, withdrawn_by=None)


class ParameterValue(models.Model):
    """From an instant on, a parameter has this value. Rows are never changed: a later row takes over.

    withdraws: this row says that an earlier one, which had not begun, never will; its own value holds nowhere.
    """

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    key = models.CharField(_("parameter"), max_length=80)
    value = models.JSONField(_("value"))
    valid_from = models.DateTimeField(_("valid from"))
    note = models.CharField(_("reason"), max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("released by")
    )
    withdraws = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="withdrawn_by",
        verbose_name=pgettext_lazy("parameter", "withdraws"),
    )  # fmt: skip
    entered_at = models.DateTimeField(_("entered at"))

    objects = ValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("business parameter")
        verbose_name_plural = _("business parameters")
        ordering = ["key", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="one_value_per_parameter_and_instant"),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("entered_by")), name="parameter_released_by_another"
            ),
        ]
        triggers = [pgtrigger.Protect(name="parameter_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class ProposalStatus(models.TextChoices):
    """Where a proposed value stands."""

    PROPOSED = "proposed", pgettext_lazy("parameter", "Proposed")
    RELEASED = "released", pgettext_lazy("parameter", "Released")
    WITHDRAWN = "withdrawn", pgettext_lazy("parameter", "Withdrawn")


PROPOSAL_MOVES: Moves = {
    ProposalStatus.PROPOSED: frozenset({ProposalStatus.RELEASED, ProposalStatus.WITHDRAWN}),
}


class ParameterProposal(models.Model):
    """A value of a parameter that moves money: it is entered once another person than its author has released it.

    valid_from: None for from the release on.
    """

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS
    MOVES: ClassVar[Moves] = PROPOSAL_MOVES

    key = models.CharField(_("parameter"), max_length=80)
    value = models.JSONField(_("value"))
    valid_from = models.DateTimeField(_("valid from"), null=True)
    note = models.CharField(_("reason"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ProposalStatus, default=ProposalStatus.PROPOSED)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+",
        verbose_name=pgettext_lazy("parameter", "proposed by"),
    )  # fmt: skip
    created_at = models.DateTimeField(pgettext_lazy("parameter", "proposed at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed value of a parameter")
        verbose_name_plural = _("proposed values of parameters")
        ordering = ["key", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ProposalStatus.values), name="proposal_status_known"),
        ]
        triggers = [
            MovesGuard(name="proposal_moves", moves=PROPOSAL_MOVES, initial=ProposalStatus.PROPOSED),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.value}"

    @property
    def number(self) -> str:
        """What events call it."""
        return self.key

"""What every dated term of headquarters has: its days, who proposed and who released it. Not here: what it says."""

from datetime import date
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.scope import ScopedQuerySet
from portal.core.states import Moves, MovesGuard
from warranty.master_states import MASTER_MOVES, MasterStatus

KEEPS = """
    IF TG_OP = 'UPDATE'
       AND (to_jsonb(NEW) - '{valid_to,status,replaces_id,replaced_to}'::text[])
         = (to_jsonb(OLD) - '{valid_to,status,replaces_id,replaced_to}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was released keeps its terms'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'released_term_stays';
"""


class DatedQuerySet(ScopedQuerySet[Any]):
    """Terms by whether they are used."""

    def released(self) -> Self:
        """Proposed by one person and released by another, not withdrawn."""
        return self.filter(status=MasterStatus.RELEASED)

    def on(self, day: date) -> Self:
        """Released and in force that day."""
        return self.released().filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class DatedMaster(models.Model):
    """One version of a term, for days in [valid_from, valid_to): used once another person than its author has released it.

    A released one keeps what it says; it may be withdrawn before its first day, and ended by the next one.
    SUBJECT: the fields that say what it is about; of one subject no two released ones share a day.
    """

    MOVES: ClassVar[Moves] = MASTER_MOVES
    SUBJECT: ClassVar[tuple[str, ...]] = ()
    FIRST_LIES_BACK: ClassVar[bool] = False  # whether the first of a subject may begin on a past day

    status = models.CharField(
        _("status"), max_length=10, choices=MasterStatus, default=MasterStatus.PROPOSED,
        db_default=MasterStatus.PROPOSED, editable=False,
    )  # fmt: skip
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=pgettext_lazy("term", "proposed by"),
    )  # fmt: skip
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("released by"),
    )  # fmt: skip
    released_at = models.DateTimeField(_("released at"), null=True, editable=False)
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=pgettext_lazy("term", "replaces"),
    )  # fmt: skip
    replaces_id: int | None
    replaced_to = models.DateField(null=True, editable=False)  # where the replaced one ended until then
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to (first invalid day)"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    def changes_what_happened(self) -> bool:
        """Whether something was done by terms of another subject that these, from their first day on, would take the place of."""
        return False

    @property
    def is_proposed(self) -> bool:
        """Whether another person may release it."""
        return self.status == MasterStatus.PROPOSED


def guards(name: str) -> list[pgtrigger.Trigger]:
    """The table of moves, and that a released row keeps its terms, kept by the database."""
    return [
        MovesGuard(name=f"{name}_moves", moves=MASTER_MOVES, initial=MasterStatus.PROPOSED),
        pgtrigger.Trigger(
            name=f"{name}_keeps_its_terms",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            condition=~pgtrigger.Q(old__status=MasterStatus.PROPOSED),
            func=KEEPS,
        ),
    ]


def checks(name: str) -> list[models.BaseConstraint]:
    """What holds of the dates, the state and the two persons."""
    return [
        models.CheckConstraint(condition=Q(status__in=MasterStatus.values), name=f"{name}_status_known"),
        models.CheckConstraint(
            condition=Q(released_by=None) | ~Q(released_by=F("created_by")), name=f"{name}_released_by_another"
        ),
        models.CheckConstraint(
            condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name=f"{name}_ends_after_start"
        ),
    ]

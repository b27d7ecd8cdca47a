"""What lay in a box of old parts and was not on its list, noted at the factory's door; one noted by mistake is struck out.

Not here: the box and its list (failed_parts).
"""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.scope import ScopedQuerySet
from warranty.models.failed_parts import FailedPart, PartBox

KEEPS_WHAT_WAS_FOUND = """
    IF OLD.struck_at IS NOT NULL OR (OLD.id, OLD.box_id, OLD.failed_part_id, OLD.found, OLD.note, OLD.found_by_id,
        OLD.found_at) IS DISTINCT FROM (NEW.id, NEW.box_id, NEW.failed_part_id, NEW.found, NEW.note, NEW.found_by_id,
        NEW.found_at) THEN
        RAISE EXCEPTION 'an extra piece is struck out once, and else kept as it was noted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'extra_piece_keeps_what_was_found';
    END IF;
    RETURN NEW;
"""


class ExtraPieceQuerySet(ScopedQuerySet["ExtraPiece"]):
    """What was found beside the lists of boxes."""

    def in_force(self) -> "ExtraPieceQuerySet":
        """Those that were not struck out, as they were noted."""
        return self.filter(struck_at=None).order_by("pk")


class ExtraPiece(models.Model):
    """A piece that lay in a box and was not on its list: one of another box or station, or one that has no tag of ours.

    One that was noted by mistake is struck out, once and with a reason, while its box is being unpacked; the row stays.
    """

    SCOPE: ClassVar[dict[str, str]] = {"station": "box__station_id"}

    box = models.ForeignKey(PartBox, on_delete=models.PROTECT, related_name="extras", verbose_name=_("box"))
    failed_part = models.ForeignKey(
        FailedPart,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="found_in",
        verbose_name=pgettext_lazy("returned", "old part"),
    )
    found = models.CharField(_("what was found"), max_length=120)
    note = models.CharField(_("note"), max_length=200, blank=True)
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("found by")
    )
    found_at = models.DateTimeField(_("found at"))
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("struck out by"),
    )
    struck_at = models.DateTimeField(_("struck out at"), null=True, blank=True)
    struck_reason = models.CharField(_("why it was struck out"), max_length=200, blank=True, default="", db_default="")

    objects = ExtraPieceQuerySet.as_manager()

    class Meta:
        verbose_name = _("extra piece in a box")
        verbose_name_plural = _("extra pieces in boxes")
        ordering = ["box", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["box", "failed_part"],
                condition=models.Q(struck_at=None),
                name="an_extra_piece_is_found_once_in_a_box",
            ),
            models.CheckConstraint(
                condition=models.Q(struck_at=None, struck_by=None)
                | models.Q(struck_at__isnull=False, struck_by__isnull=False),
                name="struck_extra_piece_has_who_and_when",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="extra_piece_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="extra_piece_keeps_what_was_found",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=KEEPS_WHAT_WAS_FOUND,
            ),
        ]

    def __str__(self) -> str:
        return self.found

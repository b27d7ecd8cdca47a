"""Pictures that many claims may show without anybody having copied proof: a data sheet, a drawing, a type-plate legend."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.scope import HEADQUARTERS, ScopedQuerySet

USER = settings.AUTH_USER_MODEL


class SharedPicture(models.Model):
    """While it stands, a file of this hash is no sign that a picture was used twice; lifted, it is one again."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    marked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("marked by"))
    lifted_by = models.ForeignKey(
        USER,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("shared picture", "lifted by"),
        editable=False,
    )
    sha256 = models.CharField(_("hash of the original"), max_length=64)
    name = models.CharField(_("file name"), max_length=120)
    reason = models.CharField(_("why many claims show it"), max_length=500)
    lift_reason = models.CharField(
        pgettext_lazy("shared picture", "why it was lifted"), max_length=500, blank=True, db_default=""
    )
    marked_at = models.DateTimeField(_("marked at"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("shared picture")
        verbose_name_plural = _("shared pictures")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["sha256"], condition=Q(lifted_at=None), name="shared_picture_stands_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="shared_picture_says_why"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason=""),
                name="lifted_shared_picture_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:12]}"

    def get_absolute_url(self) -> str:
        return reverse("admin:warranty_sharedpicture_change", args=[self.pk])

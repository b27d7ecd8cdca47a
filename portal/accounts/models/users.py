"""The user and the headquarters roles granted to them. Memberships of stations and suppliers live in the upper apps."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import HQ_ROLES, Role, roles_of
from portal.core import clock
from portal.core.scope import HEADQUARTERS, ScopedQuerySet


class AccountManager(UserManager["User"]):
    """Django's, and visible_to()."""

    def get_queryset(self) -> "ScopedQuerySet[User]":
        return ScopedQuerySet(self.model, using=self._db)

    def visible_to(self, user: Any) -> "ScopedQuerySet[User]":
        """Headquarters sees all accounts; others see none (stations list their own people)."""
        return self.get_queryset().visible_to(user)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in. What they may see and do follows from roles and memberships, never from flags here."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    username = models.CharField(
        _("user name"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This user name is taken.")},
    )  # fmt: skip
    display_name = models.CharField(_("name"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=[("zh-hans", _("Simplified Chinese")), ("en", _("English"))],
        default="zh-hans",
    )  # fmt: skip
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"), default=clock.now)

    objects = AccountManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_staff(self) -> bool:
        """Whether the admin is open to the user: those at headquarters."""
        return bool(roles_of(self) & HQ_ROLES)

    @property
    def acting_role(self) -> str:
        """The role named in events: the only one, or the first by rank of several."""
        held = roles_of(self)
        return next((role.value for role in Role if role in held), "")

    def get_full_name(self) -> str:
        """The name people use."""
        return str(self)

    def get_short_name(self) -> str:
        """The same."""
        return str(self)


class RoleGrantQuerySet(ScopedQuerySet["RoleGrant"]):
    """Grants by validity."""

    def in_force(self, day: date | None = None) -> "RoleGrantQuerySet":
        """Grants that hold on the day, else today (Shanghai): valid_from ≤ day < valid_to."""
        day = day or clock.today()
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class RoleGrant(models.Model):
    """A headquarters role held from a day until, but not on, another."""

    SCOPE: ClassVar[dict[str, str]] = HEADQUARTERS

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants", verbose_name=_("user"))
    role = models.CharField(
        _("role"), max_length=30, choices=[(role.value, role.label) for role in Role if role in HQ_ROLES]
    )
    valid_from = models.DateField(_("valid from"), default=clock.today)
    valid_to = models.DateField(_("valid to (not included)"), null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "valid_from"], name="role_granted_once_per_day"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")), name="role_grant_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

"""Accounts, roles and invitations at headquarters; the admin's door is the portal's login."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts import invitations, switching
from portal.accounts.models import Invitation, RoleGrant, User
from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin, ScopedTabularInline


def login_page(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """The portal's login; who is logged in without a role of headquarters may not enter."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.GET.get("next", "/admin/"))
    if admin.site.has_permission(request):
        return redirect("admin:index")
    raise PermissionDenied


admin.site.index_title = _("Dashboard")
admin.site.login = login_page  # type: ignore[method-assign]


class RoleGrantInline(ScopedTabularInline):
    """The roles of an account."""

    model = RoleGrant
    read_only = False


def invite(user: User, values: dict[str, Any], actor: Any) -> str:
    """The link, for the sentence that is shown once."""
    link = invitations.invite(user, actor=actor)
    return gettext("Give this link to the user; it is shown only now and works for 14 days: %(link)s") % {"link": link}


def switch_off(user: User, values: dict[str, Any], actor: Any) -> None:
    """The user is out of every browser and cannot come back."""
    switching.switch_off(user, actor=actor)


def switch_on(user: User, values: dict[str, Any], actor: Any) -> None:
    """The user may log in again."""
    switching.switch_on(user, actor=actor)


def unlock(user: User, values: dict[str, Any], actor: Any) -> None:
    """Wrong passwords are forgotten."""
    switching.unlock(user, actor=actor)


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """Who logs in; an invitation sets the password, nobody else knows it."""

    list_display = ("username", "display_name", "phone", "email", "language", "is_active", "joined_at")
    list_filter = ("is_active", "role_grants__role")
    search_fields = ("username", "display_name", "phone", "email")
    ordering = ("username",)
    fields = ("username", "display_name", "phone", "email", "language", "is_active", "joined_at")
    readonly_fields = ("is_active", "joined_at")
    inlines = (RoleGrantInline,)
    operations = (
        OperationButton(
            "invite", _("Invite"), invite, permission="accounts.change_user", style="primary",
            shown=lambda user: user.is_active,
            intro=_("Makes a link by which the user sets a password. Earlier links stop working."),
        ),
        OperationButton(
            "unlock", _("Unlock"), unlock, permission="accounts.unlock_user",
            intro=_("Forgets wrong passwords, so that the user may try again at once."), success=_("Unlocked."),
        ),
        OperationButton(
            "switch_off", _("Switch off"), switch_off, permission="accounts.change_user", style="danger",
            shown=lambda user: user.is_active,
            intro=_("The user is logged out everywhere and cannot log in."), success=_("Switched off."),
        ),
        OperationButton(
            "switch_on", _("Switch on"), switch_on, permission="accounts.change_user",
            shown=lambda user: not user.is_active, intro=_("The user may log in again."), success=_("Switched on."),
        ),
    )  # fmt: skip


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Links that were sent."""

    list_display = ("user", "invited_by", "created_at", "expires_at", "used_at")
    list_select_related = ("user", "invited_by")
    search_fields = ("user__username", "user__display_name")
    show_timeline = False

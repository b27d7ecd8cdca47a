"""One's own account: profile, password, sessions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts import profile, second_factor, sessions
from portal.accounts.forms import PasswordForm, ProfileForm
from portal.accounts.models import LoginSession
from portal.accounts.roles import Role, roles_of
from portal.core.pages import Action, OperationView, ScopedPage
from portal.core.pieces import Text


class Account(ScopedPage):
    """Who I am here, where I am logged in."""

    template_name = "accounts/account.html"

    def get_title(self) -> Text:
        return str(self.request.user)

    def get_actions(self) -> list[Action]:
        return [
            Action(_("Change my data"), reverse("account_change")),
            Action(_("Change password"), reverse("password_change")),
            Action(_("API tokens"), reverse("api_token_list")),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        held = roles_of(user)
        rows = LoginSession.objects.visible_to(user).order_by("-began_at")
        return super().get_context_data(**kwargs) | {
            "roles": [role.label for role in Role if role in held],
            "sessions": [
                {
                    "row": row,
                    "name": sessions.names_of(row.browser),
                    "here": row.session_key == self.request.session.session_key,
                }
                for row in rows[:20]
            ],
            "has_second_factor": second_factor.has_one(user),
            "second_factor_required": second_factor.is_required(user),
        }


class OwnPage(OperationView):
    """A form about oneself."""

    def get_cancel_url(self) -> str:
        return reverse("account")


class ChangeProfile(OwnPage):
    """Name, phone, e-mail, language."""

    title = _("Change my data")
    form_class = ProfileForm
    success_message = _("Your data was changed.")

    def get_initial(self) -> dict[str, Any]:
        user: Any = self.request.user
        return {name: getattr(user, name) for name in ("display_name", "phone", "email", "language")}

    def operate(self, form: ProfileForm) -> str:
        user: Any = self.request.user
        profile.change_profile(user, **form.cleaned_data)
        return reverse("account")


class ChangePassword(OwnPage):
    """A new password; other browsers are logged out."""

    title = _("Change password")
    intro = _("Afterwards every other browser in which you are logged in asks for the new password.")
    form_class = PasswordForm
    success_message = _("Your password was changed.")

    def operate(self, form: PasswordForm) -> str:
        user: Any = self.request.user
        profile.change_password(user, form.cleaned_data["new_password"], actor=user)
        update_session_auth_hash(self.request, user)
        sessions.end_others(user, keep=str(self.request.session.session_key), actor=user)
        return reverse("account")


class EndSession(OwnPage):
    """One session of mine is over."""

    model = LoginSession
    title = _("End this session")
    intro = _("Whoever sits at that browser is logged out at the next click.")
    submit_label = _("End session")
    success_message = _("The session was ended.")

    def operate(self, form: Any) -> str:
        sessions.end(self.object, actor=self.request.user)
        return reverse("account")


class EndOtherSessions(OwnPage):
    """All sessions but this one are over."""

    title = _("End all other sessions")
    intro = _("Every browser but this one is logged out.")
    submit_label = _("End sessions")

    def operate(self, form: Any) -> str:
        count = sessions.end_others(
            self.request.user, keep=str(self.request.session.session_key), actor=self.request.user
        )
        messages.success(self.request, _("%(count)d sessions were ended.") % {"count": count})
        return reverse("account")

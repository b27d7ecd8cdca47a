"""Logging in and out, the second factor, an invitation."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from django_otp import login as otp_login

from portal.accounts import invitations, profile, second_factor, sessions
from portal.accounts.forms import AcceptForm, CodeForm, LoginForm
from portal.accounts.middleware import IDLE_MINUTES, OWED
from portal.accounts.roles import HQ_ROLES, roles_of
from portal.core.client import address_of
from portal.core.errors import Refusal
from portal.core.parameters import param

BACKEND = "portal.accounts.backends.Password"


def note_session(request: HttpRequest, user: Any) -> None:
    """The session has a new key, stands in the user's list, and owes a second factor where one is due."""
    if not request.session.session_key:
        request.session.save()
    agent = request.headers.get("User-Agent", "")
    sessions.begin(
        user,
        session_key=str(request.session.session_key),
        browser=agent,
        address=address_of(request) or None,
    )
    if roles_of(user) & HQ_ROLES:
        request.session[IDLE_MINUTES] = param("accounts.idle_minutes")
    if second_factor.has_one(user):
        request.session[OWED] = "check"
    elif second_factor.is_required(user):
        request.session[OWED] = "set_up"


def local_address(request: HttpRequest, wish: str) -> str:
    """The wish if it is a page of ours, else the first page."""
    allowed = url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure())
    return wish if wish and allowed else reverse("today")


@method_decorator(never_cache, name="dispatch")
class Login(LoginView):
    """One answer for a wrong name and a wrong password; axes counts and locks."""

    form_class = LoginForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        note_session(self.request, form.get_user())
        return answer

    def get_default_redirect_url(self) -> str:
        return reverse("today")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "second_factor_off": not param("accounts.mfa_required"),
            "demo": getattr(settings, "DEMO", False),
        }


class CodePage(FormView):  # type: ignore[type-arg]
    """A form with one code for a session that has passed the password."""

    form_class = CodeForm
    template_name = "accounts/second_factor.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect("login")
        return super().dispatch(request, *args, **kwargs)

    def refused(self, form: Any, refusal: Refusal) -> HttpResponse:
        """The page again, with the reason."""
        form.add_error("code", str(refusal))
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SecondFactorPage(CodePage):
    """The code of the app, or a recovery code; then the session is complete."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            device = second_factor.check(self.request.user, form.cleaned_data["code"])
        except Refusal as refusal:
            return self.refused(form, refusal)
        otp_login(self.request, device)
        self.request.session.pop(OWED, None)
        return HttpResponseRedirect(local_address(self.request, self.request.GET.get("next", "")))


class SecondFactorSetup(CodePage):
    """The QR code for an app, then its first code; recovery codes are shown once."""

    template_name = "accounts/second_factor_setup.html"

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.request.user
        try:
            codes = second_factor.confirm(second_factor.start(user), form.cleaned_data["code"], actor=user)
        except Refusal as refusal:
            return self.refused(form, refusal)
        self.request.session.pop(OWED, None)
        return render(self.request, "accounts/recovery_codes.html", {"codes": codes})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        device = second_factor.start(self.request.user)
        return super().get_context_data(**kwargs) | {
            "secret": second_factor.secret_of(device),
            "address": device.config_url,
            "has_one": second_factor.has_one(self.request.user),
        }


class AcceptInvitation(FormView):  # type: ignore[type-arg]
    """A link by mail or phone → a password → in."""

    form_class = AcceptForm
    template_name = "accounts/invitation.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.invitation = invitations.find(kwargs["token"])
        except Refusal as refusal:
            return render(request, "accounts/invitation_over.html", {"refusal": refusal}, status=410)
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"language": self.invitation.user.language}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.invitation.user}

    def form_valid(self, form: Any) -> HttpResponse:
        values = form.cleaned_data
        user = invitations.accept(self.kwargs["token"], password=values["new_password"], language=values["language"])
        login(self.request, user, backend=BACKEND)
        note_session(self.request, user)
        return redirect("today")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"invited": self.invitation.user}


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Pages come in this language from now on: in this browser, and for the account of who is logged in."""
    wish = request.POST.get("language", "")
    answer = HttpResponseRedirect(local_address(request, request.POST.get("next", "")))
    if wish in dict(settings.LANGUAGES) and check_for_language(wish):
        translation.activate(wish)
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, wish, max_age=31_536_000, samesite="Lax", httponly=True)
        if request.user.is_authenticated:
            profile.keep_language(request.user, wish)
    return answer

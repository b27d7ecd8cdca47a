"""A forgotten password: asking for the link, and the page behind it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from portal.accounts import recovery
from portal.accounts.forms import ForgottenForm, ResetForm
from portal.core.client import address_of
from portal.core.errors import Refusal
from portal.core.throttling import over_limit, refused_for_now

ASKS, WITHIN = 10, 3600


@method_decorator(never_cache, name="dispatch")
class Forgotten(FormView):  # type: ignore[type-arg]
    """The same answer for every name."""

    form_class = ForgottenForm
    template_name = "accounts/forgotten.html"

    def form_valid(self, form: ForgottenForm) -> HttpResponseBase:  # type: ignore[override]
        if over_limit("password-reset", address_of(self.request), most=ASKS, seconds=WITHIN):
            return refused_for_now(self.request, WITHIN)
        recovery.ask_for_reset(form.cleaned_data["name"].strip())
        return render(self.request, "accounts/forgotten_asked.html")


@method_decorator(never_cache, name="dispatch")
class Reset(FormView):  # type: ignore[type-arg]
    """A new password, twice."""

    form_class = ResetForm
    template_name = "accounts/reset.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.holder = recovery.holder_of(kwargs["key"], kwargs["token"])
        except Refusal as refusal:
            return render(request, "accounts/invitation_over.html", {"refusal": refusal}, status=410)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.holder}

    def form_valid(self, form: ResetForm) -> HttpResponse:
        recovery.reset_password(self.kwargs["key"], self.kwargs["token"], password=form.cleaned_data["new_password"])
        messages.success(self.request, _("Your password was changed. Log in with the new one."))
        return redirect("login")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"holder": self.holder}

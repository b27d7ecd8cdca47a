"""One's own API tokens: list, a new one, revoking one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from portal.accounts import tokens
from portal.accounts.forms import TokenForm
from portal.accounts.models import ApiToken
from portal.core import clock
from portal.core.errors import Refusal
from portal.core.pages import Action, OperationView, PageMixin, ScopedPage


class TokenList(ScopedPage):
    """Which programs act as me."""

    template_name = "accounts/tokens.html"
    title = _("My API tokens")

    def get_actions(self) -> list[Action]:
        return [
            Action(_("New token"), reverse("api_token_new"), "", "primary"),
            Action(_("How programs use it"), reverse("api_docs")),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = ApiToken.objects.visible_to(self.request.user).filter(revoked_at=None).order_by("-pk")
        return super().get_context_data(**kwargs) | {"tokens": rows[:50], "now": clock.now()}


class NewToken(PageMixin, FormView):  # type: ignore[type-arg]
    """The form, then the token: it is shown once, and neither a message nor an idempotency key keeps it."""

    template_name = "generic/form.html"
    title = _("New API token")
    form_class = TokenForm

    def form_valid(self, form: TokenForm) -> HttpResponse:
        values = form.cleaned_data
        try:
            row, token = tokens.make_token(self.request.user, actor=self.request.user, **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return self.render_to_response(self.get_context_data(form=form), status=409)
        answer = render(self.request, "accounts/token_made.html", {"row": row, "token": token})
        answer["Cache-Control"] = "no-store"
        return answer

    def form_invalid(self, form: TokenForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "cancel_url": reverse("api_token_list"), "submit_label": _("Make the token"),
        }  # fmt: skip


class RevokeToken(OperationView):
    """A program is out."""

    model = ApiToken
    title = _("Revoke the token")
    intro = _("A program that uses it is refused from now on.")
    submit_label = _("Revoke")
    success_message = _("The token was revoked.")
    danger = True

    def get_cancel_url(self) -> str:
        return reverse("api_token_list")

    def operate(self, form: Any) -> str:
        tokens.revoke_token(self.object, actor=self.request.user)
        return reverse("api_token_list")

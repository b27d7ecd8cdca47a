"""Keeping and removing a list's view."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _
from django.views import View

from portal.core import saved_views
from portal.core.errors import Refusal
from portal.core.models.saved_views import SavedView


def address_of(page: str) -> str:
    """The list of this URL name. Raises Http404 where it keeps no views."""
    try:
        address = reverse(page)
    except NoReverseMatch as error:
        raise Http404 from error
    view: Any = resolve(address).func
    if not getattr(getattr(view, "view_class", None), "keeps_views", False):
        raise Http404
    return address


class SaveView(LoginRequiredMixin, View):
    """The filters shown are kept under the name."""

    def post(self, request: HttpRequest) -> HttpResponse:
        given = request.POST
        address = address_of(given.get("page", ""))
        query = given.get("query", "")[:2000]
        try:
            view = saved_views.save_view(
                request.user,
                page=given.get("page", ""),
                name=given.get("name", ""),
                query=query,
                is_shared=given.get("is_shared") == "on",
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(f"{address}?{saved_views.filters_of(query)}")
        messages.success(request, _("The view “%(name)s” was saved.") % {"name": view.name})
        return HttpResponseRedirect(f"{address}?{view.query}")


class DropView(LoginRequiredMixin, View):
    """One's own view is gone."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = SavedView.objects.filter(owner=request.user.pk, pk=pk).first()
        if view is None:
            raise Http404
        address = reverse(view.page)
        saved_views.drop_view(view)
        messages.success(request, _("The view “%(name)s” was removed.") % {"name": view.name})
        return HttpResponseRedirect(address)

"""What one was told: open a message, or put all aside."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from portal.accounts.views.login import local_address
from portal.core import clock
from portal.core.models import Notification
from portal.core.pages import PermissionRequiredMixin, ScopedListView, visible_or_404


class NotificationList(ScopedListView):
    """One's own messages, newest first."""

    model = Notification
    template_name = "web/notifications.html"
    title = _("Notifications")
    empty_text = _("No messages yet. You are told here when something of yours moves.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unread = Notification.objects.visible_to(self.request.user).unread().count()
        return super().get_context_data(**kwargs) | {"unread": unread}


class OpenNotification(PermissionRequiredMixin, View):
    """The message is read, and its page opens; 404 for another's."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = visible_or_404(Notification, request.user, pk=pk)
        Notification.objects.filter(pk=message.pk, read_at=None).update(read_at=clock.now())
        return HttpResponseRedirect(
            local_address(request, message.url) if message.url else reverse("notification_list")
        )


class ReadAll(PermissionRequiredMixin, View):
    """Every message of mine is read."""

    def post(self, request: HttpRequest) -> HttpResponse:
        Notification.objects.visible_to(request.user).unread().update(read_at=clock.now())
        return HttpResponseRedirect(reverse("notification_list"))

"""Core's tables at headquarters: events and jobs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.core.admin import ReadOnlyAdmin
from portal.core.models import Event, JobRun
from portal.core.timeline import words
from portal.web import admin_parameters, admin_reference  # noqa: F401 their lists are registered with these

OURS = {"core", "accounts", "stations", "parts", "service", "warranty", "quality"}
for foreign in [model for model in admin.site._registry if model._meta.app_label not in OURS]:
    admin.site.unregister(
        foreign
    )  # libraries' tables hold secrets of second factors, tokens, and groups that decide nothing


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Everything that happened, newest first."""

    list_display = ("at", "told", "subject_number", "actor", "role", "note")
    list_filter = ("subject_type",)
    search_fields = ("subject_number", "root")
    list_select_related = ("actor",)
    ordering = ("-id",)
    show_timeline = False

    @admin.display(description=_("event"))
    def told(self, event: Event) -> str:
        """The event in words."""
        return words(event)


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    """Long jobs of everybody."""

    list_display = ("title", "status", "done", "total", "owner", "queued_at", "finished_at")
    list_filter = ("status",)
    list_select_related = ("owner",)
    ordering = ("-id",)
    show_timeline = False

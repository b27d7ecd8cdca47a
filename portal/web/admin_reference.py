"""Core's reference tables at headquarters: working calendar with its import, divisions, mail outbox, documents."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin
from portal.core.calendar_files import BadCalendarFile, read_calendar
from portal.core.calendar_keeping import enter_year, missing_years
from portal.core.errors import Refusal
from portal.core.models import CalendarDay, CalendarYear, Division, Document, MailOutbox
from portal.core.models.notifications import MailStatus
from portal.core.notifications import retry

MAX_CALENDAR_BYTES = 1_000_000


class CalendarUploadForm(forms.Form):
    """A year's calendar as a file."""

    file = forms.FileField(
        label=pgettext_lazy("upload", "File"),
        help_text=_("JSON of the holiday-calendar format, or ICS; one year a file."),
    )


@admin.register(CalendarYear)
class CalendarYearAdmin(ReadOnlyAdmin):
    """Which years are known, and the import of the next one."""

    list_display = ("year", "source", "updated_at")
    ordering = ("-year",)

    def get_urls(self) -> list[URLPattern]:
        """The import page, before the admin's own."""
        view = self.admin_site.admin_view(partial(self.import_view))
        return [path("import/", view, name="core_calendaryear_import"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list says which year is missing, and where to enter it."""
        for year in missing_years():
            text = gettext(
                "The working calendar of %(year)s is not entered: its deadlines count holidays as working days."
            )
            messages.warning(request, text % {"year": year})
        if request.user.has_perm("core.change_calendaryear"):
            text = gettext("Import a year at %(address)s")
            messages.info(request, text % {"address": reverse("admin:core_calendaryear_import")})
        answer: HttpResponse = super().changelist_view(request, extra_context)
        return answer

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Upload one year; its days replace those known."""
        if not request.user.has_perm("core.change_calendaryear"):
            raise PermissionDenied
        form = CalendarUploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid() and self._enter(request, form):
            return HttpResponseRedirect(reverse("admin:core_calendaryear_changelist"))
        context = {**self.admin_site.each_context(request), "title": _("Import a working calendar"), "form": form}
        return TemplateResponse(request, "web/admin_calendar.html", context, status=422 if form.errors else 200)

    def _enter(self, request: HttpRequest, form: CalendarUploadForm) -> bool:
        upload = form.cleaned_data["file"]
        try:
            if upload.size > MAX_CALENDAR_BYTES:
                raise BadCalendarFile(reason=_("it is larger than 1 MB"))
            try:
                text = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise BadCalendarFile(reason=_("it is not UTF-8 text")) from error
            year = enter_year(read_calendar(text), source=upload.name, actor=request.user)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
            return False
        messages.success(request, gettext("The working calendar of %(year)s was entered.") % {"year": year.year})
        return True


@admin.register(CalendarDay)
class CalendarDayAdmin(ScopedAdmin):
    """Exceptions to Monday–Friday, one by one."""

    list_display = ("day", "kind", "name", "name_en")
    list_filter = ("kind",)
    search_fields = ("name", "name_en")
    ordering = ("-day",)


@admin.register(Division)
class DivisionAdmin(ScopedAdmin):
    """Province, city, county."""

    list_display = ("code", "full_name", "level", "longitude", "latitude")
    list_filter = ("level",)
    search_fields = ("code", "full_name")
    autocomplete_fields = ("parent",)
    ordering = ("code",)


def _retry(row: MailOutbox, values: dict[str, Any], actor: Any) -> None:
    retry(row)


@admin.register(MailOutbox)
class MailOutboxAdmin(ReadOnlyAdmin):
    """Mails that wait, left or were given up."""

    list_display = ("created_at", "to", "subject", "status", "attempts", "next_attempt_at")
    list_filter = ("status",)
    search_fields = ("to", "subject")
    ordering = ("-id",)
    show_timeline = False
    operations = (
        OperationButton(
            "retry",
            _("Send again"),
            _retry,
            permission="core.change_mailoutbox",
            shown=lambda row: row.status == MailStatus.DEAD,
            intro=_("The mail is tried again at once, with all its attempts."),
            success=_("The mail waits to be sent."),
        ),
    )


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Issued documents and their hashes."""

    list_display = ("number", "kind", "language", "issued_by", "issued_at")
    list_filter = ("kind", "language")
    search_fields = ("number", "sha256")
    list_select_related = ("issued_by",)
    ordering = ("-id",)
    show_timeline = False

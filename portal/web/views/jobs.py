"""Long jobs: how far, stop, what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.core import jobs
from portal.core.models import JobRun
from portal.core.pages import Column, ScopedDetailView, ScopedListView, visible_or_404


class JobList(ScopedListView):
    """One's own jobs, newest first; headquarters sees all."""

    model = JobRun
    title = _("Jobs")
    subtitle_text = _("Imports, exports and reports that take longer than a page.")
    columns = (
        Column("title", kind="number"),
        Column("status", kind="badge"),
        Column("percent", _("Progress"), kind="percent"),
        Column("owner"),
        Column("queued_at"),
        Column("finished_at"),
    )
    chips = "status"
    select_related = ("owner",)
    empty_text = _("No job has run yet. An import or a large export shows up here.")


class JobDetail(ScopedDetailView):
    """One job; the page asks again by itself until it is over."""

    model = JobRun
    template_name = "web/job.html"
    select_related = ("owner",)

    def get_title(self) -> str:
        return str(self.get_object().title)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return render(request, "web/job_progress.html", {"object": self.get_object()})
        return super().get(request, *args, **kwargs)


@require_POST
def cancel_job(request: HttpRequest, pk: int) -> HttpResponse:
    """The job stops before its next step; 404 for another's, 409 when it is over."""
    if not request.user.is_authenticated:
        return redirect("login")
    run = visible_or_404(JobRun, request.user, pk=pk)
    jobs.request_cancel(run)
    return redirect("job_detail", pk=run.pk)

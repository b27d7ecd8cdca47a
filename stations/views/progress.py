"""What an applicant sees once the application is sent: how far it is, who holds it, what is to be put right."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal
from portal.core.states import can_move
from stations import applications, rectification
from stations.applications.holding import holder_of, steps_of
from stations.forms.visits import EvidenceForm
from stations.models import ApplicationStatus, RectificationFinding, StationApplication
from stations.views.rectifications import with_files


class Progress:
    """Mixed into the page behind the link."""

    application: StationApplication

    def progress(self, request: HttpRequest, *, form: Any = None, finding: int = 0, status: int = 200) -> HttpResponse:
        """The way of the application, its next step and who holds it; findings with a form each."""
        row = self.application
        order = row.rectifications.filter(status="open").first()
        lines: list[Any] = list(with_files(order.lines.all())) if order else []
        for line in lines:
            bound = form if form is not None and line.pk == finding else None
            line.form = bound or EvidenceForm(initial={"evidence": line.evidence}, prefix=f"finding-{line.pk}")
        context = {
            "application": row, "steps": steps_of(row), "holder": holder_of(row), "order": order, "lines": lines,
            "may_withdraw": can_move(row, ApplicationStatus.WITHDRAWN), "wide_box": True,
        }  # fmt: skip
        return render(request, "stations/apply_progress.html", context, status=status)

    def withdraw(self, request: HttpRequest) -> HttpResponse:
        """The applicant gives up."""
        try:
            applications.withdraw_application(self.application)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(request.path)

    def evidence(self, request: HttpRequest) -> HttpResponse:
        """What was done about one finding of this application."""
        wanted = request.POST.get("finding", "")
        lines = RectificationFinding.objects.filter(order__application=self.application)
        line = lines.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None
        if line is None:
            return redirect(request.path)
        form = EvidenceForm(request.POST, request.FILES, prefix=f"finding-{line.pk}")
        if not form.is_valid():
            return self.progress(request, form=form, finding=line.pk, status=422)
        values = form.cleaned_data
        try:
            rectification.answer_finding(line, evidence=values["evidence"], uploads=values["photos"], actor=None)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return self.progress(request, form=form, finding=line.pk, status=409)
        messages.success(request, _("Filed. The region looks at it."))
        return redirect(request.path)

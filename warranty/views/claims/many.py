"""Deciding many claims of the queue alike: what is chosen, the exact effect, one press."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal
from portal.core.models.jobs import JobRun
from portal.core.pages import OperationView
from portal.core.saved_views import filters_of
from warranty.desk import bulk
from warranty.forms.desk import ManyForm
from warranty.models import WarrantyClaim
from warranty.views.claims.queue import ClaimQueue


class DecideMany(OperationView):
    """The address carries the queue's filters; the first press shows the effect, the second decides what was shown."""

    permission = "warranty.decide_many"
    title = _("Decide several claims")
    submit_label = _("Show the effect")
    template_name = "warranty/claims_many.html"
    form_class = ManyForm

    def get_cancel_url(self) -> str:
        return f"{reverse('claim_queue')}?{self.filters}"

    @property
    def filters(self) -> str:
        """The filters of the queue that led here."""
        return filters_of(self.request.GET.urlencode())

    def rows(self) -> Any:
        """The claims that the filters leave and that wait for this reader. Raises TooMany."""
        page = ClaimQueue()
        page.setup(self.request)
        _filters, rows, _chips = page.shown_rows()
        found = list(bulk.matching(rows, self.request.user).order_by("submitted_at", "pk")[: bulk.MOST + 1])
        if len(found) > bulk.MOST:
            raise bulk.TooMany(count=f"{bulk.MOST:,}+", most=f"{bulk.MOST:,}")
        return found

    def wish_of(self, form: Any) -> bulk.Wish:
        given = form.cleaned_data
        code = given["reason_code"].code if given["reason_code"] else ""
        return bulk.Wish(given["act"], code, given["note"])

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        if "go" in request.POST:
            return self.form_valid(form)
        if not request.POST.getlist("claims"):
            form.add_error(None, _("Choose at least one claim."))
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, plan=self._plan(form)))

    def _plan(self, form: Any) -> bulk.Plan | None:
        """The effect on the claims that are ticked."""
        posted = self.request.POST
        ticked = {int(key) for key in posted.getlist("claims") if key.isascii() and key.isdigit()}
        ticked |= {key for key, _mark in bulk.read_chosen(posted.get("chosen", ""))}
        rows: list[WarrantyClaim] = [row for row in self.rows() if row.pk in ticked]
        return bulk.plan(rows, self.wish_of(form), actor=self.request.user)

    def operate(self, form: Any) -> str:
        chosen = bulk.read_chosen(self.request.POST.get("chosen", ""))
        done = bulk.decide_many(chosen, self.wish_of(form), actor=self.request.user)
        if isinstance(done, JobRun):
            return reverse("job_detail", args=[done.pk])
        self.success_message = done
        return self.get_cancel_url()

    def refused(self, form: Any, text: str, field: str, *, status: int) -> HttpResponse:
        """The effect as it would be now, with what was typed."""
        form.add_error(None, text)
        return self.render_to_response(self.get_context_data(form=form, plan=self._plan(form)), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        try:
            rows = self.rows() if "plan" not in kwargs else []
        except Refusal as refusal:
            return context | {"why_not": str(refusal)}
        return context | {"rows": rows, "most": bulk.AT_ONCE}

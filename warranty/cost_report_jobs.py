"""The job that makes cost reports; imported by jobs.py."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core import jobs
from portal.core.models.jobs import JobStatus
from stations.models import ProductModel, Region
from warranty.costs import Asked
from warranty.costs.report import carry_out


@jobs.task("warranty.make_cost_report")
def make_cost_report(
    run: int, since: str, until: str, language: str, model: int | None = None, region: int | None = None
) -> None:
    """The figures of the months are read, frozen and drawn; the run leads to the paper."""
    asked = Asked(
        date.fromisoformat(f"{since}-01"),
        date.fromisoformat(f"{until}-01"),
        ProductModel.objects.get(pk=model) if model else None,
        Region.objects.get(pk=region) if region else None,
    )
    started = jobs.begin(run, total=2)
    try:
        document = carry_out(started, asked, language)
    except jobs.Cancelled:
        jobs.finish(started, status=JobStatus.CANCELLED)
    except Exception as error:
        jobs.finish(started, status=JobStatus.FAILED, message=type(error).__name__)
        raise
    else:
        text = _("%(number)s: the report is ready.") % {"number": document.number}
        jobs.finish(started, message=text, result_url=reverse("document", args=[document.pk]))

"""The job that makes claim reports; imported by jobs.py."""

from django.utils.translation import gettext as _

from portal.core import jobs
from portal.core.errors import Refusal
from portal.core.models.jobs import JobStatus
from warranty.claim_reports import carry_out
from warranty.models import ClaimReport


@jobs.task("warranty.make_claim_report")
def make_claim_report(run: int, report: int) -> None:
    """The report's lines are read, its paper drawn, its files written; a refusal stands on the job's page."""
    row = ClaimReport.objects.select_related("asked_by", "claim__station", "claim__product_model").get(pk=report)
    started = jobs.begin(run)
    try:
        carry_out(started, row)
    except jobs.Cancelled:
        jobs.finish(started, status=JobStatus.CANCELLED, result_url=row.get_absolute_url())
    except Refusal as refusal:
        jobs.finish(started, status=JobStatus.FAILED, message=str(refusal), result_url=row.get_absolute_url())
    except Exception as error:
        jobs.finish(started, status=JobStatus.FAILED, message=type(error).__name__)
        raise
    else:
        text = _("%(number)s: paper and files are ready.") % {"number": row.number}
        jobs.finish(started, message=text, result_url=row.get_absolute_url())

"""A long run whose steps stand alone: an error of one stops no other. Not here: what a step does."""

import logging
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from portal.core import jobs
from portal.core.models import JobRun
from portal.core.models.jobs import JobStatus

_log = logging.getLogger(__name__)


def take_steps(
    row: JobRun, steps: Mapping[str, Callable[[], int]], said: Callable[[], str], *, result_url: str
) -> bool:
    """Every step was taken in a transaction of its own, whatever error stopped others; the run says what came of it.

    steps: by what names them to a reader. Answers whether nobody cancelled. Raises the first error at the end, so that the
    job is tried again.
    """
    failed: dict[str, Exception] = {}
    for name, step in steps.items():
        try:
            jobs.advance(row, step)
        except jobs.Cancelled:
            jobs.finish(row, status=JobStatus.CANCELLED, message=said())
            return False
        except Exception as error:  # whatever one raises: the others are done
            _log.exception("%s: %s", row, name)
            failed[name] = error
    if failed:
        text = _("%(done)s; stopped by an error: %(stations)s") % {"done": said(), "stations": ", ".join(failed)}
        jobs.finish(row, status=JobStatus.FAILED, message=text)
        raise next(iter(failed.values()))
    jobs.finish(row, message=said(), result_url=result_url)
    return True

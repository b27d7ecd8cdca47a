"""The floor's own jobs: reading and applying imports, sending mail, drawing long papers. Imported when the apps are ready."""

from typing import Any

from portal.core import documents, drawing, jobs
from portal.core.errors import Refusal
from portal.core.models.documents import Document
from portal.core.models.jobs import JobStatus
from portal.core.models.transfer import BatchStatus, ImportBatch


@jobs.task("core.stage_import")
def stage_import(run: int, batch: int) -> None:
    """The batch is checked, or refused with its reason."""
    from portal.core.transfer.staging import stage_batch

    def refuse(reason: str) -> int:
        ImportBatch.objects.filter(pk=batch).update(status=BatchStatus.REFUSED, problem=reason)
        return 0

    _in_one_step(run, lambda _actor: stage_batch(ImportBatch.objects.get(pk=batch)), refuse)


@jobs.task("core.apply_import")
def apply_import(run: int, batch: int) -> None:
    """The batch is applied, all or nothing; a refusal stands on the job's page."""
    from portal.core.transfer.applying import apply_batch

    row = ImportBatch.objects.get(pk=batch)
    if row.status == BatchStatus.APPLIED:
        return
    _in_one_step(run, lambda actor: apply_batch(row, actor=actor), lambda _reason: 0)


def _in_one_step(run: int, work: Any, refused: Any) -> None:
    started = jobs.begin(run, total=1)

    def step() -> int:
        work(started.owner)
        return 1

    try:
        jobs.advance(started, step)
    except jobs.Cancelled:
        jobs.finish(started, status=JobStatus.CANCELLED)
    except Refusal as refusal:
        reason = str(refusal)
        jobs.advance(started, lambda: int(refused(reason)))
        jobs.finish(started, status=JobStatus.FAILED, message=reason, result_url=started.result_url)
    else:
        jobs.finish(started, result_url=started.result_url)


@jobs.task("core.send_mail")
def send_mail() -> None:
    """What waits in the outbox is sent."""
    from portal.core.notifications import send_waiting

    send_waiting()


@jobs.periodic("core.send_mail_again", "* * * * *")
def send_mail_again() -> None:
    """Mails whose next attempt is due are tried in a job of their own, outside this one's transaction."""
    from portal.core.notifications import mail_is_due

    if mail_is_due():
        jobs.enqueue("core.send_mail")


@jobs.task("core.draw_paper")
def draw_paper(run: int, document: int, language: str) -> None:
    """The document's PDF is kept; readers see how far it is."""
    row = Document.objects.get(pk=document)
    jobs.in_steps(run, documents.steps_of(row), lambda step: documents.pdf_bytes(row, language, step=step))


@jobs.task("core.draw_order")
def draw_order(run: int, order: str) -> None:
    """The PDF of a draft or sheet that somebody asked for is kept until tomorrow."""
    total = drawing.order_steps(drawing.read_order(order))
    jobs.in_steps(run, total, lambda step: drawing.draw_order(order, step=step))


@jobs.periodic("core.clear_orders", "10 18 * * *")  # 02:10 in Shanghai
def clear_orders() -> None:
    """Drafts and sheets drawn for somebody's eyes are not kept for ever."""
    drawing.clear_orders()

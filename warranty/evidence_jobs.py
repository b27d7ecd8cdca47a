"""The job that packs a note's evidence; imported by jobs.py."""

from django.urls import reverse

from portal.core import jobs
from portal.core.models.documents import Document
from warranty.evidence_pack import make_pack, steps_of


@jobs.task("warranty.pack_evidence")
def pack_evidence(run: int, document: int, language: str) -> None:
    """The note's archive is kept and its run leads to it."""
    row = Document.objects.get(pk=document)
    address = reverse("chargeback_zip", args=[row.subject_id])
    jobs.in_steps(run, steps_of(row), lambda step: make_pack(row, language, step=step), result_url=address)

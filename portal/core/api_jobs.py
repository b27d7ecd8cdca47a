"""How far a job is, for the program that started it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated

from portal.core.documents import documents_of
from portal.core.endpoints import RecordEndpoint
from portal.core.models.jobs import JobRun
from portal.core.uploads import PdfRow


class JobRow(serializers.ModelSerializer[JobRun]):
    """Steps done of all, what came of it in a sentence, and the papers it made; is_over: nothing changes any more."""

    is_over = serializers.BooleanField()
    documents = serializers.SerializerMethodField()

    class Meta:
        model = JobRun
        fields = [
            "id", "title", "status", "total", "done", "message", "is_over", "queued_at", "started_at", "finished_at",
            "documents",
        ]  # fmt: skip

    @extend_schema_field(PdfRow(many=True))
    def get_documents(self, run: JobRun) -> Any:
        """The latest first."""
        return PdfRow(documents_of(run), many=True).data


class OneJob(RecordEndpoint):
    """A job of the caller's; headquarters see all."""

    model = JobRun
    row_class = JobRow
    permission_classes: Any = (IsAuthenticated,)

"""The import center: choose a file → see what it would do → apply it, all or nothing."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from portal.core import jobs
from portal.core.models import ImportBatch
from portal.core.models.transfer import BatchStatus, RowState
from portal.core.pages import (
    ActingForm,
    Action,
    Column,
    NextStep,
    OperationView,
    PermissionRequiredMixin,
    ScopedDetailView,
    ScopedListView,
    Stat,
    visible_or_404,
)
from portal.core.pieces import Text
from portal.core.transfer.applying import apply_batch, discard_batch
from portal.core.transfer.exporting import ExportColumn, export_response
from portal.core.transfer.kinds import ImportKind, kind_of, kinds_for
from portal.core.transfer.reading import ColumnsMissing, map_header
from portal.core.transfer.remembering import remembered
from portal.core.transfer.staging import AT_ONCE_BYTES, sheet_of, sound_rows, stage_batch, upload_batch
from portal.core.transfer.wording import said, sentence

SHOWN_ROWS = 100
AT_ONCE_ROWS = 2_000


def named_kind(key: str) -> ImportKind:
    """The kind of an address. Raises Http404."""
    try:
        return kind_of(key)
    except KeyError:
        raise Http404 from None


def title_of(batch: ImportBatch) -> str:
    """What the batch is about; its key if the kind is gone."""
    try:
        return str(kind_of(batch.kind).title)
    except KeyError:
        return batch.kind


def address_of(batch: ImportBatch) -> str:
    """The batch's page."""
    return reverse("import_detail", args=[batch.pk])


def check(batch: ImportBatch, user: Any) -> str:
    """The batch is checked, a large one by a job; where to go on: its page, the job's, or where its columns are assigned."""
    kind = named_kind(batch.kind)
    try:
        map_header(kind, sheet_of(batch).header, remembered(batch.uploaded_by, kind))
    except ColumnsMissing:
        return reverse("import_columns", args=[batch.pk])
    if batch.size <= AT_ONCE_BYTES:
        stage_batch(batch)
        return address_of(batch)
    run = jobs.start_run(
        "core.stage_import", owner=user, title=str(_("Check %(name)s")) % {"name": batch.name}, total=1, batch=batch.pk
    )
    return reverse("job_detail", args=[run.pk])


class ImportList(ScopedListView):
    """What was imported, and what can be."""

    model = ImportBatch
    template_name = "web/imports.html"
    title = _("Imports")
    subtitle_text = _("Nothing changes before you have seen what a file would do and confirmed it.")
    chips = "status"
    select_related = ("uploaded_by",)
    columns = (
        Column("number", kind="number", small="name"),
        Column(title_of, _("Kind of import")),
        Column("status", kind="badge"),
        Column("new_count", kind="qty"),
        Column("changed_count", kind="qty"),
        Column("error_count", kind="qty"),
        Column("uploaded_by", small="uploaded_at"),
    )
    empty_text = _("No file was imported yet. Choose a kind above, download its template and fill it.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"kinds": kinds_for(self.request.user)}


class UploadForm(ActingForm):
    """One file."""

    file = forms.FileField(
        label=pgettext_lazy("upload", "File"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("An Excel file (.xlsx) or a CSV file as Excel saves it. The first line holds the headings."),
    )  # fmt: skip


class KindPage:
    """The address names a kind; its permission decides."""

    kwargs: dict[str, Any]
    request: HttpRequest

    @property
    def kind(self) -> ImportKind:
        """The kind of the address."""
        return named_kind(self.kwargs["kind"])

    def require(self, record: Any) -> None:
        """Raises PermissionDenied, or Http404."""
        self.permission = self.kind.permission
        super().require(record)  # type: ignore[misc]


class ImportUpload(KindPage, OperationView):
    """A file of one kind: small ones are checked at once, larger ones by a job."""

    template_name = "web/import_upload.html"
    form_class = UploadForm
    submit_label = _("Upload and check")

    def get_title(self) -> Text:
        return self.kind.title

    def get_cancel_url(self) -> str:
        return reverse("import_list")

    def operate(self, form: UploadForm) -> str:
        batch = upload_batch(self.kind, form.cleaned_data["file"], actor=self.request.user, may_assign=True)
        return check(batch, self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"kind": self.kind}


class ImportTemplate(KindPage, PermissionRequiredMixin, View):
    """An empty file with the right heads."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        columns = [ExportColumn(column.label, column.name) for column in self.kind.columns]
        return export_response([], columns, "xlsx", name=f"{self.kind.title} {gettext('Template')}")


class ImportPresent(KindPage, PermissionRequiredMixin, View):
    """What the user has already, in the columns of the kind: the file may be changed and uploaded again."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        if self.kind.present is None:
            raise Http404
        columns = [ExportColumn(column.label, column.name) for column in self.kind.columns]
        rows = self.kind.present(request.user)
        return export_response(rows, columns, "xlsx", name=str(self.kind.title), actor=request.user)


class ImportDetail(ScopedDetailView):
    """What the file would do, or did."""

    model = ImportBatch
    template_name = "web/import.html"
    select_related = ("uploaded_by",)

    def get_subtitle(self) -> Text:
        batch = self.get_object()
        return f"{title_of(batch)} · {batch.name}"

    def next_step(self) -> NextStep | None:
        batch: ImportBatch = self.get_object()
        if batch.status == BatchStatus.CHECKED and batch.error_count and not named_kind(batch.kind).skips_errors:
            return NextStep(
                _("Nothing was changed. Download the wrong lines, correct them in your file and upload it again."),
                _("Download the errors"), reverse("import_errors", args=[batch.pk]), tone="bad",
            )  # fmt: skip
        if batch.status == BatchStatus.CHECKED:
            return NextStep(
                _("Look through the lines below. Apply takes them all over together."), pgettext("import", "Apply"),
                reverse("import_apply", args=[batch.pk]),
            )  # fmt: skip
        if batch.status == BatchStatus.UPLOADED:
            return NextStep(
                _("Some columns of the file were not recognized. Say which column is which, then it is checked."),
                _("Assign the columns"), reverse("import_columns", args=[batch.pk]),
            )  # fmt: skip
        if batch.problem:
            return NextStep(batch.problem, tone="bad", heading=_("Refused"))
        made = named_kind(batch.kind).made
        if batch.status == BatchStatus.APPLIED and made and (found := made(batch)):
            return NextStep(*found)
        return None

    def stats(self) -> list[Stat]:
        batch: ImportBatch = self.get_object()
        address = address_of(batch)
        return [
            Stat(_("New"), f"{batch.new_count:,}", url=f"{address}?state=new"),
            Stat(_("Changed"), f"{batch.changed_count:,}", url=f"{address}?state=changed"),
            Stat(_("Unchanged"), f"{batch.same_count:,}", url=f"{address}?state=same"),
            Stat(
                _("Errors"),
                f"{batch.error_count:,}",
                tone="bad" if batch.error_count else "",
                url=f"{address}?state=error",
            ),
        ]

    def get_actions(self) -> list[Action]:
        batch: ImportBatch = self.get_object()
        if batch.status != BatchStatus.CHECKED:
            return []
        return [
            Action(_("Assign the columns"), reverse("import_columns", args=[batch.pk])),
            Action(_("Discard"), reverse("import_discard", args=[batch.pk]), style="danger"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch: ImportBatch = self.get_object()
        state = self.request.GET.get("state", "")
        rows = batch.rows.order_by("line")
        rows = rows.filter(state=state) if state in RowState.values else rows.exclude(state=RowState.SAME)
        kind = named_kind(batch.kind)
        labels = {column.name: column.label for column in kind.columns}
        shown = [_named(row, labels) for row in rows[:SHOWN_ROWS]]
        if kind.beside and batch.status == BatchStatus.CHECKED:
            found = kind.beside(list(sound_rows(batch, lines=[row.line for row in shown])))
            for row in shown:
                row.beside = found.get(row.line, [("–", "")] * len(kind.beside_labels))
        return super().get_context_data(**kwargs) | {
            "columns": [labels.get(name, name) for name in batch.columns],
            "rows": shown,
            "wide": len(batch.columns) + len(kind.beside_labels) + 1,
            "beside": kind.beside_labels if batch.status == BatchStatus.CHECKED else (),
            "shown": SHOWN_ROWS,
            "warnings": [said(each) for each in batch.warnings],
            "state": state,
        }


def _named(row: Any, labels: dict[str, Any]) -> Any:
    """The row, its errors under the headings that people see."""
    row.errors = [
        {"column": labels.get(error["column"], error["column"]), "said": sentence(error)} for error in row.errors
    ]
    return row


class BatchStep(OperationView):
    """A step on a checked batch; the kind's permission decides."""

    model = ImportBatch

    def require(self, record: Any) -> None:
        self.permission = named_kind(record.kind).permission  # type: ignore[misc]
        super().require(None)

    def get_cancel_url(self) -> str:
        return address_of(self.get_object())


class ImportApply(BatchStep):
    """All rows of the preview, or none."""

    title = _("Apply the import")
    intro = _("All lines are taken over together. If one of them cannot be, none is, and you are told which.")
    submit_label = pgettext_lazy("import", "Apply")

    def operate(self, form: Any) -> str:
        batch: ImportBatch = self.object
        if batch.row_count <= AT_ONCE_ROWS:
            return address_of(apply_batch(batch, actor=self.request.user))
        run = jobs.start_run(
            "core.apply_import", owner=self.request.user, title=str(_("Apply %(name)s")) % {"name": batch.name}, total=1,
            batch=batch.pk,
        )  # fmt: skip
        return reverse("job_detail", args=[run.pk])


class ImportDiscard(BatchStep):
    """The file has no effect."""

    title = _("Discard the import")
    intro = _("The file is put aside and changes nothing. It stays in the list of imports.")
    submit_label = _("Discard")
    danger = True

    def operate(self, form: Any) -> str:
        return address_of(discard_batch(self.object, actor=self.request.user))


class ImportErrors(PermissionRequiredMixin, View):
    """The rows with errors, each with line, column, what stood there and what was expected."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = visible_or_404(ImportBatch, request.user, pk=pk)
        labels = {column.name: str(column.label) for column in named_kind(batch.kind).columns}
        rows = [
            {
                "line": line,
                "column": labels.get(error["column"], error["column"]),
                "got": error["got"],
                "expected": said(error["expected"]),
                "said": sentence(error),
            }
            for line, errors in batch.rows.filter(state=RowState.ERROR).order_by("line").values_list("line", "errors")
            for error in errors
        ]
        heads = (
            ("line", _("Line")),
            ("column", _("Column")),
            ("got", _("Found")),
            ("expected", _("Expected")),
            ("said", _("What is wrong")),
        )
        columns = [ExportColumn(label, name) for name, label in heads]
        return export_response(rows, columns, "xlsx", name=f"{batch.number} {title_of(batch)} {gettext('Errors')}")

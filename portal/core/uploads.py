"""Files in and out by program: forms with named fields, each once; pictures, papers and PDFs under the scope of their record.

Not here: what becomes of a file (attachments), how a PDF is drawn (documents).
"""

import hashlib
import re
from typing import Any, ClassVar, Final

from django.core.exceptions import SuspiciousOperation
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import exceptions, generics, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core import documents, drawing
from portal.core.api import UNSOUND, StrictBoolean, StrictInteger, StrictJSONParser
from portal.core.attachments import visible_attachment
from portal.core.endpoints import Described, Endpoint, OperationEndpoint, refuse_parameters
from portal.core.models.jobs import JobRun

WHOLE: Final = re.compile(r"\d{1,15}", re.ASCII)


class UploadParser(MultiPartParser):
    """multipart/form-data; too many parts are a broken body."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except SuspiciousOperation as error:
            raise exceptions.ParseError(_("The body is nested too deeply or too long.")) from error


class Upload(serializers.FileField):
    """A picture (JPEG, PNG, WebP, HEIC) or a PDF of at most 15 MB; what it is, is looked at when it is filed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=300, **options)


class TakesFiles:
    """A body that may bring files: a JSON object, or a form with the same fields, each once except lists of files."""

    parser_classes: Any = (StrictJSONParser, UploadParser)
    request: Any
    body_class: ClassVar[Any] = None

    def told(self) -> dict[str, Any]:
        """Texts as they came, files by their hash: the same key with another picture is another body."""
        form = self.request.data
        if not isinstance(form, QueryDict):
            return dict(form)
        return {name: [_told(each) for each in values] for name, values in form.lists()}

    def parsed(self) -> dict[str, Any]:
        """The body as body_class reads it. Raises ParseError, ValidationError."""
        form = self.request.data
        plain = _typed(form, self.body_class().fields) if isinstance(form, QueryDict) else form
        body = self.body_class(data=plain, context=self.get_serializer_context())  # type: ignore[attr-defined]
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


class UploadEndpoint(TakesFiles, OperationEndpoint):
    """An act that always brings a file, and therefore is a form."""

    parser_classes = (UploadParser,)


def _typed(form: QueryDict, fields: Any) -> dict[str, Any]:
    """The form as a JSON object would have said it: numbers and truth values by the field's kind. Raises ParseError."""
    found: dict[str, Any] = {}
    for name, values in form.lists():
        field = fields.get(name)
        if len(values) > 1 and not isinstance(field, serializers.ListField):
            raise exceptions.ParseError(_("Unknown or repeated parameter: %(name)s") % {"name": name[:60]})
        if any(isinstance(value, str) and UNSOUND.search(value) for value in (name, *values)):
            raise exceptions.ParseError(_("Texts must not contain NUL or half of a surrogate pair."))
        found[name] = list(values) if isinstance(field, serializers.ListField) else _plain(values[-1], field)
    return found


def _plain(value: Any, field: Any) -> Any:
    if isinstance(field, StrictInteger) and isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    if isinstance(field, StrictBoolean):
        return {"true": True, "false": False}.get(value, value)
    if value == "" and field is not None and field.allow_null and not getattr(field, "allow_blank", False):
        return None
    return value


def _told(value: Any) -> str:
    if isinstance(value, str):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return digest.hexdigest()


class Files(serializers.ListField):
    """Several of them, at most so many."""

    def __init__(self, *, most: int) -> None:
        super().__init__(child=Upload(), max_length=most, required=False, default=list)


class FileEndpoint(generics.GenericAPIView[Any]):
    """What the two ways out share: whoever is known asks, the scope of the record answers."""

    permission_classes = (IsAuthenticated,)
    filter_backends = ()
    row_class = None
    schema = Described()


class OneFile(FileEndpoint):
    """A file as people see it: re-encoded, without its place. thumb: its small picture, if it has one."""

    thumb = False

    def get(self, request: Request, *args: Any, **kwargs: Any) -> FileResponse:
        """The bytes. Raises Http404."""
        refuse_parameters(request)
        row = visible_attachment(self.kwargs["pk"], request.user)
        if row is None:
            raise Http404
        file = row.thumbnail if self.thumb and row.thumbnail else row.served
        answer = FileResponse(file.open("rb"), content_type=row.content_type)
        answer["Content-Disposition"] = content_disposition_header(not row.is_picture, row.name) or ""
        return answer


class OnePdf(FileEndpoint):
    """The PDF of an issued document, in the caller's language where it is drawn in both; 202 while a long one is made."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The bytes, or how far their making is. Raises Http404."""
        refuse_parameters(request)
        row = documents.visible_document(self.kwargs["pk"], request.user)
        if row is None:
            raise Http404
        return made_answer(drawing.paper(row, get_language() or ""), f"{row.number}.pdf", "application/pdf")


def making_answer(run: JobRun) -> Response:
    """202 and how far the run is that still makes it."""
    return Response({"status": run.status, "done": run.done, "total": run.total}, 202, headers={"Retry-After": "5"})


def made_answer(made: bytes | JobRun, name: str, content_type: str) -> HttpResponse:
    """The bytes under that name; of a run that still makes them 202 and how far it is."""
    if not isinstance(made, bytes):
        return making_answer(made)
    answer = HttpResponse(made, content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


class RecordFile(Endpoint):
    """A record as a file: answer() makes it of the visible record; `form` says which of its forms, such as csv."""

    about_record = True
    filter_backends = ()
    form: ClassVar[str] = ""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The bytes. Raises Http404."""
        question = getattr(self, "question_class", None)
        refuse_parameters(request, tuple(question().fields) if question else ())
        return self.answer(self.get_object())

    def answer(self, record: Any) -> Any:
        """The response with the file."""
        raise NotImplementedError


class FileRow(serializers.Serializer[Any]):
    """A file: its bytes are at files/<id>/."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_at = serializers.DateTimeField()


class PdfRow(serializers.Serializer[Any]):
    """An issued document: its PDF is at pdfs/<id>/, and anybody verifies it by its token."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    number = serializers.CharField()
    token = serializers.CharField()
    issued_at = serializers.DateTimeField()

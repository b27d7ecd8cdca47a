"""The three endpoints every app builds from: list, record, operation. Parse, call one operation, serialize by role.

A list, and with `body_class` and `operate()` also the way to make a record:
    class Orders(ListEndpoint):
        model = PartsOrder
        permission = "parts.view_partsorder"
        row_class, filterset_class, ordering, select_related
        create_permission, body_class = "parts.place_order", NewOrder
        def operate(self, values): return place_order(values["station"], …, actor=self.request.user)

A record (URL with <int:pk>, <str:number> or <str:code>): RecordEndpoint with row_class.
An operation on a record: OperationEndpoint with body_class (default: an empty object) and operate(values).

Every POST carries an Idempotency-Key: the same key and body get the first answer again, another body is 422.
Foreign rows are 404, visible but forbidden acts 403, anonymous callers 401.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from portal.core import idempotency
from portal.core.api import HoldsPermission, StrictSerializer, TokenMayWrite
from portal.core.listing import PAGE_SIZE

KEY: Final = re.compile(r"[\x21-\x7e]{1,80}")
LOOKUPS: Final = ("pk", "number", "code")


class Described(AutoSchema):
    """The OpenAPI description from row_class and body_class; a POST names its key."""

    view: Any

    def get_description(self, *_args: Any) -> str:
        return str(self.view.__doc__ or "")

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "body_class", None) if self.method == "POST" else None

    def get_response_serializers(self) -> Any:
        if self.method == "POST":
            return {"201" if self.view.makes else "200": self.view.made_class or self.view.row_class}
        if self.view.row_class is None:
            return {("200", "application/octet-stream"): OpenApiTypes.BINARY}
        return {"200": self.view.row_class}

    def get_override_parameters(self) -> list[Any]:
        if self.method != "POST":
            question = getattr(self.view, "question_class", None)
            return [question] if question else []
        return [OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.method == "GET" and isinstance(self.view, ListEndpoint)


class NothingToSay(StrictSerializer):
    """The empty object."""


class RowSerializer(serializers.ModelSerializer[Any]):
    """What a row shows; a field in `restricted` only to whom its test allows."""

    restricted: ClassVar[dict[str, Callable[[Any], bool]]] = {}

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        request = self.context.get("request")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            for name, test in self.restricted.items():
                if not test(user):
                    fields.pop(name, None)
        return fields


class Endpoint(generics.GenericAPIView[Any]):
    """What the three share."""

    model: ClassVar[Any] = None
    permission: str = ""
    row_class: ClassVar[Any] = None
    body_class: ClassVar[Any] = None
    made_class: ClassVar[Any] = None  # what a POST answers, where it is not row_class
    made_prefetch: ClassVar[Sequence[Any]] = ()  # what that answer needs beyond a row of the list
    select_related: ClassVar[Sequence[str]] = ()
    prefetch_related: ClassVar[Sequence[Any]] = ()
    makes: ClassVar[bool] = False
    about_record: ClassVar[bool] = False
    permission_classes = (HoldsPermission, TokenMayWrite)
    schema = Described()

    def get_serializer_class(self) -> Any:
        return self.row_class

    def get_queryset(self) -> Any:
        """All rows the caller may ever see."""
        rows = self.model._default_manager.visible_to(self.request.user)
        if self.select_related:
            rows = rows.select_related(*self.select_related)
        return rows.prefetch_related(*self.prefetch_related)

    def get_object(self) -> Any:
        """The row of the address. Raises Http404, PermissionDenied."""
        lookup = {name: self.kwargs[name] for name in LOOKUPS if name in self.kwargs}
        if any("\x00" in str(value) for value in lookup.values()):
            raise Http404
        found = self.get_queryset().filter(**lookup).first()
        if found is None:
            raise Http404
        self.check_object_permissions(self.request, found)
        return found

    def operate(self, values: dict[str, Any]) -> Any:
        """Calls one operation; answers the record to show."""
        raise NotImplementedError

    def shown(self, record: Any) -> Any:
        """The record as the caller may see it, read anew; what an act made of another kind as it is."""
        same = isinstance(record, self.model)
        rows = self.get_queryset().prefetch_related(*self.made_prefetch) if same else None
        row = (rows.filter(pk=record.pk).first() if rows is not None else None) or record
        shown = self.made_class or self.row_class
        return shown(self.prepared([row])[0], context=self.get_serializer_context()).data

    def prepared(self, rows: list[Any]) -> list[Any]:
        """A place to fetch what all rows of a page need, at once."""
        return rows

    def run_once(self, values: dict[str, Any], status: int) -> Response:
        """The answer of operate(), which runs once per key. Raises ParseError, KeyReused and what the operation raises."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not KEY.fullmatch(key):
            text = _("Send a header Idempotency-Key of 1 to 80 visible ASCII characters, a new one for each new act.")
            raise exceptions.ValidationError({"Idempotency-Key": [text]})
        body = json.dumps(self.told(), sort_keys=True).encode()

        def act() -> dict[str, Any]:
            shown = self.shown(self.operate(values))
            return {"status": status, "body": json.dumps(shown, cls=JSONEncoder)}  # a text keeps the order of its names

        try:
            answer = idempotency.once(f"{self.request.path[:120]} {self.request.user.pk}", key, body, act)
        except idempotency.KeyReused as reused:
            reused.field = "Idempotency-Key"
            raise
        return Response(json.loads(answer["body"]), status=answer["status"])

    def told(self) -> dict[str, Any]:
        """The body as it came, for telling it from another under the same key."""
        return dict(self.request.data)

    def parsed(self) -> dict[str, Any]:
        """The body as body_class reads it. Raises ValidationError."""
        body = (self.body_class or NothingToSay)(data=self.request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


class ListEndpoint(Endpoint):
    """Rows by page; POST makes one where the endpoint has a body_class."""

    create_permission: ClassVar[str] = ""
    ordering: ClassVar[Sequence[str]] = ("-pk",)
    page_size: ClassVar[int] = PAGE_SIZE
    makes = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method == "POST":
            self.permission = self.create_permission
        super().initial(request, *args, **kwargs)

    @property
    def allowed_methods(self) -> list[str]:
        return [name for name in super().allowed_methods if name != "POST" or self.body_class]

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page: {"next", "previous", "results"}."""
        rows = self.prepared(self.paginate_queryset(self.filter_queryset(self.get_queryset())) or [])
        shown = self.row_class(rows, many=True, context=self.get_serializer_context()).data
        return self.get_paginated_response(shown)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Makes one and answers it."""
        if self.body_class is None:
            raise exceptions.MethodNotAllowed("POST")
        return self.run_once(self.parsed(), 201)


class RecordEndpoint(Endpoint):
    """One record."""

    about_record = True
    filter_backends = ()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The record."""
        refuse_parameters(request)
        row = self.prepared([self.get_object()])[0]
        return Response(self.row_class(row, context=self.get_serializer_context()).data)


class OperationEndpoint(Endpoint):
    """One act on a record; `self.record` is it."""

    about_record = True
    filter_backends = ()
    body_class: ClassVar[Any] = NothingToSay
    record: Any

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Does it and answers the record."""
        self.record = self.get_object()
        return self.run_once(self.parsed(), 200)


def refuse_parameters(request: Request, known: Sequence[str] = ()) -> None:
    """Raises ParseError (400) for a parameter nobody knows."""
    for name, values in request.query_params.lists():
        if name not in {*known, "format"} or len(values) > 1:
            raise exceptions.ParseError(_("Unknown or repeated parameter: %(name)s") % {"name": name[:60]})

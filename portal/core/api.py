"""The parts every API view is made of: strict JSON, strict filters, keyset pages, problem+json. Not here: any endpoint."""

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models
from django.db.utils import OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions, serializers, status
from rest_framework.pagination import BasePagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core.errors import Refusal
from portal.core.listing import PAGE_SIZE, Page, keyset_page

MAX_DEPTH: Final = 20
MAX_ITEMS: Final = 20_000
MAX_BODY: Final = 2_000_000
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
UNSOUND: Final = re.compile("[\x00\ud800-\udfff]")
PLAIN_NUMBER: Final = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)


class StrictJSONParser(JSONParser):
    """An object in UTF-8 of at most 2 MB and 20 levels, without NUL, NaN, Infinity and repeated names."""

    strict = True

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        raw = stream.read(MAX_BODY + 1)
        if len(raw) > MAX_BODY:
            raise TooLarge
        try:
            tree = json.loads(raw.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(_("The body is not sound JSON in UTF-8.")) from error
        if not isinstance(tree, dict):
            raise exceptions.ParseError(_("The body must be a JSON object."))
        _walk(tree)
        return tree


class TooLarge(exceptions.APIException):
    """The body is beyond the bound."""

    status_code = status.HTTP_413_CONTENT_TOO_LARGE if hasattr(status, "HTTP_413_CONTENT_TOO_LARGE") else 413
    default_code = "too_large"

    def __init__(self) -> None:
        super().__init__(_("The body is larger than 2 MB."))


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _walk(tree: Any) -> None:
    """Without recursion: depth, size, NUL and numbers that are none. Raises ParseError."""
    waiting, seen = [(tree, 1)], 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH or seen > MAX_ITEMS:
            raise exceptions.ParseError(_("The body is nested too deeply or too long."))
        if isinstance(value, Mapping):
            waiting += [(inner, depth + 1) for inner in value.values()]
            waiting += [(name, depth + 1) for name in value]
        elif isinstance(value, list):
            waiting += [(inner, depth + 1) for inner in value]
        elif isinstance(value, str) and UNSOUND.search(value):
            raise exceptions.ParseError(_("Texts must not contain NUL or half of a surrogate pair."))
        elif isinstance(value, float) and not math.isfinite(value):
            raise exceptions.ParseError(_("Numbers must be finite."))


class StrictFilterBackend(DjangoFilterBackend):
    """The view's own filter set; a parameter that nobody knows is 400, since ignoring it would answer all rows."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        known = {"after", "before", "format", *getattr(view, "extra_parameters", ())}
        filterset = self.get_filterset_class(view, queryset)
        if filterset is not None:
            known |= set(filterset.base_filters)
        for name, values in request.query_params.lists():
            if name not in known or len(values) > 1 or any("\x00" in value for value in values):
                raise exceptions.ParseError(_("Unknown or repeated parameter: %(name)s") % {"name": name[:60]})
        return super().filter_queryset(request, queryset, view)


class KeysetPagination(BasePagination):
    """Pages by position, never by count: {"next", "previous", "results"}; a cursor that is not ours is 400."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        ordering = getattr(view, "ordering", None) or queryset.query.order_by or queryset.model._meta.ordering or ["pk"]
        self.page: Page = keyset_page(
            queryset,
            list(ordering),
            after=request.query_params.get("after", ""),
            before=request.query_params.get("before", ""),
            size=getattr(view, "page_size", PAGE_SIZE),
            counted=False,
        )
        return list(self.page.rows)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._link("after"), "previous": self._link("before"), "results": data})

    def _link(self, name: str) -> str | None:
        cursor = getattr(self.page, name)
        if not cursor:
            return None
        asked = self.request.query_params.copy()
        for other in ("after", "before"):
            asked.pop(other, None)
        asked[name] = cursor
        return self.request.build_absolute_uri(f"{self.request.path}?{asked.urlencode()}")

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """For the OpenAPI description."""
        link = {"type": "string", "format": "uri", "nullable": True}
        return {"type": "object", "properties": {"next": link, "previous": link, "results": schema}}


class StrictSerializer(serializers.Serializer[Any]):
    """Named fields only: an unknown one is an error, not ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(set(data) - {name for name, field in self.fields.items() if not field.read_only})
            if unknown:
                raise serializers.ValidationError({name[:60]: [_("Unknown field.")] for name in unknown[:20]})
        return super().to_internal_value(data)


class StrictText(serializers.CharField):
    """A text that came as a text: a number or a truth value is refused, not written out."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictDecimal(serializers.DecimalField):
    """A number or a text of ASCII digits: 12, "12.50", "-3"; no blanks, full-width digits, exponents or underscores."""

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not PLAIN_NUMBER.fullmatch(str(data)):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictInteger(serializers.IntegerField):
    """A whole number, not its text and not 1.0."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return data


class StrictBoolean(serializers.BooleanField):
    """true or false, nothing that looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=str(data)[:40])
        return data


class StrictDay(serializers.DateField):
    """A day written 2026-03-01, of a century that we do business in."""

    def to_internal_value(self, data: Any) -> Any:
        day = super().to_internal_value(data)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise unexpected(day, f"{FIRST_YEAR}-01-01 … {LAST_YEAR}-12-31")
        return day


class StrictMoment(serializers.DateTimeField):
    """An instant in ISO 8601, of a century that we do business in."""

    def to_internal_value(self, data: Any) -> Any:
        at = super().to_internal_value(data)
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise unexpected(at.isoformat(), f"{FIRST_YEAR}-01-01 … {LAST_YEAR}-12-31")
        return at


class ScopedField(serializers.SlugRelatedField[Any]):
    """A reference that accepts only what the caller may see; a foreign one is unknown."""

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.context["request"].user) if rows is not None else None

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) > 120 or "\0" in data:
            raise serializers.ValidationError(_("Name it by its %(field)s, a text.") % {"field": self.slug_field})
        return super().to_internal_value(data)


def unexpected(got: Any, expected: Any) -> serializers.ValidationError:
    """The refusal of a value that is none of those known, or not of the form asked for."""
    return serializers.ValidationError(
        _("Got “%(got)s”, expected: %(expected)s.") % {"got": str(got)[:60], "expected": expected}
    )


class HoldsPermission(BasePermission):
    """The view's `permission`, asked on the record where there is one: a foreign record is 404 before anything is 403."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not (request.user and request.user.is_authenticated):
            return False
        name = getattr(view, "permission", "")
        return getattr(view, "about_record", False) or not name or request.user.has_perm(name)

    def has_object_permission(self, request: Request, view: Any, obj: models.Model) -> bool:
        name = getattr(view, "permission", "")
        return not name or request.user.has_perm(name, obj)


class TokenMayWrite(BasePermission):
    """A token made for reading only reads."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token: Any = request.auth
        return request.method in SAFE_METHODS or token is None or bool(token.may_write)


def problem_json(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as application/problem+json with a stable code; None leaves a programming error to Django."""
    from rest_framework.views import set_rollback  # the views import this module by its name in the settings

    told = _told(error)
    if told is None:
        return None
    code, reason, detail, more = told
    set_rollback()
    body = {"type": "about:blank", "status": code, "code": reason, "detail": detail, **more}
    response = Response(body, status=code, content_type="application/problem+json")
    if isinstance(error, exceptions.APIException):
        if getattr(error, "auth_header", None):
            response["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
        if getattr(error, "wait", None):
            response["Retry-After"] = str(math.ceil(error.wait))  # type: ignore[attr-defined]
    return response


def _told(error: Exception) -> tuple[int, str, str, dict[str, Any]] | None:
    if isinstance(error, Refusal):
        fields = error.by_field()
        return (422 if fields else 409), error.reason, str(error), {"errors": fields} if fields else {}
    if isinstance(error, Http404):
        return 404, "not_found", _("There is no such record."), {}
    if isinstance(error, PermissionDenied):
        return 403, "permission_denied", _("You may not do this."), {}
    if isinstance(error, BadRequest):
        return 400, "bad_request", _("The request was not understood."), {}
    if isinstance(error, OperationalError) and "lock timeout" in str(error):
        return 409, "busy", _("Somebody else is working on this record. Try again."), {}
    if isinstance(error, exceptions.ValidationError):
        return 400, "invalid", _("Some fields are wrong."), {"errors": error.detail}
    if isinstance(error, exceptions.APIException):
        return error.status_code, str(error.default_code), str(error.detail), {}
    return None

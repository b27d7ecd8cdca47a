"""The API's description: as OpenAPI for programs, as a page for people; and its own answer for an address it does not have."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.core.pages import Action, ScopedPage

METHODS = ("get", "post")


@lru_cache(maxsize=len(settings.LANGUAGES))
def described(language: str) -> dict[str, Any]:
    """The description in a language, made once in each process."""
    with translation.override(language):
        found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        return found


class Schema(APIView):
    """OpenAPI 3 as JSON, for whoever is logged in or holds a token."""

    permission_classes = (IsAuthenticated,)
    schema = None

    def get(self, request: Request) -> Response:
        """The whole description."""
        return Response(described(translation.get_language() or settings.LANGUAGE_CODE))


class NoSuchEndpoint(APIView):
    """Every other address under /api/ is told as a problem, not as a page."""

    permission_classes = (AllowAny,)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whatever the method. Raises NotFound."""
        raise NotFound


class ApiDocs(ScopedPage):
    """How a program gets in, and every endpoint with its fields; drawn from the description, without a script."""

    template_name = "web/api_docs.html"
    title = _("Programming interface")

    def get_actions(self) -> list[Action]:
        return [
            Action(_("My API tokens"), reverse("api_token_list"), "", "primary"),
            Action(_("OpenAPI description (JSON)"), reverse("api_schema")),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        schema = described(translation.get_language() or settings.LANGUAGE_CODE)
        shapes = schema["components"]["schemas"]
        endpoints = [
            _endpoint(path, method, operation, shapes)
            for path, operations in schema["paths"].items()
            for method, operation in operations.items()
            if method in METHODS and path.startswith("/api/v1/")
        ]
        return super().get_context_data(**kwargs) | {"endpoints": endpoints}


def _endpoint(path: str, method: str, operation: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    answered = next(iter(operation["responses"].values()))
    body = operation.get("requestBody")
    return {
        "path": path,
        "method": method.upper(),
        "anchor": operation["operationId"],
        "text": operation.get("description", ""),
        "parameters": [_parameter(each) for each in operation.get("parameters", [])],
        "body": _fields(_shape(body, shapes), shapes) if body else None,
        "is_form": "multipart/form-data" in (body or {}).get("content", {}),
        "answer": _fields(_shape(answered, shapes), shapes),
    }


def _parameter(each: dict[str, Any]) -> dict[str, Any]:
    values = each["schema"].get("enum") or []
    return {"name": each["name"], "where": each["in"], "needed": each.get("required", False), "values": values}


def _shape(holder: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    kinds = holder.get("content", {})
    content = (kinds.get("application/json") or kinds.get("multipart/form-data") or {}).get("schema", {})
    if "results" in content.get("properties", {}):
        content = content["properties"]["results"]
    return _resolved(content.get("items", content), shapes)


def _resolved(schema: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    if one := schema.get("allOf"):
        schema = one[0]
    found: dict[str, Any] = shapes[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    if "results" in found.get("properties", {}):
        return _resolved(found["properties"]["results"]["items"], shapes)
    return found


def _fields(shape: dict[str, Any], shapes: dict[str, Any], prefix: str = "") -> list[dict[str, Any]]:
    """Names dotted into lists and objects, with their type, bounds and values."""
    rows = []
    for name, field in shape.get("properties", {}).items():
        inner = _resolved(field.get("items", field), shapes) if isinstance(field.get("items", {}), dict) else {}
        values = [value for value in inner.get("enum", []) if value]
        rows.append(
            {
                "name": f"{prefix}{name}",
                "type": field.get("type") or inner.get("type", ""),
                "format": field.get("format", ""),
                "needed": name in shape.get("required", []),
                "most": field.get("maxLength") or field.get("maximum") or "",
                "values": values,
            }
        )
        if inner.get("properties"):
            rows += _fields(inner, shapes, f"{prefix}{name}[]." if field.get("type") == "array" else f"{prefix}{name}.")
    return rows

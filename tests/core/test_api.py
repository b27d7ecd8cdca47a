"""The API's parts: strict bodies, strict parameters, keyset pages, problem+json."""

import io
import json
from typing import Any

import django_filters
import pytest
from django.contrib.auth.models import AnonymousUser
from rest_framework import generics, serializers
from rest_framework.exceptions import ParseError
from rest_framework.permissions import AllowAny
from rest_framework.test import APIRequestFactory

from portal.core.api import (
    KeysetPagination,
    StrictFilterBackend,
    StrictJSONParser,
    StrictSerializer,
    TooLarge,
    problem_json,
)
from portal.core.errors import Refusal
from portal.core.models import Division


class OutDivision(serializers.ModelSerializer[Division]):
    class Meta:
        model = Division
        fields = ["code", "name"]


class InDivision(StrictSerializer):
    name = serializers.CharField(max_length=40)


class DivisionFilter(django_filters.FilterSet):
    class Meta:
        model = Division
        fields = ["level"]


class Divisions(generics.ListCreateAPIView[Division]):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    parser_classes = (StrictJSONParser,)
    filter_backends = (StrictFilterBackend,)
    filterset_class = DivisionFilter
    pagination_class = KeysetPagination
    queryset = Division.objects.order_by("code")
    ordering = ("code",)
    page_size = 20

    def get_exception_handler(self) -> Any:
        return problem_json

    def get_serializer_class(self) -> Any:
        return InDivision if self.request.method == "POST" else OutDivision

    def perform_create(self, serializer: Any) -> None:
        if serializer.validated_data["name"] == "field":
            raise Refusal("no", code="wrong_name", field="name")
        raise Refusal("not now", code="not_now")


def get(query: str) -> Any:
    request = APIRequestFactory().get(f"/x/{query}")
    request.user = AnonymousUser()
    return Divisions.as_view()(request)


def post(body: str | bytes) -> Any:
    request = APIRequestFactory().post("/x/", body, content_type="application/json")
    request.user = AnonymousUser()
    return Divisions.as_view()(request)


def parse(raw: bytes) -> Any:
    return StrictJSONParser().parse(io.BytesIO(raw))


@pytest.mark.parametrize(
    "raw",
    [
        b"[1]",
        b"1",
        b"null",
        b"",
        b"{",
        b"\xff",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 2}',
        b'{"a": "x\\u0000"}',
        b'{"x\\u0000": 1}',
        b'{"a":' * 30 + b"1" + b"}" * 30,
        b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        json.dumps({"a": [0] * 20_001}).encode(),
    ],
)
def test_an_unsound_body_is_a_parse_error(raw: bytes) -> None:
    with pytest.raises(ParseError):
        parse(raw)


def test_a_huge_body_is_413_and_a_sound_one_is_read() -> None:
    with pytest.raises(TooLarge):
        parse(b'{"a": "' + b"x" * 2_000_000 + b'"}')
    assert parse('{"a": ["龘", 1.5, null]}'.encode()) == {"a": ["龘", 1.5, None]}


def test_pages_follow_each_other_without_gap_or_twin(db: None) -> None:
    found, address = [], "?level=province"
    while address:
        page = get(address)
        assert page.status_code == 200
        found += [row["code"] for row in page.data["results"]]
        address = page.data["next"] and f"?{page.data['next'].partition('?')[2]}"

    assert len(found) == len(set(found)) == 34


@pytest.mark.parametrize(
    "query", ["?tenant=1", "?level=x", "?level=city&level=county", "?after=zzz", "?page_size=100000000"]
)
def test_an_unknown_repeated_or_wrong_parameter_is_400_never_all_rows(db: None, query: str) -> None:
    answer = get(query)

    assert answer.status_code == 400
    assert answer.data["status"] == 400


def test_unknown_fields_and_refusals_are_told_with_a_code(db: None) -> None:
    unknown, field, state = (
        post('{"name": "x", "status": "paid"}'),
        post('{"name": "field"}'),
        post('{"name": "state"}'),
    )

    assert (unknown.status_code, list(unknown.data["errors"])) == (400, ["status"])
    assert (field.status_code, field.data["code"]) == (422, "wrong_name")
    assert (state.status_code, state.data["code"], state.data["detail"]) == (409, "not_now", "not now")

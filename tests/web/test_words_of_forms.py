"""No form shows what the framework or the database calls a thing: every admin and portal form is filled with what cannot be."""

import copy
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import get_resolver
from django.utils import translation

from portal.core.pages.operation import ActingForm, ActingModelForm, be_careful
from tests.cast import Cast

OURS = ("portal.", "warranty.", "parts.", "service.", "stations.")
ENGLISH = re.compile(r"\b[A-Za-z]{3,} [a-z]{2,}")
WORD = re.compile(r"[A-Za-z]{3,}")


def names_of_constraints() -> set[str]:
    """What the database calls its rules."""
    return {rule.name for model in apps.get_models() for rule in model._meta.constraints}


def every_form() -> Iterator[type[forms.BaseForm]]:
    """Every form class of the product, once; the URLs are read first, which imports all of them."""
    get_resolver().url_patterns  # noqa: B018
    waiting: list[Any] = [ActingForm, ActingModelForm, forms.Form, forms.ModelForm]
    seen: set[Any] = set()
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind not in seen:
                seen.add(kind)
                waiting.append(kind)
                if kind.__module__.startswith(OURS):
                    yield kind


def impossible(field: forms.Field) -> Iterator[Any]:
    """Too long, too small, too large, and no value of its kind at all."""
    if isinstance(field, forms.DateTimeField | forms.DateField):
        yield from ("yesterday", "0001-01-01", "9999-12-31")
    elif isinstance(field, forms.IntegerField | forms.DecimalField):
        yield from ("abc", "-1", "-99999999999", "9" * 30, "0.123456789", "1" * 12)
    elif isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        yield from (["nothing"], "nothing")
    elif isinstance(field, forms.FileField):
        yield from ()
    else:
        yield from ("", "字", "字" * 5_000, "\0", "?" * 400)


def sentences(fields: dict[str, forms.Field]) -> Iterator[str]:
    """Everything that the fields answer to what they cannot hold."""
    for name, field in fields.items():
        for value in impossible(field):
            try:
                field.clean(value)
            except ValidationError as error:
                yield from (f"{name}: {message}" for message in error.messages)


def wrong(said: set[str], *, chinese: bool) -> list[str]:
    """The sentences that are not ours."""
    names = names_of_constraints()
    return sorted(
        text
        for text in said
        if any(name in text for name in names)
        or "确保该" in text
        or (ENGLISH.search(text.partition(": ")[2]) if chinese else not WORD.search(text.partition(": ")[2]))
    )


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_portal_forms_refuse_in_our_words(cast: Cast, language: str) -> None:
    """Field by field; what a form asks of its subject is its operation's to say."""
    said: set[str] = set()
    with translation.override(language):
        for kind in every_form():
            stand_in: Any = type("Filled", (), {"fields": copy.deepcopy(kind.base_fields)})()
            be_careful(stand_in)
            said |= {f"{kind.__name__}.{text}" for text in sentences(stand_in.fields)}

    assert len(said) > 200
    assert wrong(said, chinese=language == "zh-hans") == []


FILLED: list[tuple[str, dict[type, Any]]] = [
    ("low", {forms.DecimalField: "-1", forms.IntegerField: "0", forms.CharField: "A"}),
    ("high", {forms.DecimalField: "99999999999", forms.IntegerField: "32000", forms.CharField: "A"}),
    ("long", {forms.DecimalField: "9" * 30, forms.IntegerField: "9" * 30, forms.CharField: "字" * 5_000}),
]


def typed(form: forms.BaseForm, values: dict[type, Any], turn: int) -> dict[str, Any]:
    """Every field filled; days run backwards, so that every end lies before its beginning."""
    found: dict[str, Any] = {}
    day = date(2030, 6, 1)
    for at, (name, field) in enumerate(form.fields.items()):
        if isinstance(field, forms.DateTimeField | forms.DateField):
            found[name] = date.fromordinal(day.toordinal() - at).isoformat()
        elif isinstance(field, forms.ModelChoiceField):
            found[name] = str(getattr(field.queryset.first(), "pk", "")) if turn else ""
        elif isinstance(field, forms.MultipleChoiceField | forms.TypedMultipleChoiceField):
            found[name] = [str(key) for key, _label in list(field.choices)[:1]]
        elif isinstance(field, forms.ChoiceField):
            found[name] = str(list(field.choices)[-1][0])
        else:
            found[name] = next((value for kind, value in values.items() if isinstance(field, kind)), "1")
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_admin_forms_refuse_in_our_words(cast: Cast, language: str) -> None:
    """Whole records, so that the rules between fields and of the database answer too."""
    request = RequestFactory().get("/admin/")
    request.user = cast.admin
    said: set[str] = set()
    with translation.override(language):
        for model, page in admin.site._registry.items():
            if not model.__module__.startswith(OURS):
                continue
            adds, changes = page.has_add_permission(request), page.has_change_permission(request)
            if not (adds or changes):
                continue
            made = page.get_form(request) if adds else page.get_form(request, model(), change=True)
            for word, values in FILLED:
                for turn in (0, 1):
                    form = made(typed(made(), values, turn), instance=model())
                    for field, messages in form.errors.items():
                        said |= {f"{model.__name__}.{field} ({word}): {text}" for text in messages}

    assert len(said) > 50
    assert wrong(said, chinese=language == "zh-hans") == []


@pytest.mark.django_db
def test_a_bound_and_an_order_are_said_at_their_field() -> None:
    from warranty.models import LaborRate

    row = LaborRate(grade="A", hourly_rate=Decimal(20_000), valid_from=date(2026, 3, 1), valid_to=date(2026, 2, 1))
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        row.validate_constraints()

    assert refused.value.message_dict == {
        "hourly_rate": ["Got 20000, expected 0 to 10000."],
        "valid_to": ["Got 2026-02-01, expected a day after 2026-03-01 in “Valid from”."],
    }

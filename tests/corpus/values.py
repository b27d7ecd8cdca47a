"""What people, programs and attackers type, by kind of field (reliability.md section 5)."""

import os
import random
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.permissions.core import GIF_LIKE_PNG

ALL: Final = os.environ.get("YIZHAN_PROOF") == "corpus"
SEED: Final = 20261122
SAMPLE: Final = 3


@dataclass(frozen=True)
class Bad:
    """A value, and whether the field must refuse it; what is legal must merely not break anything."""

    value: Any
    refused: bool = True


TEXTS: Final = [
    Bad("a\x00b"), Bad("=HYPERLINK(1)", False), Bad("+86 138", False), Bad("@SUM(1)", False), Bad("\u202egpj.exe", False),
    Bad("a\u200db", False), Bad("<script>alert(1)</script>", False), Bad("{{7*7}}{% debug %}", False), Bad("龘😀", False),
    Bad("'; DROP TABLE x; --", False), Bad("%(x)s %s {0}", False), Bad("../../etc/passwd", False),
]  # fmt: skip
NUMBERS: Final = [
    Bad("NaN"), Bad("sNaN"), Bad("Infinity"), Bad("-Infinity"), Bad("1e400"), Bad("1e-400"), Bad("0.00000000000001"),
    Bad("abc"), Bad("1_000"), Bad("１，０００"), Bad("9" * 400), Bad(str(2**63)), Bad("-" + "9" * 30), Bad("1\x00"), Bad("0x10"),
]  # fmt: skip
DAYS: Final = [
    Bad("2023-02-29"), Bad("2024-13-01"), Bad("0000-00-00"), Bad("10000-01-01"), Bad("01/02/2024"), Bad("tomorrow"),
    Bad("2024-01-01\x00"), Bad("0001-01-01"), Bad("9999-12-31"), Bad("1e5"),
]  # fmt: skip
CHOICES: Final = [
    Bad("no-such-choice"),
    Bad("\x00"),
    Bad("-1"),
    Bad("9" * 30),
    Bad("1 OR 1=1"),
    Bad("１２３４５６７８９０１"),
]


def bad_values(field: forms.Field) -> list[Bad]:
    """Everything wrong for a field."""
    if isinstance(field, forms.FileField):
        return []
    if isinstance(field, forms.BooleanField):
        return [Bad("\x00", False), Bad("maybe", False)]
    if isinstance(field, forms.DateField | forms.DateTimeField | forms.TimeField):
        return DAYS
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return CHOICES
    if isinstance(field, forms.IntegerField | forms.DecimalField | forms.FloatField):
        return NUMBERS
    longest = getattr(field, "max_length", None)
    long = [Bad("长" * (longest + 1))] if longest else [Bad("长" * 200_000)]
    return [*TEXTS, *long, *([Bad(" \t\u3000 ")] if field.required and getattr(field, "strip", False) else [])]


def sample[T](whole: list[T], size: int, *key: Any) -> list[T]:
    """All, or so many in the suite: the same in every run."""
    return whole if ALL or len(whole) <= size else random.Random(repr((SEED, *key))).sample(whole, size)


def some(values: list[Bad], *key: Any) -> list[Bad]:
    """All, or the sample of the suite: the same in every run, another for every field."""
    if ALL or len(values) <= SAMPLE:
        return values
    return random.Random(repr((SEED, *key))).sample(values, SAMPLE)


def good_value(field: forms.Field, today: date) -> Any:
    """Something a field takes, so that the bad one beside it is what decides."""
    if isinstance(field, forms.FileField):
        return SimpleUploadedFile("photo.png", GIF_LIKE_PNG, "image/png")
    if isinstance(field, forms.ModelChoiceField):
        first = field.queryset.first() if field.queryset is not None else None
        return field.prepare_value(first) if first is not None else ""
    if isinstance(field, forms.ChoiceField):
        flat = [value for value, _label in field.choices if value not in ("", None)]
        return str(flat[0]) if flat else ""
    if isinstance(field, forms.DateTimeField):
        return f"{today.isoformat()} 10:00"
    if isinstance(field, forms.DateField):
        return today.isoformat()
    if isinstance(field, forms.IntegerField | forms.DecimalField | forms.FloatField):
        return "1"
    if isinstance(field, forms.BooleanField):
        return "on"
    if isinstance(field, forms.EmailField):
        return "a@example.com"
    return "一段足够长的合理说明文字"[: getattr(field, "max_length", None) or 200]
